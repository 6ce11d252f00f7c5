import { type ConninfoStore, storeValue } from './conninfo-store.js';
import { isOptionOfAnyMajor, isSecretOption } from './options.js';
import { hideSpan, passwordSpan } from './redact-conninfo.js';
import { HIDDEN, type Refusal, refuse } from './refusal.js';

const BLANKS = /[ \t\n\v\f\r]*/y;
const NAME = /[^= \t\n\v\f\r]*/y;
const QUOTED = /'((?:\\.|[^'\\])*)'/sy;
const PLAIN = /((?:\\.|[^\\ \t\n\v\f\r])*)\\?/sy;

/** Reads a keyword/value string of bytes into the store. Source: `conninfo_parse` in fe-connect.c. */
export function readKeywords(text: string, store: ConninfoStore): Refusal | null {
  let at = 0;
  let previous = '';
  const span = passwordSpan(text);
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(BLANKS);
    if (at === text.length) return null;
    const from = at;
    const name = take(NAME)?.[0] ?? '';
    const shown = isRestOfSecret(name, previous) ? HIDDEN : hideSpan(name, from, span);
    take(BLANKS);
    if (text[at] !== '=') {
      return refuse('missing "=" after "%s" in connection info string', name, shown);
    }
    at++;
    take(BLANKS);
    const value = take(text[at] === "'" ? QUOTED : PLAIN);
    if (value === null) return refuse('unterminated quoted string in connection info string');
    if (!storeValue(store, name, (value[1] ?? '').replace(/\\(.)/gs, '$1'))) {
      return refuse('invalid connection option "%s"', name, shown);
    }
    previous = name;
  }
}

/** What follows a password and names no parameter is taken for more of the password. */
function isRestOfSecret(name: string, previous: string): boolean {
  return isSecretOption(previous) && !isOptionOfAnyMajor(name);
}
