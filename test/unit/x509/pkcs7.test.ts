import path from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { certificatesInPkcs7 } from '../../../src/x509/pkcs7.js';
import { bytesOf, catalogRoot, emptyFolder, hasOpenssl, openssl, pemPath } from '../../support/stores.js';

const IDS = ['isrg-root-x1', 'amazon-root-ca-3'];

function made(...ids: readonly string[]): Uint8Array {
  const file = path.join(emptyFolder(), 'bundle.p7b');
  const certificates = ids.flatMap((id) => ['-certfile', pemPath(id)]);
  openssl(['crl2pkcs7', '-nocrl', '-outform', 'DER', '-out', file, ...certificates]);
  return bytesOf(file);
}

const withOpenssl = hasOpenssl ? test : test.skip;

withOpenssl('the certificates of what openssl makes', () => {
  const sha256s = certificatesInPkcs7(made(...IDS))?.map(({ sha256 }) => sha256);
  expect([...(sha256s ?? [])].sort()).toEqual(IDS.map((id) => catalogRoot(id).sha256).sort());
  expect(certificatesInPkcs7(made())).toEqual([]);
});

test('no other DER is taken for it', () => {
  expect(certificatesInPkcs7(catalogRoot('isrg-root-x1').der)).toBeNull();
  expect(certificatesInPkcs7(new Uint8Array())).toBeNull();
});

withOpenssl('a damaged one never throws', () => {
  const bytes = made(...IDS);
  const damage = fc.record({
    at: fc.nat(bytes.length - 1),
    by: fc.uint8Array({ minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(damage, fc.boolean(), ({ at, by }, cut) => {
      const tail = cut ? Buffer.alloc(0) : bytes.subarray(at + by.length);
      const read = certificatesInPkcs7(Buffer.concat([bytes.subarray(0, at), by, tail]));
      expect(read?.length ?? 0).toBeLessThanOrEqual(IDS.length);
    }),
    { numRuns: 500 },
  );
});
