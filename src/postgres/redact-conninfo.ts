import { allOptionNames, isOptionOfAnyMajor, isSecretOption } from './options.js';
import { HIDDEN } from './refusal.js';

/** Where in a URI a password lies, or may lie. `from` is included, `to` is not. */
export interface SecretSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * The span of a URI, or of what was meant for one, that a password may take up: from the first colon behind the
 * scheme to the last `@` that can end it. That is more than libpq takes for the password where the password holds
 * an unencoded `@`, `/` or `?`, which libpq reads as host, port, database or parameter and repeats in its messages.
 */
export function passwordSpan(uri: string): SecretSpan | null {
  const slashes = uri.indexOf('//');
  const start = slashes < 0 ? 0 : slashes + 2;
  const length = uri.slice(start).search(/[:@/]/);
  const colon = start + length;
  if (length < 0 || uri[colon] !== ':' || uri.slice(0, colon).includes('=')) return null;
  const credentials = /^[^@/]*@/.exec(uri.slice(start))?.[0];
  if (credentials === undefined && /(?:^|,)\[/.test(uri.slice(start, colon))) return null;

  const query = uri.indexOf('?', start + (credentials?.length ?? 0));
  const inPath = uri.lastIndexOf('@', query < 0 ? undefined : query);
  // An `@` behind the name of a parameter belongs to that parameter.
  const isQuery = query >= 0 && isOptionOfAnyMajor(/^[^=]*/.exec(uri.slice(query + 1))?.[0] ?? '');
  const to = isQuery ? inPath : uri.lastIndexOf('@');
  return to > colon ? { from: colon + 1, to } : null;
}

/** A stretch of a text, `from` its place there, without the part that lies in the span. */
export function hideSpan(stretch: string, from: number, span: SecretSpan | null): string {
  if (span === null || from >= span.to || from + stretch.length <= span.from) return stretch;
  return stretch.slice(0, Math.max(0, span.from - from)) + HIDDEN + stretch.slice(span.to - from);
}

function redactQuery(query: string): string {
  let afterSecret = false;
  const parts = query.split('&').map((part) => {
    const [name = '', ...value] = part.split('=');
    const known = isOptionOfAnyMajor(decodeName(name));
    if (value.length === 0 || (afterSecret && !known)) return afterSecret ? HIDDEN : part;
    afterSecret = isSecretOption(decodeName(name));
    return afterSecret ? `${name}=${HIDDEN}` : part;
  });
  return parts.join('&');
}

function decodeName(name: string): string {
  return name
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .trim();
}

/** A URI, or what was meant for one, without its passwords. */
export function redactUri(uri: string): string {
  const named = new RegExp(`([?&](?:${allOptionNames().filter(isSecretOption).join('|')})=)[^&]*`, 'g');
  const unnamed = uri.replace(named, (_, name: string) => name + HIDDEN);
  const plain = hideSpan(unnamed, 0, passwordSpan(unnamed));
  const query = plain.indexOf('?');
  return query < 0 ? plain : plain.slice(0, query + 1) + redactQuery(plain.slice(query + 1));
}

function redactKeywords(text: string): string {
  const names = allOptionNames();
  const secret = names.filter(isSecretOption).join('|');
  // A value ends where the next known parameter starts, so that an unquoted password with spaces is hidden whole.
  const next = `(?=\\s+(?:${names.join('|')})\\s*=|$)`;
  const value = `(?:'(?:\\\\.|[^'\\\\])*'|.*?)`;
  return text.replace(
    new RegExp(`(^|[\\s'])((?:${secret})\\s*=\\s*)${value}.*?${next}`, 'gs'),
    (_, before: string, name: string) => before + name + HIDDEN,
  );
}

/** A conninfo, right or wrong, without its passwords: `***` stands for each. */
export function redactConninfo(text: string): string {
  return /^\s*\w+\s*=/.test(text) ? redactKeywords(text) : redactUri(text);
}
