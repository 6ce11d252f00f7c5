import { makeCertificate, type Name, type TestCertificate } from '../../support/make-certs.js';
import {
  extension,
  generalName,
  makeChainCertificate,
  nameDer,
  sequence,
} from '../../support/make-chains.js';

/**
 * A host, what libpq 15 and newer say, and what older ones say where it differs. null: it matches. In quotes: the
 * names that don't match. Anything else is the whole message.
 */
export type HostRow = readonly [string, string | null, (string | null)?];

export interface HostCase {
  readonly name: string;
  readonly certificate: TestCertificate;
  readonly hosts: readonly HostRow[];
}

export const root = makeCertificate({ subject: 'Host Name Root' });
const { privateKey: key } = makeCertificate({ subject: 'one key for all', key: 'rsa-2048' });

const NUL = "SSL certificate's name contains embedded null";
const NONE = "could not get server's host name from server certificate";
const badLength = (length: number): string => `certificate contains IP address with invalid length ${length}`;

function of(subject: string | Name | Uint8Array, ...names: readonly string[]): TestCertificate {
  const altNames =
    names.length === 0 ? {} : { plus: [extension('2.5.29.17', sequence(...names.map(generalName)))] };
  const isDer = subject instanceof Uint8Array;
  const named = isDer ? { subject: 'x', subjectDer: subject } : { subject };
  return makeChainCertificate({ ...named, issuer: root, ca: false, key, ...altNames });
}

const V4 = 'IP:c0000201';
const v6 = (hex: string): string => `IP:${hex.padStart(32, '0')}`;
const V6 = 'IP:20010db8000000000000000000000001';

const row = (name: string, certificate: TestCertificate, ...hosts: readonly HostRow[]): HostCase => ({
  name,
  certificate,
  hosts,
});

export const HOST_CASES: readonly HostCase[] = [
  row(
    'a dNSName',
    of('cn.example.org', 'DNS:db.example.org'),
    ['db.example.org', null],
    ['DB.Example.ORG', null],
    ['db.example.com', '"db.example.org"'],
    ['db.example.org.', '"db.example.org"'],
    ['example.org', '"db.example.org"'],
    ['cn.example.org', '"db.example.org"'],
    ['xdb.example.org', '"db.example.org"'],
  ),
  row(
    'three dNSNames',
    of('cn.example.org', 'DNS:a.example.org', 'DNS:b.example.org', 'DNS:c.example.org'),
    ['c.example.org', null],
    ['d.example.org', '"a.example.org" (and 2 other names)'],
  ),
  row(
    'two dNSNames',
    of('cn.example.org', 'DNS:a.example.org', 'DNS:b.example.org'),
    ['b.example.org', null],
    ['d.example.org', '"a.example.org" (and 1 other name)'],
  ),
  row(
    'no alternative names',
    of('cn.example.org'),
    ['cn.example.org', null],
    ['CN.EXAMPLE.ORG', null],
    ['db.example.org', '"cn.example.org"'],
    ['192.0.2.1', '"cn.example.org"'],
  ),
  row(
    'a wildcard',
    of('x', 'DNS:*.example.org'),
    ['db.example.org', null],
    ['DB.EXAMPLE.ORG', null],
    ['d.example.org', null],
    ['a.db.example.org', '"*.example.org"'],
    ['example.org', '"*.example.org"'],
    ['.example.org', '"*.example.org"'],
    ['d..example.org', null],
    ['*.example.org', null],
    ['db.example.com', '"*.example.org"'],
  ),
  row(
    'a wildcard in the common name',
    of('*.Example.org'),
    ['db.example.org', null],
    ['a.b.example.org', '"*.Example.org"'],
  ),
  row('a wildcard within a label', of('x', 'DNS:d*.example.org'), ['db.example.org', '"d*.example.org"']),
  row('two wildcards', of('x', 'DNS:*.*.org'), ['db.example.org', '"*.*.org"']),
  row('a wildcard without a dot', of('x', 'DNS:*example.org'), ['dbexample.org', '"*example.org"']),
  row(
    'nothing but a wildcard',
    of('x', 'DNS:*', 'DNS:*.'),
    ['db', '"*" (and 1 other name)'],
    ['db.', '"*" (and 1 other name)'],
  ),
  row('a wildcard for a top level', of('x', 'DNS:*.org'), ['example.org', null], ['org', '"*.org"']),
  row('a wildcard for addresses', of('x', 'DNS:*.0.2.1'), ['192.0.2.1', null]),
  row(
    'an IPv4 address',
    of('cn.example.org', V4),
    ['192.0.2.1', null, '"cn.example.org"'],
    ['192.000.002.001', null, '"cn.example.org"'],
    ['0xc0.0.2.1', null, '"cn.example.org"'],
    ['0300.0.02.01', null, '"cn.example.org"'],
    ['192.0.513', null, '"cn.example.org"'],
    ['192.513', null, '"cn.example.org"'],
    ['3221225985', null, '"cn.example.org"'],
    ['192.0.2.1 and more', null, '"cn.example.org"'],
    ['192.0.2.2', '"192.0.2.1"', '"cn.example.org"'],
    ['192.0.2.1/32', '"192.0.2.1" (and 1 other name)', '"cn.example.org"'],
    ['192.0.2.256', '"192.0.2.1" (and 1 other name)', '"cn.example.org"'],
    ['192.0.2.08', '"192.0.2.1" (and 1 other name)', '"cn.example.org"'],
    ['192.0.2.1.', '"192.0.2.1" (and 1 other name)', '"cn.example.org"'],
    ['4294967296', '"192.0.2.1" (and 1 other name)', '"cn.example.org"'],
    ['cn.example.org', null],
    ['db.example.org', '"192.0.2.1" (and 1 other name)', '"cn.example.org"'],
    ['2001:db8::1', '"192.0.2.1"', '"cn.example.org"'],
  ),
  row(
    'an IPv6 address',
    of('cn.example.org', V6),
    ['2001:db8::1', null, '"cn.example.org"'],
    ['2001:DB8:0:0::1', null, '"cn.example.org"'],
    ['2001:db8:0:0:0:0:0:1', null, '"cn.example.org"'],
    ['2001:db8::0.0.0.1', null, '"cn.example.org"'],
    ['2001:db8::2', '"2001:db8::1"', '"cn.example.org"'],
    ['2001:db8::1%1', '"2001:db8::1" (and 1 other name)', '"cn.example.org"'],
    ['[2001:db8::1]', '"2001:db8::1" (and 1 other name)', '"cn.example.org"'],
    ['2001:db8::1/128', '"2001:db8::1" (and 1 other name)', '"cn.example.org"'],
    ['192.0.2.1', '"2001:db8::1"', '"cn.example.org"'],
  ),
  row(
    'an address as the common name',
    of('192.0.2.1'),
    ['192.0.2.1', null],
    ['192.0.2.2', '"192.0.2.1"'],
    ['192.000.002.001', '"192.0.2.1"'],
  ),
  row(
    'an address as the common name, another as alternative',
    of('192.0.2.9', V4),
    ['192.0.2.9', '"192.0.2.1"', null],
    ['192.0.2.1', null, '"192.0.2.9"'],
  ),
  row(
    'an address as the common name, a dNSName',
    of('192.0.2.1', 'DNS:db.example.org'),
    ['192.0.2.1', null, '"db.example.org"'],
    ['192.0.2.2', '"db.example.org" (and 1 other name)', '"db.example.org"'],
  ),
  row(
    'an address as a dNSName',
    of('x', 'DNS:192.0.2.1'),
    ['192.0.2.1', null],
    ['192.000.002.001', '"192.0.2.1" (and 1 other name)', '"192.0.2.1"'],
  ),
  row(
    'a dNSName and an address',
    of('cn.example.org', 'DNS:db.example.org', V4),
    ['db.example.org', null],
    ['192.0.2.1', null, '"db.example.org"'],
    ['cn.example.org', '"db.example.org" (and 1 other name)', '"db.example.org"'],
  ),
  row(
    'an address and a dNSName',
    of('x', V4, 'DNS:db.example.org'),
    ['db.example.org', null],
    ['a', '"192.0.2.1" (and 1 other name)', '"db.example.org"'],
  ),
  row(
    'an IPv4 address in IPv6',
    of('x', v6('ffffc0000201')),
    ['::ffff:192.0.2.1', null, '"x"'],
    ['192.0.2.1', '"::ffff:192.0.2.1"', '"x"'],
  ),
  row('the loopback address', of('x', v6('1')), ['::1', null, '"x"'], ['::2', '"::1"', '"x"']),
  row('no address at all', of('x', v6('0')), ['::', null, '"x"'], ['::2', '"::"', '"x"']),
  row('zeros at the end', of('x', 'IP:20010db8000000000000000000000000'), ['::2', '"2001:db8::"', '"x"']),
  row('two runs of zeros', of('x', 'IP:20010000000000010000000000000001'), ['::2', '"2001:0:0:1::1"', '"x"']),
  row('two runs of one length', of('x', 'IP:20010000000000010001000000000001'), [
    '::2',
    '"2001::1:1:0:0:1"',
    '"x"',
  ]),
  row(
    'an address of three octets',
    of('x', 'IP:c00002', 'DNS:db.example.org'),
    ['db.example.org', badLength(3), null],
    ['192.0.2.1', badLength(3), '"db.example.org"'],
  ),
  row('a range of addresses', of('x', 'IP:c0000200ffffff00'), ['192.0.2.1', badLength(8), '"x"']),
  row('a NUL in the common name', of('db.example.org\0.example.com'), ['db.example.org', NUL], ['a', NUL]),
  row('a NUL in a dNSName', of('x', 'DNS:db.example.org\0.example.com'), ['db.example.org', NUL]),
  row(
    'a NUL behind a name that matches',
    of('x', 'DNS:db.example.org', 'DNS:\0'),
    ['db.example.org', null],
    ['a', NUL],
  ),
  row('a common name in two octets a character', of(nameDer(Buffer.from('\0d\0b', 'latin1'), 0x1e)), [
    'db',
    NUL,
  ]),
  row('a common name in latin1', of(nameDer(Buffer.from('db', 'latin1'), 0x14)), ['db', null]),
  row('a common name beyond ASCII', of('dbé'), ['dbé', null], ['DBé', null], ['dbÉ', '"dbé"']),
  row(
    'two common names',
    of([
      ['CN', 'a.example.org'],
      ['CN', 'b.example.org'],
    ]),
    ['a.example.org', null],
    ['b.example.org', '"a.example.org"'],
  ),
  row('no name at all', of([['O', 'Example']]), ['db.example.org', NONE], ['192.0.2.1', NONE]),
  row(
    'an e-mail address',
    of('cn.example.org', 'email:dba@example.org'),
    ['cn.example.org', null],
    ['dba@example.org', '"cn.example.org"'],
  ),
  row('an e-mail address alone', of([['O', 'Example']], 'email:dba@example.org'), ['example.org', NONE]),
  row('a URI', of('cn.example.org', 'URI:postgresql://db.example.org'), [
    'db.example.org',
    '"cn.example.org"',
  ]),
  row('an empty dNSName', of('cn.example.org', 'DNS:'), ['cn.example.org', '""']),
  row(
    'a directory name',
    of('cn.example.org', 'dir:db.example.org'),
    ['cn.example.org', null],
    ['db.example.org', '"cn.example.org"'],
  ),
];

/** The whole message for a row's shorthand. */
export const messageFor = (host: string, said: string | null): string | null =>
  said?.startsWith('"') ? `server certificate for ${said} does not match host name "${host}"` : said;
