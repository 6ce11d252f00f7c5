import { type ConninfoStore, storeValue } from './conninfo-store.js';
import { isOptionOfAnyMajor, isSecretOption } from './options.js';
import { passwordSpan, redactUri } from './redact-conninfo.js';
import { HIDDEN, type Refusal, refuse } from './refusal.js';
import { decodeUriText } from './uri-decode.js';

const SCHEME = /^postgres(?:ql)?:\/\//;

/** True if libpq takes the text for a URI (`uri_prefix_length` in fe-connect.c). */
export function isUri(text: string): boolean {
  return SCHEME.test(text);
}

/** A stretch of the URI. */
interface Piece {
  readonly text: string;
  readonly from: number;
}

/** A place in the URI that only moves on. */
class Cursor {
  constructor(
    readonly text: string,
    public at: number,
  ) {}

  get char(): string {
    return this.text.charAt(this.at);
  }

  /** Moves to the first of these characters, or to the end, and gives what lies before it. */
  upTo(stops: RegExp): Piece {
    const from = this.at;
    const length = this.text.slice(from).search(stops);
    this.at = length < 0 ? this.text.length : from + length;
    return { text: this.text.slice(from, this.at), from };
  }
}

/**
 * Reads a URI of bytes into the store. Sources: `conninfo_uri_parse_options` and `conninfo_uri_parse_params` in
 * fe-connect.c; it follows them, not RFC 3986.
 */
export function readUri(uri: string, store: ConninfoStore): Refusal | null {
  const span = passwordSpan(uri);
  const isHidden = (piece: Piece) =>
    span !== null && piece.from < span.to && piece.from + piece.text.length > span.from;

  const keep = (name: string, piece: Piece): Refusal | null => {
    if (piece.text === '') return null;
    const secret = isSecretOption(name) || isHidden(piece);
    const decoded = decodeUriText(piece.text, store.major, secret);
    if (typeof decoded !== 'string') return decoded;
    storeValue(store, name, decoded, secret);
    return null;
  };

  const cursor = new Cursor(uri, SCHEME.exec(uri)?.[0].length ?? 0);
  if (/^[^@/]*@/.test(uri.slice(cursor.at))) {
    const refusedUser = keep('user', cursor.upTo(/[:@]/));
    if (refusedUser !== null) return refusedUser;
    if (cursor.char === ':') {
      cursor.at++;
      const refusedPassword = keep('password', cursor.upTo(/@/));
      if (refusedPassword !== null) return refusedPassword;
    }
    cursor.at++;
  }

  const netlocs = readNetlocs(cursor);
  if ('format' in netlocs) return netlocs;
  const refusedHost = keep('host', netlocs.host) ?? keep('port', netlocs.port);
  if (refusedHost !== null) return refusedHost;
  if (cursor.char === '/') {
    cursor.at++;
    const refusedName = keep('dbname', cursor.upTo(/\?/));
    if (refusedName !== null) return refusedName;
  }
  const query = cursor.at + 1;
  return cursor.char === '?' ? readParams(uri.slice(query), query, store, isHidden) : null;
}

function readNetlocs(cursor: Cursor): { host: Piece; port: Piece } | Refusal {
  const uri = cursor.text;
  const start = cursor.at;
  let portFrom = uri.length;
  const hosts: string[] = [];
  const ports: string[] = [];
  for (;;) {
    if (cursor.char === '[') {
      const problem = readBracketed(cursor, hosts);
      if (problem !== null) return refuse(problem, uri, redactUri(uri));
    } else {
      hosts.push(cursor.upTo(/[:/?,]/).text);
    }
    if (cursor.char === ':') {
      cursor.at++;
      portFrom = Math.min(portFrom, cursor.at);
      ports.push(cursor.upTo(/[/?,]/).text);
    } else {
      ports.push('');
    }
    if (cursor.char !== ',') break;
    cursor.at++;
  }
  return { host: { text: hosts.join(','), from: start }, port: { text: ports.join(','), from: portFrom } };
}

/** Reads an IPv6 address; libpq's message, `%s` where the URI goes, where it is none. */
function readBracketed(cursor: Cursor, hosts: string[]): string | null {
  cursor.at++;
  const host = cursor.upTo(/\]/).text;
  if (cursor.char === '') {
    return 'end of string reached when looking for matching "]" in IPv6 host address in URI: "%s"';
  }
  if (host === '') return 'IPv6 host address may not be empty in URI: "%s"';
  cursor.at++;
  if (!/^[:/?,]?$/.test(cursor.char)) {
    return `unexpected character "${cursor.char}" at position ${cursor.at + 1} in URI (expected ":" or "/"): "%s"`;
  }
  hosts.push(host);
  return null;
}

function readParams(
  query: string,
  from: number,
  store: ConninfoStore,
  isHidden: (piece: Piece) => boolean,
): Refusal | null {
  let at = 0;
  let afterSecret = false;
  while (at < query.length) {
    const next = query.indexOf('&', at);
    const end = next < 0 ? query.length : next;
    const [rawName = '', rawValue, ...more] = query.slice(at, end).split('=');
    const hidden = isHidden({ text: query.slice(at, end), from: from + at });
    const unsure = hidden || (afterSecret && !isOptionOfAnyMajor(rawName));
    const shownName = unsure ? HIDDEN : rawName;
    if (more.length > 0) {
      return refuse('extra key/value separator "=" in URI query parameter: "%s"', rawName, shownName);
    }
    if (rawValue === undefined) {
      return refuse('missing key/value separator "=" in URI query parameter: "%s"', rawName, shownName);
    }
    const name = decodeUriText(rawName, store.major, unsure);
    if (typeof name !== 'string') return name;
    const value = decodeUriText(rawValue, store.major, hidden || isSecretOption(name));
    if (typeof value !== 'string') return value;
    const jdbc = name === 'ssl' && value === 'true';
    if (!storeValue(store, jdbc ? 'sslmode' : name, jdbc ? 'require' : value, hidden)) {
      return refuse('invalid URI query parameter: "%s"', name, unsure ? HIDDEN : name);
    }
    afterSecret = isSecretOption(name);
    at = end + 1;
  }
  return null;
}
