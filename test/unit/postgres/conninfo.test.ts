import { describe, expect, test } from '@jest/globals';
import { parseConninfo } from '../../../src/postgres/conninfo.js';

/** What libpq makes of a text: its values, or its message. Recorded from libpq 12 to 18 with PQconninfoParse. */
type Case = readonly [text: string, answer: Record<string, string> | string, majors?: readonly number[]];

const ALL = [12, 13, 14, 15, 16, 17, 18];
const TO_17 = [12, 13, 14, 15, 16, 17];

const keywords: readonly Case[] = [
  ['', {}],
  ['   ', {}],
  ['host=a', { host: 'a' }],
  ['  host = a  port\t=\n1 ', { host: 'a', port: '1' }],
  ['host=', { host: '' }],
  ['host= port=1', { host: 'port=1' }],
  ["host='a b'", { host: 'a b' }],
  ["host='it\\'s'user=x", { host: "it's", user: 'x' }],
  ['host=a\\ b\\\\', { host: 'a b\\' }],
  ['host=a\\', { host: 'a' }],
  ['host=a host=b', { host: 'b' }],
  ['host=\u00e9', { host: 'é' }],
  ['host=a\u00a0b', { host: 'a\u00a0b' }],
  ['requiressl=1', { sslmode: 'require' }],
  ['requiressl=0', { sslmode: 'prefer' }],
  ['requiressl=', { sslmode: 'prefer' }],
  ['dbname=postgres://u@h/db', { dbname: 'postgres://u@h/db' }],
  ['host', 'missing "=" after "host" in connection info string'],
  ['host port=1', 'missing "=" after "host" in connection info string'],
  ['a b=c', 'missing "=" after "a" in connection info string'],
  ['héllo', 'missing "=" after "héllo" in connection info string'],
  ['postgres:/h', 'missing "=" after "postgres:/h" in connection info string'],
  [' postgres://h', 'missing "=" after "postgres://h" in connection info string'],
  ['POSTGRES://h', 'missing "=" after "POSTGRES://h" in connection info string'],
  ['=x', 'invalid connection option ""'],
  ['foo=1', 'invalid connection option "foo"'],
  ['Host=a', 'invalid connection option "Host"'],
  ["host='a", 'unterminated quoted string in connection info string'],
  ["host='a\\", 'unterminated quoted string in connection info string'],
];

const uris: readonly Case[] = [
  ['postgres://', {}],
  ['postgresql://h', { host: 'h' }],
  ['postgres://u@', { user: 'u' }],
  ['postgres://u:p@h:1/d', { user: 'u', password: 'p', host: 'h', port: '1', dbname: 'd' }],
  ['postgres://:p@h', { password: 'p', host: 'h' }],
  ['postgres://u:@h', { user: 'u', host: 'h' }],
  ['postgres://u:p:q@h', { user: 'u', password: 'p:q', host: 'h' }],
  ['postgres://u:p/q@h', { host: 'u', port: 'p', dbname: 'q@h' }],
  ['postgres://h1:1,h2,h3:3/d', { host: 'h1,h2,h3', port: '1,,3', dbname: 'd' }],
  ['postgres://,', { host: ',', port: ',' }],
  ['postgres://[::1]:5/d', { host: '::1', port: '5', dbname: 'd' }],
  ['postgres://[::1],h:1', { host: '::1,h', port: ',1' }],
  ['postgres://é[::1]', { host: 'é[', port: ':1]' }],
  ['postgres:///d', { dbname: 'd' }],
  ['postgres:///d?host=/tmp&port=1', { dbname: 'd', host: '/tmp', port: '1' }],
  ['postgres://%2Ftmp/d', { host: '/tmp', dbname: 'd' }],
  ['postgres://h:5432:1/d', { host: 'h', port: '5432:1', dbname: 'd' }],
  ['postgres://h/d#f', { host: 'h', dbname: 'd#f' }],
  ['postgres://h?sslmode=require', { host: 'h', sslmode: 'require' }],
  ['postgres://h/?ssl=true', { host: 'h', sslmode: 'require' }],
  ['postgres://h?requiressl=1', { host: 'h', sslmode: 'require' }],
  ['postgres://h?sslmode=a&sslmode=b', { host: 'h', sslmode: 'b' }],
  ['postgres://h?', { host: 'h' }],
  ['postgres://h?sslmode=a&', { host: 'h', sslmode: 'a' }],
  ['postgres://h/d?host=a%2Cb', { host: 'a,b', dbname: 'd' }],
  ['postgres://h/d?%68ost=x', { host: 'x', dbname: 'd' }],
  ['postgres://h/d%20b', { host: 'h', dbname: 'd b' }],
  ['postgres://h/%C3%A9', { host: 'h', dbname: 'é' }],
  ['postgres://h/a b', { host: 'h', dbname: 'a b' }, TO_17],
  ['postgres://h/ a ', { host: 'h', dbname: ' a ' }, TO_17],
  ['postgres://h/ a ', { host: 'h', dbname: 'a' }, [18]],
  ['postgres://h/a b', 'unexpected spaces found in "a b", use percent-encoded spaces (%20) instead', [18]],
  ['postgres://h/%zz', 'invalid percent-encoded token: "%zz"'],
  ['postgres://h/a%4', 'invalid percent-encoded token: "a%4"'],
  ['postgres://h/%00', 'forbidden value %00 in percent-encoded value: "%00"'],
  ['postgres://h?&', 'missing key/value separator "=" in URI query parameter: ""'],
  ['postgres://h?a', 'missing key/value separator "=" in URI query parameter: "a"'],
  ['postgres://h?sslmode=a=b', 'extra key/value separator "=" in URI query parameter: "sslmode"'],
  ['postgres://h?=x', 'invalid URI query parameter: ""'],
  ['postgres://h?foo=1', 'invalid URI query parameter: "foo"'],
  ['postgres://h/?ssl=false', 'invalid URI query parameter: "ssl"'],
  ['postgres://[]', 'IPv6 host address may not be empty in URI: "postgres://[]"'],
  [
    'postgres://[::1',
    'end of string reached when looking for matching "]" in IPv6 host address in URI: "postgres://[::1"',
  ],
  [
    'postgres://[::1]x',
    'unexpected character "x" at position 17 in URI (expected ":" or "/"): "postgres://[::1]x"',
  ],
  [
    'postgres://é,[::1]é',
    'unexpected character "\ufffd" at position 20 in URI (expected ":" or "/"): "postgres://é,[::1]é"',
  ],
];

/** The parameters that not every major has: the first that has it, and the last. */
const ages: readonly [name: string, since: number, until: number][] = [
  ['authtype', 12, 13],
  ['tty', 12, 13],
  ['gssencmode', 12, 18],
  ['channel_binding', 13, 18],
  ['sslpassword', 13, 18],
  ['ssl_min_protocol_version', 13, 18],
  ['ssl_max_protocol_version', 13, 18],
  ['sslcrldir', 14, 18],
  ['sslsni', 14, 18],
  ['sslcertmode', 16, 18],
  ['require_auth', 16, 18],
  ['gssdelegation', 16, 18],
  ['load_balance_hosts', 16, 18],
  ['sslnegotiation', 17, 18],
  ['min_protocol_version', 18, 18],
  ['max_protocol_version', 18, 18],
  ['scram_client_key', 18, 18],
  ['scram_server_key', 18, 18],
  ['oauth_issuer', 18, 18],
  ['oauth_client_id', 18, 18],
  ['oauth_client_secret', 18, 18],
  ['oauth_scope', 18, 18],
  ['sslkeylogfile', 18, 18],
  ['servicefile', 19, 19],
];

function answer(text: string, major: number): Record<string, string> | string {
  const parsed = parseConninfo(text, { major });
  return parsed.ok ? Object.fromEntries(parsed.values) : parsed.libpqMessage;
}

describe.each([
  ['keyword/value strings', keywords],
  ['URIs', uris],
])('%s are read as libpq reads them', (_, cases) => {
  test.each(cases)('%j', (text, expected, majors = ALL) => {
    for (const major of majors)
      expect({ major, answer: answer(text, major) }).toEqual({ major, answer: expected });
  });
});

describe('a parameter is known from the major that brought it', () => {
  test.each(ages)('%s: %d to %d', (name, since, until) => {
    for (const major of ALL) {
      const known = since <= major && major <= until;
      expect(answer(`${name}=x`, major)).toEqual(
        known ? { [name]: 'x' } : `invalid connection option "${name}"`,
      );
    }
  });
});

test('a text ends at a NUL, as in C', () => {
  expect(answer('host=a\0b sslmode=require', 18)).toEqual({ host: 'a' });
});

test('the last value is kept where a parameter is given as a URI part and as a parameter', () => {
  expect(answer('postgres://u:p@h/d?user=v&password=q&dbname=e', 18)).toEqual({
    user: 'v',
    password: 'q',
    host: 'h',
    dbname: 'e',
  });
});
