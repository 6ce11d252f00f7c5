/** A JSON value and where it begins: an offset in the text, in UTF-16 units. */
export type JsonNode = { readonly at: number } & (
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
);

/** What is no JSON, and where. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[-+.\w]+/y;
const DEEPEST = 64;

class JsonReader {
  #at = 0;

  constructor(readonly text: string) {}

  document(): JsonNode {
    const node = this.#value(0);
    if (this.#next() !== '') throw this.#unexpected();
    return node;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  /** The next character that is no space, left where it is; empty at the end. */
  #next(): string {
    this.#take(SPACE);
    return this.text.charAt(this.#at);
  }

  #unexpected(): JsonError {
    const found = this.#next();
    return new JsonError(
      found === '' ? 'the text ends too early' : `unexpected ${JSON.stringify(found)}`,
      this.#at,
    );
  }

  #expect(character: string): void {
    if (this.#next() !== character) throw this.#unexpected();
    this.#at += 1;
  }

  #value(depth: number): JsonNode {
    const next = this.#next();
    if (depth > DEEPEST) throw new JsonError('nested too deeply', this.#at);
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    return this.#scalar();
  }

  #scalar(): JsonNode & { readonly kind: 'scalar' } {
    this.#take(SPACE);
    const at = this.#at;
    const token = this.#take(SCALAR);
    if (token === '' && this.text[at] === '"') throw new JsonError('a string has no end', at);
    if (token === '') throw this.#unexpected();
    try {
      return { kind: 'scalar', value: JSON.parse(token), at };
    } catch {
      throw new JsonError(
        token.startsWith('"') ? 'not a valid string' : `unexpected ${JSON.stringify(token)}`,
        at,
      );
    }
  }

  /** What stands between an opening and a closing bracket, separated by commas. */
  #list(close: string, entry: () => void): void {
    this.#at += 1;
    if (this.#next() === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      entry();
      if (this.#next() !== ',') break;
      this.#at += 1;
    }
    this.#expect(close);
  }

  #array(depth: number): JsonNode {
    const at = this.#at;
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.#value(depth + 1)));
    return { kind: 'array', items, at };
  }

  #object(depth: number): JsonNode {
    const at = this.#at;
    const members = new Map<string, JsonNode>();
    this.#list('}', () => {
      if (this.#next() !== '"') throw this.#unexpected();
      const key = this.#scalar();
      const name = String(key.value);
      if (members.has(name)) throw new JsonError(`${JSON.stringify(name)} is given twice`, key.at);
      this.#expect(':');
      members.set(name, this.#value(depth + 1));
    });
    return { kind: 'object', members, at };
  }
}

/**
 * Reads JSON (RFC 8259) and keeps where each value stands, which JSON.parse does not tell. Stricter in two
 * things: an object names each member once, and there are no more than 64 levels.
 * @throws {JsonError}
 */
export function readJson(text: string): JsonNode {
  return new JsonReader(text).document();
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
