import { describe, expect, test } from '@jest/globals';
import { hostNamesOf, matchHostName } from '../../../src/x509/host-name.js';
import { parseIpv4, parseIpv6 } from '../../../src/x509/ip-address.js';
import { read } from './chain-cases/index.js';
import { HOST_CASES, messageFor } from './host-name-cases.js';

const rows = HOST_CASES.flatMap(({ name, certificate, hosts }) =>
  hosts.map(([host, newer, older = newer]) => ({ name, certificate, host, newer, older })),
);

describe.each([
  { majors: '15 and newer', old: false, list: [15, 16, 17, 18] },
  { majors: '14 and older', old: true, list: [12, 13, 14] },
])("libpq $majors compares a certificate's names", ({ old, list }) => {
  test.each(rows)('$name: $host', ({ certificate, host, newer, older }) => {
    const expected = messageFor(host, old ? older : newer);
    for (const major of list) {
      expect(matchHostName(read(certificate), host, { major })).toEqual({
        matches: expected === null,
        libpqMessage: expected,
      });
    }
  });
});

test.each([null, ''])('without a host there is nothing to compare: %p', (host) => {
  const { certificate } = HOST_CASES[0] ?? {};
  const result = certificate && matchHostName(read(certificate), host, { major: 18 });
  expect(result?.libpqMessage).toBe('host name must be specified for a verified SSL connection');
});

test.each([
  ['a dNSName and an address', ['db.example.org', '192.0.2.1']],
  ['no alternative names', ['cn.example.org']],
  ['no name at all', []],
  ['a URI', ['cn.example.org']],
])('the names of a certificate: %s', (name, expected) => {
  const found = HOST_CASES.find((each) => each.name === name);
  expect(found && hostNamesOf(read(found.certificate))).toEqual(expected);
});

describe('addresses as the C library reads them', () => {
  test.each([
    ['0', '00000000'],
    ['0x7f000001', '7f000001'],
    ['0X7F.1', '7f000001'],
    ['127.1', '7f000001'],
    ['1.2.772', '01020304'],
    ['255.255.255.255', 'ffffffff'],
    ['4294967295', 'ffffffff'],
    ['1.16777215', '01ffffff'],
    ['1.2.3.4\tx', '01020304'],
  ])('inet_aton takes %p', (text, hex) => {
    expect(Buffer.from(parseIpv4(text) ?? []).toString('hex')).toBe(hex);
  });

  test.each([
    '',
    ' 1.2.3.4',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.65536',
    '1.16777216',
    '256.1',
    '0x',
    '09',
    '1..2',
    '.1',
    '1.',
    '-1',
    '+1',
    '1.2.3.4x',
    '1e3',
  ])('inet_aton refuses %p', (text) => {
    expect(parseIpv4(text)).toBeNull();
  });

  test.each([
    ['::', '0'.repeat(32)],
    ['1::', `0001${'0'.repeat(28)}`],
    ['::ffff:1.2.3.4', `${'0'.repeat(20)}ffff01020304`],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('inet_pton takes %p', (text, hex) => {
    expect(Buffer.from(parseIpv6(text) ?? []).toString('hex')).toBe(hex);
  });

  test.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    'fe80::1%1',
    '::1.2.3',
    '::1.2.3.04',
    '1:2:3:4:5:6:7:8:9',
    'g::',
  ])('inet_pton refuses %p', (text) => {
    expect(parseIpv6(text)).toBeNull();
  });
});
