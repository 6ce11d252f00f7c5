import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readKeywords } from '../../src/postgres/conninfo-keywords.js';
import { newStore } from '../../src/postgres/conninfo-store.js';
import { isUri, readUri } from '../../src/postgres/conninfo-uri.js';
import { fromBytes, toBytes } from '../../src/postgres/refusal.js';
import { type ParsedConninfo, parseConninfos } from '../support/libpq.js';
import { available, type LibpqName } from '../support/parts.js';

const DEBIAN_MAJOR = 15;
const QUESTIONS = 3000;

const KEYWORDS =
  "host| port| host|='a b'|='it\\'s'|=| = |a|\\|'| |\t|sslmode|requiressl|=1|password|é|%20|user=x |\n|\v|\f|\r|=\\ a|tty=|sslsni=|sslnegotiation=|require_auth=|sslkeylogfile=";
const URI_PARTS =
  'u|:|p|@|/|?|&|=|host=|port=|user|password=|[|]|::1|[::1]|,|h1|:5432|db|%20|%C3%A9|%zz|%|%0|%00|%ff| |  |é|ssl=true|ssl=false|sslmode=require|requiressl=|foo=1|%3D|+|\t|sslsni=0|h%41';

const textOf = (parts: string) => fc.array(fc.constantFrom(...parts.split('|')), { maxLength: 14 });
const conninfo = fc.oneof(
  textOf(KEYWORDS).map((list) => list.join('')),
  fc
    .tuple(
      fc.constantFrom('postgres://', 'postgresql://', 'postgres://u:p@h/db?', 'postgres://[::1]'),
      textOf(URI_PARTS),
    )
    .map(([start, list]) => start + list.join('')),
);

/** Our reading, with libpq's message before passwords are hidden. */
function ours(text: string, major: number): ParsedConninfo {
  const store = newStore(major);
  const bytes = toBytes(text);
  const refused = isUri(bytes) ? readUri(bytes, store) : readKeywords(bytes, store);
  if (refused !== null) {
    return { options: null, message: fromBytes(refused.format.replace('%s', () => refused.text)) };
  }
  const options = Object.fromEntries([...store.values].map(([name, value]) => [name, fromBytes(value)]));
  return { options, message: null };
}

const libraries = available().libpq;
const onLibraries = libraries.length > 0 ? describe : describe.skip;

onLibraries('any text is read as PQconninfoParse reads it', () => {
  test.each(
    libraries.map((name): [LibpqName, number] => [name, name === 'debian' ? DEBIAN_MAJOR : Number(name)]),
  )(
    'libpq %s',
    async (name, major) => {
      const texts = fc.sample(conninfo, QUESTIONS);
      const theirs = await parseConninfos(texts, name);
      const told = texts.map((text, index) => ({ text, ...theirs[index] }));
      expect(texts.map((text) => ({ text, ...ours(text, major) }))).toEqual(told);
    },
    60_000,
  );
});
