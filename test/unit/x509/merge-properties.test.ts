import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Merged, mergeBundle, readBundle, removeFromBundle } from '../../../src/x509/bundle.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { readPem } from '../../../src/x509/pem.js';
import { OPENSSL_1_1_1, OPENSSL_3, STRICTEST } from '../../../src/x509/pem-scan.js';
import type { Certificate } from '../../../src/x509/types.js';
import { damagedFile, orderlyFile, POOL } from '../../support/arbitrary-root-files.js';
import { certificatePem, pemToDer } from '../../support/root-files.js';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (file: Uint8Array): string => Buffer.from(file).toString('latin1');

function parsed(pem: string): Certificate {
  const certificate = parseCertificate(pemToDer(pem));
  if (certificate === null) throw new Error('no certificate');
  return certificate;
}

function merged(file: string, ...add: Certificate[]): Merged & { text: string } {
  const result = mergeBundle(bytes(file), add);
  if ('refused' in result) throw new Error(`refused: ${result.refused.reason}`);
  return { ...result, text: text(result.bytes) };
}

const a = parsed(certificatePem('isrg-root-x2'));
const g2 = parsed(certificatePem('digicert-global-root-g2'));

const namesIn = (file: string): string[] =>
  POOL.filter((pem) => file.includes(pem.split('\n')[3] ?? pem)).map((pem) => parsed(pem).sha256);

test('a merge keeps every certificate, adds the new one once, and is read everywhere', () => {
  fc.assert(
    fc.property(orderlyFile, fc.constantFrom(g2, ...POOL.map(parsed)), (file, add) => {
      const result = merged(file, add);
      const expected = new Set([...namesIn(file), add.sha256]);
      for (const dialect of [OPENSSL_3, OPENSSL_1_1_1, STRICTEST]) {
        const { blocks, problem } = readPem(result.text, dialect);
        const found = blocks.map((block) => block.certificate?.sha256);
        expect(problem).toBeNull();
        expect(new Set(found)).toEqual(expected);
        // A copy with more in its lines than its data stays, for that may be a person's own.
        const copies = blocks.filter((block, at) => !block.hidesText && found.indexOf(found[at]) < at);
        expect(copies).toEqual([]);
      }
      const again = mergeBundle(result.bytes, [add]);
      expect('bytes' in again && again.bytes).toBe(result.bytes);
    }),
    { numRuns: 300 },
  );
});

test('a merge into a clean file is undone by a removal', () => {
  fc.assert(
    fc.property(orderlyFile, (file) => {
      const before = merged(file, a);
      const after = removeFromBundle(merged(before.text, g2).bytes, ({ sha256 }) => sha256 === g2.sha256);
      const gap = /\n$/.test(before.text)
        ? ''
        : before.text.includes('\r\n') && !/[^\r]\n/.test(before.text)
          ? '\r\n'
          : '\n';
      expect('bytes' in after && after.bytes && text(after.bytes)).toBe(before.text + gap);
    }),
    { numRuns: 150 },
  );
});

test('damaged files: what OpenSSL read is still read, or the file is refused', () => {
  fc.assert(
    fc.property(damagedFile, (file) => {
      const before = readBundle(bytes(file));
      const result = mergeBundle(bytes(file), [g2]);
      if ('refused' in result) return;
      const after = readBundle(result.bytes);
      expect(after.problem).toBeNull();
      const found = after.certificates.map(({ sha256 }) => sha256);
      if (before.problem === null)
        for (const { sha256 } of before.certificates) expect(found).toContain(sha256);
      expect(found.filter((sha256) => sha256 === g2.sha256)).toHaveLength(1);
      const again = mergeBundle(result.bytes, [g2]);
      expect('bytes' in again && again.bytes).toBe(result.bytes);
    }),
    { numRuns: 500 },
  );
});

test('arbitrary bytes never crash a merge', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (file) => {
      const result = mergeBundle(file, [g2]);
      if (!('refused' in result)) expect(result.added).toEqual([g2]);
    }),
  );
});
