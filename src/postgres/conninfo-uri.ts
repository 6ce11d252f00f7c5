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

/** A stretch of the URI that becomes a value, or null where it is empty or absent. */
interface Piece {
  readonly text: string;
  readonly from: number;
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

  let at = SCHEME.exec(uri)?.[0].length ?? 0;
  const upTo = (stops: RegExp): Piece => {
    const from = at;
    const length = uri.slice(from).search(stops);
    at = length < 0 ? uri.length : from + length;
    return { text: uri.slice(from, at), from };
  };

  if (/^[^@/]*@/.test(uri.slice(at))) {
    const refused = keep('user', upTo(/[:@]/));
    if (refused !== null) return refused;
    if (uri[at] === ':') {
      at++;
      const refusedPassword = keep('password', upTo(/@/));
      if (refusedPassword !== null) return refusedPassword;
    }
    at++;
  }

  const netlocs = readNetlocs(uri, at);
  if ('format' in netlocs) return netlocs;
  const refusedHost = keep('host', netlocs.host) ?? keep('port', netlocs.port);
  if (refusedHost !== null) return refusedHost;
  at = netlocs.end;
  if (uri[at] === '/') {
    at++;
    const refusedName = keep('dbname', upTo(/\?/));
    if (refusedName !== null) return refusedName;
  }
  return uri[at] === '?' ? readParams(uri.slice(at + 1), at + 1, store, isHidden) : null;
}

function readNetlocs(uri: string, start: number): { host: Piece; port: Piece; end: number } | Refusal {
  let at = start;
  let portFrom = uri.length;
  const hosts: string[] = [];
  const ports: string[] = [];
  const upTo = (stops: RegExp): string => {
    const from = at;
    const length = uri.slice(from).search(stops);
    at = length < 0 ? uri.length : from + length;
    return uri.slice(from, at);
  };
  for (;;) {
    if (uri[at] === '[') {
      at++;
      const host = upTo(/\]/);
      const problem =
        at === uri.length
          ? 'end of string reached when looking for matching "]" in IPv6 host address in URI: "%s"'
          : host === ''
            ? 'IPv6 host address may not be empty in URI: "%s"'
            : null;
      if (problem !== null) return refuse(problem, uri, redactUri(uri));
      at++;
      const next = uri[at];
      if (next !== undefined && !':/?,'.includes(next)) {
        const format = `unexpected character "${next}" at position ${at + 1} in URI (expected ":" or "/"): "%s"`;
        return refuse(format, uri, redactUri(uri));
      }
      hosts.push(host);
    } else {
      hosts.push(upTo(/[:/?,]/));
    }
    if (uri[at] === ':') {
      at++;
      portFrom = Math.min(portFrom, at);
      ports.push(upTo(/[/?,]/));
    } else {
      ports.push('');
    }
    if (uri[at] !== ',') break;
    at++;
  }
  const port = ports.join(',');
  return { host: { text: hosts.join(','), from: start }, port: { text: port, from: portFrom }, end: at };
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
