import type { LibpqBuild } from './libpq-build.js';

/** What a line of a password file is looked up by; each as libpq would connect with. */
export interface PassfileQuestion {
  /** The host's name, or its address where it has none, or a socket's folder. */
  readonly host: string;
  readonly port: string;
  readonly dbname: string;
  readonly user: string;
}

/**
 * The password of the first line that fits; null where none does. The default socket folder goes by the name of
 * localhost. Source: `passwordFromFile` in fe-connect.c; the manual's page "The Password File".
 */
export function passwordFromText(
  text: string,
  { host, port, dbname, user }: PassfileQuestion,
  build: Pick<LibpqBuild, 'socketFolder'>,
): string | null {
  if (dbname === '' || user === '') return null;
  const name = host === '' || host === build.socketFolder ? 'localhost' : host;
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    let rest: string | null = line.replace(/[\r\n]+$/, '');
    for (const wanted of [name, port, dbname, user]) rest = rest === null ? null : behindField(rest, wanted);
    if (rest !== null) return unescaped(rest);
  }
  return null;
}

/** What follows a field and its colon; null where the field is another. Source: `pwdfMatchesString`. */
function behindField(line: string, wanted: string): string | null {
  if (line.startsWith('*:')) return line.slice(2);
  let at = 0;
  for (const char of wanted) {
    if (line[at] === '\\') at++;
    if (!line.startsWith(char, at)) return null;
    at += char.length;
  }
  return line[at] === ':' ? line.slice(at + 1) : null;
}

/** Up to a colon that no backslash stands before. */
function unescaped(rest: string): string {
  let password = '';
  for (let at = 0; at < rest.length && rest[at] !== ':'; at++) {
    if (rest[at] === '\\' && at + 1 < rest.length) at++;
    password += rest[at];
  }
  return password;
}
