import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as asn1js from 'asn1js';
import fc from 'fast-check';
import * as pkijs from 'pkijs';
import { verifyRoot } from '../../../src/x509/verify.js';
import { makeCertificate, makeKey, toPem } from '../../support/make-certs.js';
import {
  algorithm,
  altered,
  daysFromNow,
  ECDSA_SHA256,
  ecKey,
  exponentOneRoot,
  flat,
  made,
  NOW,
  nested,
  pssRoot,
  resigned,
  SHA256,
  VALID,
} from './odd-certificates.js';

const key = makeKey();
const signedBy = (signer: KeyObject) => (tbs: Uint8Array) => sign('sha256', tbs, signer);
const rsa = makeKey('rsa-2048');
const issuer = makeCertificate({ subject: 'Test Root', ...VALID });

describe('a good root', () => {
  test.each<[string, Uint8Array]>([
    ['P-256', made()],
    ['P-384', made({ key: 'ec-p384', digest: 'sha384' })],
    ['P-521', made({ key: 'ec-p521', digest: 'sha512' })],
    ['secp256k1, which WebCrypto lacks', made({ key: ecKey('secp256k1') })],
    ['brainpoolP256r1, which WebCrypto lacks', made({ key: ecKey('brainpoolP256r1') })],
    ['RSA', made({ key: rsa })],
    ['RSA with SHA-1', made({ key: rsa, digest: 'sha1' })],
    ['RSA with MD5', made({ key: rsa, digest: 'md5' })],
    ['Ed25519', made({ key: 'ed25519' })],
    ['RSA-PSS by an RSA key', pssRoot(rsa, SHA256)],
    [
      'RSA-PSS by an RSA-PSS key, another digest in its mask',
      pssRoot(
        generateKeyPairSync('rsa-pss', {
          modulusLength: 2048,
          hashAlgorithm: 'sha256',
          mgf1HashAlgorithm: 'sha1',
        }).privateKey,
        algorithm('1.3.14.3.2.26', new asn1js.Null()),
      ),
    ],
    ['without key usage', made({ keyUsage: null })],
    ['with dates past 2050', made({ notAfter: new Date('2061-05-21T00:00:00Z') })],
  ])('%s has no fault', async (_, der) => {
    expect(await verifyRoot(der, NOW)).toEqual([]);
  });
});

describe('a broken root has its one fault', () => {
  const dsa = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey;
  test.each<[string, Uint8Array, string]>([
    ['signed by another key', made({ signWith: makeKey() }), 'signature-invalid'],
    ['RSA, signed by another key', made({ key: rsa, signWith: makeKey('rsa-2048') }), 'signature-invalid'],
    [
      'Ed25519, signed by another key',
      made({ key: 'ed25519', signWith: makeKey('ed25519') }),
      'signature-invalid',
    ],
    [
      'secp256k1, signed by another key',
      made({ key: ecKey('secp256k1'), signWith: ecKey('secp256k1') }),
      'signature-invalid',
    ],
    ['its name changed', altered(made(), 'name'), 'signature-invalid'],
    ['its signature changed', altered(made({ key: rsa }), 'signature'), 'signature-invalid'],
    ['an RSA key, an ECDSA signature', made({ key: rsa, signWith: makeKey() }), 'signature-invalid'],
    [
      'a signature that is no ECDSA-Sig-Value',
      resigned(made({ key }), { algorithm: ECDSA_SHA256, signed: () => Buffer.from('0102', 'hex') }),
      'signature-invalid',
    ],
    [
      'another algorithm inside than outside',
      resigned(made({ key }), {
        algorithm: ECDSA_SHA256,
        inside: algorithm('1.2.840.10045.4.3.3'),
        signed: signedBy(key),
      }),
      'signature-invalid',
    ],
    ['a leaf', made({ subject: 'db.example.org', issuer, ca: false }), 'not-self-signed'],
    ['a self-signed leaf', made({ ca: false, keyUsage: null }), 'not-a-ca'],
    ['without basicConstraints', made({ ca: null }), 'not-a-ca'],
    ['version 1', made({ version1: true }), 'not-a-ca'],
    ['a CA without keyCertSign', made({ keyUsage: ['cRLSign'] }), 'not-a-ca'],
    [
      'CA:TRUE and CA:FALSE',
      resigned(made({ key }), {
        algorithm: ECDSA_SHA256,
        signed: signedBy(key),
        extensions: (all) => [
          ...all,
          new pkijs.Extension({
            extnID: '2.5.29.19',
            extnValue: new pkijs.BasicConstraints({ cA: false }).toSchema().toBER(),
          }),
        ],
      }),
      'not-a-ca',
    ],
    [
      'a torn basicConstraints',
      resigned(made({ key, ca: null, keyUsage: null }), {
        algorithm: ECDSA_SHA256,
        signed: signedBy(key),
        extensions: (all) => [
          ...all,
          new pkijs.Extension({ extnID: '2.5.29.19', extnValue: Uint8Array.of(0x30, 0x05, 0x01).buffer }),
        ],
      }),
      'not-a-ca',
    ],
    ['RSA-1024', made({ key: 'rsa-1024' }), 'weak-key'],
    ['RSA with the public exponent 1', exponentOneRoot(), 'weak-key'],
    ['P-192', made({ key: ecKey('prime192v1') }), 'weak-key'],
    ['P-224', made({ key: ecKey('secp224r1') }), 'weak-key'],
    [
      'DSA',
      resigned(made({ key: dsa, signWith: key }), {
        algorithm: algorithm('2.16.840.1.101.3.4.3.2'),
        signed: signedBy(dsa),
      }),
      'weak-key',
    ],
    [
      'an algorithm that does not exist',
      resigned(made({ key }), { algorithm: algorithm('1.2.3.4.5'), signed: signedBy(key) }),
      'unsupported-algorithm',
    ],
    ['expired', made({ notBefore: daysFromNow(-9), notAfter: daysFromNow(-1) }), 'expired'],
    ['expired this second', made({ notAfter: NOW }), 'expired'],
    ['not yet valid', made({ notBefore: daysFromNow(1) }), 'not-yet-valid'],
  ])('%s', async (_, der, fault) => {
    expect(await verifyRoot(der, NOW)).toEqual(
      // A leaf of somebody else's is no CA either.
      fault === 'not-self-signed' ? ['not-self-signed', 'not-a-ca'] : [fault],
    );
  });

  test('an intermediate is not self-signed, and nothing else is wrong with it', async () => {
    const { der } = makeCertificate({ subject: 'Issuing CA', issuer, ca: true, ...VALID });
    expect(await verifyRoot(der, NOW)).toEqual(['not-self-signed']);
  });

  test('several faults come gravest first', async () => {
    const der = made({
      key: 'rsa-1024',
      ca: false,
      signWith: makeKey('rsa-1024'),
      notAfter: daysFromNow(-0.5),
    });
    expect(await verifyRoot(der, NOW)).toEqual(['signature-invalid', 'not-a-ca', 'weak-key', 'expired']);
  });
});

describe('whatever the bytes', () => {
  const root = made();

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['cut off', root.subarray(0, -1)],
    ['a byte too many', Uint8Array.of(...root, 0)],
    ['PEM instead of DER', Buffer.from(toPem(root))],
    ['more than half a megabyte', new Uint8Array(512 * 1024 + 1).fill(0x30)],
    ['sequences in sequences', nested(20_000)],
    [
      'indefinite lengths in each other',
      new Uint8Array(512 * 1024).map((_, at) => (at % 2 === 0 ? 0x30 : 0x80)),
    ],
    ['a quarter of a million nulls', flat(262_000)],
  ])('%s: not a certificate', async (_, der) => {
    const started = performance.now();
    expect(await verifyRoot(der, NOW)).toEqual(['not-a-certificate']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('random bytes never throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect(await verifyRoot(bytes, NOW)).toEqual(['not-a-certificate']);
      }),
    );
  });

  test('a signature with any bit changed is a fault, also where only its DER is torn', async () => {
    const signature = 75;
    for (let at = root.length - signature; at < root.length; at++) {
      for (let bit = 1; bit < 256; bit <<= 1) {
        const copy = Uint8Array.from(root, (value, index) => (index === at ? value ^ bit : value));
        expect({ at, bit, faults: (await verifyRoot(copy, NOW)).length > 0 }).toEqual({
          at,
          bit,
          faults: true,
        });
      }
    }
  });

  test('a root with any byte changed never throws and always has a fault', async () => {
    const byte = fc.record({ at: fc.nat(root.length - 1), by: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(byte, async ({ at, by }) => {
        const copy = Uint8Array.from(root, (value, index) => (index === at ? value ^ by : value));
        expect((await verifyRoot(copy, NOW)).length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the catalogue', () => {
  const folder = path.join(import.meta.dirname, '..', '..', '..', 'certs');
  const files = readdirSync(folder).filter((name) => name.endsWith('.pem'));

  test('all of its roots are good while they are valid, by pkijs', async () => {
    const wrong: unknown[] = [];
    for (const file of files) {
      const pem = readFileSync(path.join(folder, file), 'latin1');
      const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
      const { notBefore, notAfter } = pkijs.Certificate.fromBER(new Uint8Array(der));
      const middle = new Date((notBefore.value.getTime() + notAfter.value.getTime()) / 2);
      const faults = await verifyRoot(der, middle);
      if (faults.length > 0) wrong.push({ file, faults });
    }
    expect(wrong).toEqual([]);
    expect(files).toHaveLength(145);
  });
});
