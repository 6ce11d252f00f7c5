import type { Node } from 'jsonc-parser';
import { printable } from '../core/printable.js';

const DEEPEST = 64;
const STRICT = { disallowComments: true };

/** `CloseBraceExpected` in words. */
const inWords = (name: string): string => name.replace(/\B[A-Z]/g, ' $&').toLowerCase();

/**
 * Reads JSON (RFC 8259) and keeps where each value stands: `offset`, in UTF-16 units. Stricter in two things: an
 * object names each member once, and there are no more than 64 levels.
 * @throws what `refuse` makes of the first fault's offset and a fact about it.
 */
export async function readJson(text: string, refuse: (at: number, fact: string) => Error): Promise<Node> {
  const { parseTree, printParseErrorCode, visit } = await import('./json-parser.js');
  const names: Set<string>[] = [];
  const enter = (at: number): void => {
    if (names.length === DEEPEST) throw refuse(at, 'nested too deeply');
    names.push(new Set());
  };
  const leave = (): void => {
    names.pop();
  };
  visit(
    text,
    {
      onObjectBegin: enter,
      onObjectEnd: leave,
      onArrayBegin: enter,
      onArrayEnd: leave,
      onObjectProperty: (name, at) => {
        if (names.at(-1)?.has(name)) throw refuse(at, `"${printable(name)}" is given twice`);
        names.at(-1)?.add(name);
      },
      onError: (code, at) => {
        throw refuse(at, inWords(printParseErrorCode(code)));
      },
    },
    STRICT,
  );
  const root = parseTree(text, [], STRICT);
  if (root === undefined) throw refuse(0, 'value expected');
  return root;
}
