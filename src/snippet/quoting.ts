import { PgRootCertError } from '../core/errors.js';

/**
 * A text as a string of each language. Every function takes any text without NUL, and what cannot be written down is
 * refused; the tests read the results back with the language itself.
 */

/** Controls, invisible and reordering marks: written as escapes, so that the text shows what it says. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

const MOST_SHOWN = 80;

/** @throws PgRootCertError `not-expressible` */
export function refuse(format: string, value: string, what: string): never {
  const shown = jsonString(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value);
  throw new PgRootCertError('not-expressible', `${format} cannot hold ${shown}: ${what}`, {
    help: ['choose another client, or another name for what is called so'],
  });
}

const hex = (char: string, digits: number): string =>
  (char.codePointAt(0) ?? 0).toString(16).padStart(digits, '0');

/** JSON, JavaScript, Python, Go, C#, R; in YAML a double-quoted scalar. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(HIDDEN, (char) => (char.length === 1 ? `\\u${hex(char, 4)}` : char));
}

/** A double-quoted Ruby string: `#` may begin an interpolation. */
export const rubyString = (text: string): string => jsonString(text).replaceAll('#', '\\#');

/** A single-quoted PHP string. */
export const phpString = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

export function rustString(text: string): string {
  const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const plain = text.replace(/[\\"]/g, '\\$&');
  return `"${plain.replace(HIDDEN, (char) => named[char] ?? `\\u{${hex(char, 1)}}`)}"`;
}

/** A database.yml of Rails goes through ERB before YAML sees it. */
export const erb = (text: string): string => text.replaceAll('<%', '<%%');
export const railsString = (text: string): string => erb(jsonString(text));

/** A value of a Java properties file (java.util.Properties, `load`). */
export function propertyValue(text: string): string {
  const named: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' };
  return text.replace(/[^ -~]|\\/g, (char) => named[char] ?? `\\u${hex(char, 4)}`).replace(/^ /, '\\ ');
}

const SHELL_SAFE = /^[\w@%+=:,./-]+$/;

/** A word for a POSIX shell. */
export const shellWord = (text: string): string =>
  SHELL_SAFE.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A word for PowerShell, to which typographic quotes are quotes too (about_Quoting_Rules). */
export const powerShellWord = (text: string): string => `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`;

/**
 * A value of a `.env` file that a POSIX shell and the readers of such files understand alike.
 * @throws PgRootCertError `not-expressible`: a `'` together with what means something within `"`
 */
export function dotenvValue(text: string): string {
  if (SHELL_SAFE.test(text)) return text;
  if (text.includes('\r')) refuse('a .env file', text, 'a carriage return');
  if (!text.includes("'") && !/\\(?:\\|$)/.test(text)) return `'${text}'`;
  if (/["\\$`]/.test(text)) refuse('a .env file', text, 'no quotes are left that every reader takes');
  return `"${text}"`;
}

/** A value of a libpq keyword/value string; Go's drivers read it alike (libpq, Connection Strings). */
export const conninfoValue = (text: string): string =>
  /^[^\s'\\]+$/.test(text) ? text : `'${text.replace(/[\\']/g, '\\$&')}'`;

/** A part of a URI. `keep` matches the escapes that are not needed there: `:` in a path, `/` too in a query. */
export const uriPart = (text: string, keep?: RegExp): string => {
  const encoded = encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${hex(char, 2).toUpperCase()}`);
  return keep === undefined ? encoded : encoded.replace(keep, decodeURIComponent);
};
export const uriPath = (text: string): string => uriPart(text, /%3A/g);
export const uriQuery = (parameters: Parameters): string =>
  parameters.map(([name, value]) => `${name}=${uriPart(value, /%3A|%2F/g)}`).join('&');

/**
 * The host of a URI.
 * @throws PgRootCertError `not-expressible`: what a URI would read otherwise
 */
export function uriHost(host: string): string {
  if (/^[\p{L}\p{N}._-]+$/u.test(host)) return host;
  if (/^[0-9a-f:.]+$/i.test(host)) return `[${host}]`;
  return refuse('a URI', host, 'as a host name it would be read otherwise');
}

/** A value in braces in an ODBC connection string (SQLDriverConnect, Comments). */
export const odbcBraces = (text: string): string => `{${text.replaceAll('}', '}}')}}`;

/**
 * A value without braces: psqlODBC takes them away from a few values only (dlg_specific.c, copyConnAttributes).
 * @throws PgRootCertError `not-expressible`: it would not end where it ends, or end elsewhere
 */
export function odbcPlain(text: string): string {
  return /;|^\{/.test(text)
    ? refuse('a connection string of psqlODBC', text, 'it would be read otherwise')
    : text;
}

/** A value of an ADO.NET connection string (DbConnectionStringBuilder). */
export const adoValue = (text: string): string =>
  /^[\w@:./\\-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;

/**
 * A value that is typed or stands on a line as it is.
 * @throws PgRootCertError `not-expressible`: more than one line, or blanks at an end, which get lost
 */
export function bareLine(format: string, text: string): string {
  if (/\p{Cc}/u.test(text)) refuse(format, text, 'a line break or another control character');
  if (text.trim() !== text || text === '') refuse(format, text, 'blanks at an end would be lost');
  return text;
}

/** Names with their values, in the order in which people write them. */
export type Parameters = readonly (readonly [name: string, value: string])[];
