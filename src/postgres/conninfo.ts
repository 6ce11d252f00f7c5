import { readKeywords } from './conninfo-keywords.js';
import { newStore } from './conninfo-store.js';
import { isUri, readUri } from './conninfo-uri.js';
import { fromBytes, messageOf, toBytes } from './refusal.js';

/** What libpq itself refuses. The message is libpq's, without its last newline and with `***` for any password. */
export interface LibpqRefusal {
  readonly ok: false;
  readonly libpqMessage: string;
}

export interface Conninfo {
  readonly ok: true;
  /** The parameters that the text gives, by libpq's names; no defaults. */
  readonly values: ReadonlyMap<string, string>;
  /** Parameters whose value is a password, or may hold a part of one. */
  readonly secret: ReadonlySet<string>;
}

export type ParsedConninfo = Conninfo | LibpqRefusal;

/**
 * Reads a connection URI or keyword/value string as libpq of this major does.
 * Source: `PQconninfoParse` in fe-connect.c.
 */
export function parseConninfo(text: string, { major }: { major: number }): ParsedConninfo {
  const store = newStore(major);
  const bytes = toBytes(text);
  const refused = isUri(bytes) ? readUri(bytes, store) : readKeywords(bytes, store);
  if (refused !== null) return { ok: false, libpqMessage: messageOf(refused) };
  const values = new Map([...store.values].map(([name, value]) => [name, fromBytes(value)]));
  return { ok: true, values, secret: store.secret };
}
