import { nearest } from '../catalog/nearest.js';
import { CODES, type Code, isCode } from '../core/codes.js';
import type { Host } from '../core/host.js';
import { explainText, TEXT_LIMIT } from './text.js';
import type { Explanation } from './types.js';

export type Explained =
  | { readonly kind: 'code'; readonly code: Code; readonly page: string }
  | { readonly kind: 'text'; readonly explanation: Explanation }
  | { readonly kind: 'unknown'; readonly nearest: readonly Code[] };

/** The page of a code, in Markdown, as it lies in docs/errors/. */
export function explainCode(code: Code, host: Host): string {
  return new TextDecoder().decode(host.asset(`docs/errors/${code}.md`));
}

const NAMED_CODES = Object.keys(CODES).map((code) => ({ id: code, name: code }));

/** This program's own form of a message, `error[root-not-trusted]: …`. */
const OWN_MESSAGE = /\b(?:error|warning|info)\[([a-z0-9-]{1,64})\]/;

/**
 * What `explain` was asked: a code, one of this program's own messages, or a client's error text.
 */
export function explain(input: string, host: Host): Explained {
  const asked = input.slice(0, TEXT_LIMIT).trim();
  const word = (OWN_MESSAGE.exec(asked)?.[1] ?? asked).toLowerCase();
  if (isCode(word)) return { kind: 'code', code: word, page: explainCode(word, host) };
  const explanation = explainText(asked);
  if (explanation.matched.length > 0) return { kind: 'text', explanation };
  return { kind: 'unknown', nearest: nearest(word, NAMED_CODES).filter(isCode) };
}
