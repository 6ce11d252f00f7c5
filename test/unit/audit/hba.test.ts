import { describe, expect, test } from '@jest/globals';
import { plainTextRules, readRules, ruleText } from '../../../src/audit/hba.js';

/** Lines as pg_hba_file_rules shows them: `type database user address netmask method`, `-` for none. */
const rules = (...lines: string[]) =>
  readRules(
    lines.map((line, at) => {
      const [type, database, user, address, netmask, method] = line
        .split(' ')
        .map((word) => (word === '-' ? null : word));
      return {
        file: '/etc/postgresql/pg_hba.conf',
        line: String(at + 1),
        type: type ?? null,
        database: database ?? null,
        user: user ?? null,
        address: address ?? null,
        netmask: netmask ?? null,
        method: method ?? null,
        error: null,
      };
    }),
  );
const ALL4 = '0.0.0.0 0.0.0.0';
const ALL6 = ':: ::';

describe('lines that let plain text in from other machines', () => {
  test.each<[string, string[], number[]]>([
    ['hostssl alone', [`hostssl all all ${ALL4} md5`], []],
    ['host', [`host all all ${ALL4} md5`], [1]],
    ['hostnossl', [`hostnossl all all ${ALL4} md5`], [1]],
    ['hostgssenc is encrypted', [`hostgssenc all all ${ALL4} gss`], []],
    ['a Unix socket', ['local all all - - peer'], []],
    [
      'the machine itself',
      [
        'host all all 127.0.0.1 255.0.0.0 trust',
        'host all all ::1 ffff:: trust',
        'host all all samehost - trust',
        'host all all localhost - trust',
      ],
      [],
    ],
    ['samenet and names', ['host all all samenet - md5', 'host all all .example.org - md5'], [1, 2]],
    ['a rejection', [`host all all ${ALL4} reject`], []],
    ['behind a rejection of all', ['hostnossl all all all - reject', `host all all ${ALL4} md5`], []],
    ['before a rejection of all', [`host all all ${ALL4} md5`, 'hostnossl all all all - reject'], [1]],
    [
      'behind a rejection of IPv4',
      [
        `hostnossl all all ${ALL4} reject`,
        `host all all ${ALL4} md5`,
        `host all all ${ALL6} md5`,
        'host all all all - md5',
      ],
      [3, 4],
    ],
    [
      'behind both',
      [`hostnossl all all ${ALL4} reject`, `hostnossl all all ${ALL6} reject`, 'host all all all - md5'],
      [],
    ],
    [
      'behind a rejection of some',
      [`hostnossl app all ${ALL4} reject`, `hostnossl all eve ${ALL4} reject`, `host all all ${ALL4} md5`],
      [3],
    ],
    ['hostssl rejects TLS only', [`hostssl all all ${ALL4} reject`, `host all all ${ALL4} md5`], [2]],
  ])('%s', (_, lines, expected) => {
    expect(plainTextRules(rules(...lines)).map(({ place }) => place)).toEqual(
      expected.map((line) => `pg_hba.conf line ${line}`),
    );
  });
});

test('a line that the server could not read is none', () => {
  expect(readRules([{ line: '1', type: null, error: 'invalid connection type "hots"' }])).toEqual([]);
});

test('a rule as text, and where it stands before version 16', () => {
  const [rule] = readRules([
    {
      file: null,
      line: '7',
      type: 'local',
      database: 'all',
      user: 'ana',
      address: null,
      netmask: null,
      method: 'peer',
      error: null,
    },
  ]);
  expect(rule?.place).toBe('pg_hba.conf line 7');
  expect(rule && ruleText(rule)).toBe('local all ana peer');
});
