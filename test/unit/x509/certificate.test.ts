import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatPem,
  parseCertificate,
  publicKeyOf,
  readCertificate,
  sha1,
} from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/types.js';
import { type CertificateOptions, makeCertificate } from '../../support/make-certs.js';
import { certificatePem, pemToDer } from '../../support/root-files.js';

const G2 = pemToDer(certificatePem('digicert-global-root-g2'));

function parsed(der: Uint8Array): Certificate {
  const certificate = parseCertificate(der);
  if (certificate === null) throw new Error('no certificate');
  return certificate;
}

const made = (options: CertificateOptions): Certificate => parsed(makeCertificate(options).der);

describe('parseCertificate', () => {
  test('the facts of a root', () => {
    expect(parsed(G2)).toEqual({
      der: G2,
      sha256: 'cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f',
      subject: 'CN=DigiCert Global Root G2,OU=www.digicert.com,O=DigiCert Inc,C=US',
      issuer: 'CN=DigiCert Global Root G2,OU=www.digicert.com,O=DigiCert Inc,C=US',
      name: 'DigiCert Global Root G2',
      notBefore: new Date('2013-08-01T12:00:00Z'),
      notAfter: new Date('2038-01-15T12:00:00Z'),
      isCa: true,
      selfIssued: true,
    });
    expect(sha1(parsed(G2))).toBe('df3c24f9bfd666761b268073fe06d1cc8d4f82a4');
    expect(publicKeyOf(parsed(G2)).asymmetricKeyType).toBe('rsa');
  });

  test('a leaf is neither a CA nor self-issued', () => {
    const ca = makeCertificate({ subject: 'CA' });
    expect(made({ subject: 'leaf', issuer: ca })).toMatchObject({
      subject: 'CN=leaf',
      issuer: 'CN=CA',
      isCa: false,
      selfIssued: false,
    });
  });

  test('a self-issued certificate of version 1 is a CA, another of version 1 is not', () => {
    expect(made({ subject: 'old', version1: true }).isCa).toBe(true);
    expect(made({ subject: 'old', issuer: 'other', version1: true }).isCa).toBe(false);
  });

  test.each<[string, Partial<CertificateOptions>, boolean]>([
    ['CA:FALSE', { ca: false }, false],
    ['no basicConstraints', { ca: null }, false],
    ['CA:TRUE and no key usage', { keyUsage: null }, true],
    ['CA:TRUE without keyCertSign', { keyUsage: ['cRLSign'] }, false],
  ])('CA or not: %s', (_, options, isCa) => {
    expect(made({ subject: 'x', ...options }).isCa).toBe(isCa);
  });

  test.each<[string, CertificateOptions['subject'], string, string]>([
    [
      'the last common name',
      [
        ['CN', 'general'],
        ['CN', 'specific'],
      ],
      'specific',
      'CN=specific,CN=general',
    ],
    [
      'no common name',
      [
        ['O', 'Org'],
        ['OU', 'Unit'],
      ],
      'Unit',
      'OU=Unit,O=Org',
    ],
    [
      'no unit either',
      [
        ['C', 'DE'],
        ['O', 'Org'],
      ],
      'Org',
      'O=Org,C=DE',
    ],
    ['a country alone', [['C', 'DE']], 'C=DE', 'C=DE'],
    ['nothing', [], '', ''],
    ['a comma and a plus', 'a, b + c', 'a, b + c', 'CN=a\\, b \\+ c'],
    ['other alphabets', 'Ünïcode 証明', 'Ünïcode 証明', 'CN=Ünïcode 証明'],
    ['line breaks', 'a\nCN=b\r', 'a\\0ACN=b\\0D', 'CN=a\\0ACN=b\\0D'],
    ['an escape sequence of terminals', '\x1b[2J', '\\1B[2J', 'CN=\\1B[2J'],
    ['writing from right to left', 'a\u202eb', 'a\\E2\\80\\AEb', 'CN=a\\E2\\80\\AEb'],
  ])('names: %s', (_, subject, name, whole) => {
    expect(made({ subject })).toMatchObject({ name, subject: whole });
  });

  test('dates past 2049', () => {
    const notAfter = new Date('9999-12-31T23:59:59Z');
    expect(made({ subject: 'x', notAfter }).notAfter).toEqual(notAfter);
  });

  test('a date that OpenSSL cannot read leaves no time at all', () => {
    const { der } = makeCertificate({ subject: 'x', notBefore: new Date('2020-02-03T04:05:06Z') });
    const spoilt = Buffer.from(
      Buffer.from(der).toString('latin1').replace('200203040506Z', '20AB03040506Z'),
      'latin1',
    );
    expect(parsed(spoilt)).toMatchObject({ notBefore: new Date(0), notAfter: new Date(0) });
  });

  test('bytes behind the certificate change nothing', () => {
    expect(parsed(Buffer.concat([G2, Buffer.from('more')]))).toEqual(parsed(G2));
    expect(parsed(Buffer.concat([G2, G2]))).toEqual(parsed(G2));
  });

  test('a view into a larger buffer', () => {
    const around = Buffer.concat([Buffer.from('xx'), G2, Buffer.from('yy')]);
    expect(parsed(around.subarray(2, 2 + G2.length)).der).toEqual(G2);
  });

  test('a PEM text inside a DER certificate is not taken for it', () => {
    const hidden = `\n${certificatePem('digicert-global-root-g2')}`;
    const certificate = made({ subject: hidden });
    expect(certificate.sha256).not.toBe(parsed(G2).sha256);
    expect(certificate.name).toContain('BEGIN CERTIFICATE');
  });

  test('PEM in place of DER is refused', () => {
    expect(parseCertificate(Buffer.from(certificatePem('digicert-global-root-g2')))).toBeNull();
  });

  test('an outer length in BER gives the DER that OpenSSL makes of it', () => {
    const ber = Buffer.concat([Buffer.from('3080', 'hex'), G2.subarray(4), Buffer.from('0000ffff', 'hex')]);
    expect(parsed(ber)).toEqual(parsed(G2));
  });

  test.each([
    ['nothing', '', 'PEM lib'],
    ['too short', '30', 'too long'],
    ['another type', '020101', 'wrong tag'],
    ['an empty sequence', '3000', 'field missing'],
  ])('refused: %s', (_, hex) => {
    expect(parseCertificate(Buffer.from(hex, 'hex'))).toBeNull();
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseCertificate(bytes)).toBeNull();
      }),
    );
    const damage = fc.record({ at: fc.nat(G2.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 3 }), (damages) => {
        const bytes = new Uint8Array(G2);
        for (const { at, byte } of damages) bytes[at] = byte;
        const certificate = readCertificate(bytes);
        if ('reason' in certificate) expect(certificate.reason).toMatch(/^[ -~]+$/);
        else expect(certificate.sha256).toBe(createHash('sha256').update(certificate.der).digest('hex'));
      }),
      { numRuns: 300 },
    );
  });
});

test('formatPem writes what OpenSSL writes', () => {
  const pem = certificatePem('digicert-global-root-g2');
  expect(formatPem(G2)).toBe(pem);
  expect(formatPem(G2, 'CERTIFICATE', '\r\n')).toBe(pem.replaceAll('\n', '\r\n'));
});
