import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseConninfo } from '../../../src/postgres/conninfo.js';
import { redactConninfo } from '../../../src/postgres/redact-conninfo.js';
import { resolveSettings } from '../../../src/postgres/settings.js';
import { fakeHost } from '../../support/fake-host.js';

/** libpq's messages with a password in them, as we print them. */
const messages: readonly [text: string, libpqMessage: string][] = [
  ['postgres://u:se%cret@h', 'invalid percent-encoded token: "***"'],
  ['postgres://u:se%00@h', 'forbidden value %00 in percent-encoded value: "***"'],
  ['postgres://u:a b@h', 'unexpected spaces found in "***", use percent-encoded spaces (%20) instead'],
  ['postgres://us%er:secret@h', 'invalid percent-encoded token: "us%er"'],
  [
    'postgres://u:secret@[::1/db?sslpassword=other',
    'end of string reached when looking for matching "]" in IPv6 host address in URI: "postgres://u:***@[::1/db?sslpassword=***"',
  ],
  [
    'postgres://u:secret@[::1]x',
    'unexpected character "x" at position 26 in URI (expected ":" or "/"): "postgres://u:***@[::1]x"',
  ],
  ['postgres://u:sec/re%t@h/db', 'invalid percent-encoded token: "***"'],
  ['postgres://h?password=se%cret', 'invalid percent-encoded token: "***"'],
  ['postgres://h?p%61ssword=se%cret', 'invalid percent-encoded token: "***"'],
  ['postgres://h?password=sec&ret', 'missing key/value separator "=" in URI query parameter: "***"'],
  ['postgres://h?password=sec&ret==', 'extra key/value separator "=" in URI query parameter: "***"'],
  ['postgres://h?password=sec&ret=', 'invalid URI query parameter: "***"'],
  ['postgres://u:secret@h?foo=1', 'invalid URI query parameter: "foo"'],
  ['password=my secret host=h', 'missing "=" after "***" in connection info string'],
  ["password='it's' host=h", 'missing "=" after "***" in connection info string'],
  ['password=a b=c', 'invalid connection option "***"'],
  ['password=a host=h foo=1', 'invalid connection option "foo"'],
  [
    'postgresql+psycopg2://u:secret@h/db',
    'missing "=" after "postgresql+psycopg2://u:***@h/db" in connection info string',
  ],
  ['jdbc:postgresql://u:secret@h/db?a=b', 'invalid connection option "jdbc:postgresql://u:***@h/db?a"'],
];

const shown: readonly [text: string, redacted: string][] = [
  ['postgres://u:secret@h:1/db?sslmode=require', 'postgres://u:***@h:1/db?sslmode=require'],
  ['postgres://u@h/db', 'postgres://u@h/db'],
  ['postgres://h:5432/db?user=me@corp', 'postgres://h:5432/db?user=me@corp'],
  ['postgres://[::1]:5432/db', 'postgres://[::1]:5432/db'],
  ['postgres://u:p@ss/w?rd@h/db', 'postgres://u:***@h/db'],
  ['postgres://h/db?user=u&password=secret&sslmode=a', 'postgres://h/db?user=u&password=***&sslmode=a'],
  ['jdbc:postgresql://h/db?user=u&password=secret', 'jdbc:postgresql://h/db?user=u&password=***'],
  ['host=h password=secret sslmode=require', 'host=h password=*** sslmode=require'],
  ["host=h password = 'my \\'secret' user=u", 'host=h password = *** user=u'],
  ['password=my secret words host=h', 'password=*** host=h'],
  ['sslpassword=secret', 'sslpassword=***'],
  ['host=h user=a@b', 'host=h user=a@b'],
];

test.each(messages)('the message for %j shows no password', (text, libpqMessage) => {
  expect(parseConninfo(text, { major: 18 })).toEqual({ ok: false, libpqMessage });
});

test.each(shown)('%j is shown without its passwords', (text, redacted) => {
  expect(redactConninfo(text)).toBe(redacted);
});

describe('no part of a password is shown, however it is mistyped', () => {
  const MARK = 'QZ';
  const host = fakeHost({ env: {} });
  const build = { socketFolder: '/tmp', sysconfFolder: null, gssapi: true, windows: false };

  function allThatIsShown(conninfo: string): string {
    const resolved = resolveSettings({ conninfo, host, homeFolder: null, major: 18, build });
    const settings = [...(resolved.settings ?? [])].filter(([, { secret }]) => !secret);
    const hosts = resolved.ok ? resolved.hosts.filter(({ secret }) => !secret) : [];
    const message = resolved.ok ? '' : resolved.libpqMessage;
    return JSON.stringify([message, redactConninfo(conninfo), settings, hosts]);
  }

  const passwordWith = (separators: readonly string[]) =>
    fc.array(fc.constantFrom(...separators), { maxLength: 4 }).map((list) => [MARK, ...list, ''].join(MARK));

  test('in a URI', () => {
    const password = passwordWith([
      '@',
      '/',
      '?',
      ':',
      '#',
      '%',
      '&',
      '=',
      ' ',
      '[',
      ']',
      ',',
      '%zz',
      '%00',
      '//',
    ]);
    const scheme = fc.constantFrom(
      'postgres://',
      'postgresql+psycopg2://',
      'jdbc:postgresql://',
      'postgres//',
    );
    const user = fc.constantFrom('u', '', 'u%40x', 'u[');
    const tail = fc.constantFrom(
      'h',
      'h/db',
      '[::1',
      '[]',
      '[::1]x',
      'h:99999',
      'h:x',
      'h/%zz',
      'h?foo=1',
      'h?x',
      '',
    );
    fc.assert(
      fc.property(scheme, user, password, tail, (scheme, user, password, tail) => {
        expect(allThatIsShown(`${scheme}${user}:${password}@${tail}`)).not.toContain(MARK);
      }),
      { numRuns: 2000 },
    );
  });

  test('in a keyword/value string', () => {
    const password = passwordWith([' ', "'", '=', '\\', ' x=', '@', ':', '/', '\t', ' = ']);
    const before = fc.constantFrom('password=', 'host=h sslpassword = ', "user=u password='");
    const after = fc.constantFrom('', "'", ' host=h port=x', "' sslmode=bogus", ' foo=1');
    fc.assert(
      fc.property(before, password, after, (before, password, after) => {
        expect(allThatIsShown(before + password + after)).not.toContain(MARK);
      }),
      { numRuns: 2000 },
    );
  });
});
