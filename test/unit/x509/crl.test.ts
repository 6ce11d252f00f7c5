import { execFileSync, spawnSync } from 'node:child_process';
import { constants, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { parseCertificate } from '../../../src/x509/certificate.js';
import type { Crl } from '../../../src/x509/crl.js';
import { crlFolderName, parseCrl, readCrls, verifyCrl } from '../../../src/x509/crl.js';
import { makeCertificate, type Name, toPem } from '../../support/make-certs.js';
import { der, integer, nameDer, oid, type Signer, sequence } from '../../support/make-chains.js';
import { read } from './chain-cases/index.js';
import { ca, crl, day, inter, leaf, other, root } from './chain-cases/pki.js';

const list = crl(root, { revoked: [0x0fn, 0xff00n] });
const pem = toPem(list, 'X509 CRL');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function parsed(bytesOfCrl: Uint8Array): Crl {
  const found = parseCrl(bytesOfCrl);
  if (found === null) throw new Error('not a CRL');
  return found;
}

describe('a CRL file as libpq loads it', () => {
  test('one list', () => {
    const { crls, certificates, loads } = readCrls(bytes(pem));
    expect({ loads, certificates }).toEqual({ loads: true, certificates: [] });
    expect(crls).toEqual([
      {
        der: list,
        issuer: 'CN=Test Root',
        thisUpdate: day(-1),
        nextUpdate: day(30),
        revoked: new Set(['F', 'FF00']),
      },
    ]);
  });

  test('several, and text around them', () => {
    const { crls } = readCrls(bytes(`# of the root\r\n${pem}\n${toPem(crl(inter), 'X509 CRL')}`));
    expect(crls.map(({ issuer }) => issuer)).toEqual(['CN=Test Root', 'CN=Test Intermediate']);
  });

  test('certificates are loaded, too, and turn the checking on even alone', () => {
    const { crls, certificates, loads } = readCrls(bytes(root.pem));
    expect(crls).toEqual([]);
    expect(loads).toBe(true);
    expect(certificates.map(({ sha256 }) => sha256)).toEqual([root.sha256]);
  });

  test.each([
    ['DER', list],
    ['garbage', bytes('garbage')],
    ['nothing', bytes('')],
    ['another label', bytes(pem.replaceAll('X509 CRL', 'CRL'))],
    ['a broken list behind a good one', bytes(`${pem}${pem.replace(/\n/g, '\n!')}`)],
    ['a certificate under the label', bytes(toPem(root.der, 'X509 CRL'))],
  ])('%s is passed over', (_, file) => {
    expect(readCrls(file)).toEqual({ crls: [], certificates: [], loads: false });
  });
});

describe('a CRL', () => {
  test('without an end, without entries', () => {
    expect(parsed(crl(root, { nextUpdate: null }))).toMatchObject({ nextUpdate: null, revoked: new Set() });
  });

  test('names its issuer as certificates do', () => {
    const subject: Name = [
      ['C', 'US'],
      ['O', 'A, "B" + C'],
      ['OU', '#1 '],
      ['CN', 'Röot'],
      ['emailAddress', 'a@b.c'],
    ];
    const issuer = makeCertificate({ subject });
    expect(parsed(crl(issuer)).issuer).toBe(parseCertificate(issuer.der)?.subject);
    expect(parsed(crl(issuer)).issuer).toContain('CN=Röot,OU=\\#1\\ ,O=A\\, \\"B\\" \\+ C,C=US');
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['a certificate', root.der],
    ['a list that is cut off', list.subarray(0, -1)],
  ])('%s is none', (_, notOne) => {
    expect(parseCrl(notOne)).toBeNull();
  });

  test('of 20,000 entries is read in no time', () => {
    const big = crl(root, { revoked: Array.from({ length: 20_000 }, (_, i) => BigInt(i + 1) << 64n) });
    const start = performance.now();
    expect(parsed(big).revoked.size).toBe(20_000);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('the signature of a CRL', () => {
  const rsaRoot = ca('RSA Root', { key: 'rsa-2048' });
  const edRoot = ca('Ed25519 Root', { key: 'ed25519' });
  const ed25519: Signer = {
    algorithm: sequence(oid('1.3.101.112')),
    sign: (data) => sign(null, data, edRoot.privateKey),
  };
  const digest = sequence(oid('2.16.840.1.101.3.4.2.1'), Buffer.of(5, 0));
  const sha1 = sequence(oid('1.3.14.3.2.26'), Buffer.of(5, 0));
  const pss = (maskDigest: Uint8Array): Signer => ({
    algorithm: sequence(
      oid('1.2.840.113549.1.1.10'),
      sequence(
        der(0xa0, digest),
        der(0xa1, sequence(oid('1.2.840.113549.1.1.8'), maskDigest)),
        der(0xa2, integer(32)),
      ),
    ),
    sign: (data) =>
      sign('sha256', data, {
        key: rsaRoot.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      }),
  });

  test.each([
    ['ECDSA', root, crl(root)],
    ['RSA', rsaRoot, crl(rsaRoot)],
    ['Ed25519', edRoot, crl(edRoot, { signer: ed25519 })],
    ['RSA-PSS', rsaRoot, crl(rsaRoot, { signer: pss(digest) })],
  ])('%s', (_, issuer, signed) => {
    expect(verifyCrl(parsed(signed), read(issuer))).toBe(true);
    expect(verifyCrl(parsed(signed), read(other))).toBe(false);
    const spoilt = Buffer.from(signed);
    spoilt.writeUInt8(spoilt.readUInt8(40) ^ 1, 40);
    const still = parseCrl(new Uint8Array(spoilt));
    expect(still !== null && verifyCrl(still, read(issuer))).toBe(false);
  });

  test('RSA-PSS with two digests cannot be checked, and an unknown algorithm neither', () => {
    expect(verifyCrl(parsed(crl(rsaRoot, { signer: pss(sha1) })), read(rsaRoot))).toBe(false);
    const odd: Signer = { ...ed25519, algorithm: sequence(oid('1.2.3.4')) };
    expect(verifyCrl(parsed(crl(edRoot, { signer: odd })), read(edRoot))).toBe(false);
  });

  test('the key is what counts, not the name', () => {
    const renamed = ca('Another Name', { key: root });
    expect(verifyCrl(parsed(list), read(renamed))).toBe(true);
    expect(verifyCrl(parsed(list), read(leaf))).toBe(false);
  });
});

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0;

(hasOpenSsl ? describe : describe.skip)(
  'the file name in sslcrldir is that of openssl rehash (needs openssl)',
  () => {
    test.each([
      ['a plain name', nameDer('Test Root')],
      ['capitals and spaces', nameDer('  Test   ROOT ')],
      ['a PrintableString', nameDer('Test Root', 0x13)],
      ['beyond ASCII', nameDer('Röot ÄÖ')],
      ['latin1', nameDer(Buffer.from('Röot', 'latin1'), 0x14)],
      ['two octets a character', nameDer(Buffer.from('\0R\0\xf6\0t', 'latin1'), 0x1e)],
      ['a type that is not folded', nameDer('12 34', 0x12)],
      [
        'several attributes in one',
        sequence(
          der(0x31, attribute('2.5.4.3', 'zz'), attribute('2.5.4.10', 'B'), attribute('2.5.4.6', 'us')),
        ),
      ],
      ['nothing', sequence()],
    ])('%s', (_, issuerName) => {
      const made = crl(root, { issuerName });
      const hash = execFileSync('openssl', ['crl', '-hash', '-noout'], {
        input: toPem(made, 'X509 CRL'),
        encoding: 'utf8',
      });
      expect(crlFolderName(parsed(made))).toBe(`${hash.trim()}.r`);
    });
  },
);

function attribute(type: string, value: string): Buffer {
  return sequence(oid(type), der(0x0c, Buffer.from(value)));
}
