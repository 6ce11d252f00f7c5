import { describe, expect, test } from '@jest/globals';
import { integer, octets, oid, sequence } from '../../../src/keystore/der-write.js';
import { decrypt } from '../../../src/keystore/encryption.js';
import { Budget } from '../../../src/keystore/limits.js';
import { formsOf } from '../../../src/keystore/password.js';
import { derive, PURPOSE } from '../../../src/keystore/pkcs12-kdf.js';
import { decryptRc2Cbc } from '../../../src/keystore/rc2.js';
import { firstOf } from '../../../src/x509/asn1.js';

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');
const NO_IV = new Uint8Array(8);

describe('RC2', () => {
  // RFC 2268, section 5.
  test.each([
    ['0000000000000000', 63, '0000000000000000', 'ebb773f993278eff'],
    ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', 64, '1000000000000001', '30649edf9be7d2c2'],
    ['88', 64, '0000000000000000', '61a8a244adacccf0'],
    ['88bca90e90875a', 64, '0000000000000000', '6ccf4308974c267f'],
    ['88bca90e90875a7f0f79c384627bafb2', 64, '0000000000000000', '1a807d272bbe5db1'],
    ['88bca90e90875a7f0f79c384627bafb2', 128, '0000000000000000', '2269552ab0f85ca6'],
    [
      '88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e',
      129,
      '0000000000000000',
      '5b78d3a43dfff1f1',
    ],
  ])('%s, %d bits', (key, bits, plain, cipher) => {
    expect(Buffer.from(decryptRc2Cbc(hex(key), NO_IV, hex(cipher), bits)).toString('hex')).toBe(plain);
  });

  test('a block is chained to the one before', () => {
    const key = hex('88bca90e90875a7f0f79c384627bafb2');
    const twice = hex('2269552ab0f85ca62269552ab0f85ca6');
    const plain = Buffer.from(decryptRc2Cbc(key, hex('0102030405060708'), twice)).toString('hex');
    expect(plain).toBe('01020304050607082269552ab0f85ca6');
  });
});

test('more under RC2 than can be decrypted in a moment is not begun', () => {
  const algorithm = sequence(oid('1.2.840.113549.1.12.1.6'), sequence(octets(NO_IV), integer(1)));
  const decrypted = decrypt(
    firstOf(algorithm),
    Buffer.alloc(6_000_000),
    formsOf('changeit')[0],
    new Budget(),
  );
  expect(decrypted).toEqual({ fault: 'too-costly' });
});

test('numbers and object identifiers in DER', () => {
  const inHex = (der: Uint8Array) => Buffer.from(der).toString('hex');
  expect([0, 1, 127, 128, 255, 256, 10_000].map((each) => inHex(integer(each)))).toEqual([
    '020100',
    '020101',
    '02017f',
    '02020080',
    '020200ff',
    '02020100',
    '02022710',
  ]);
  expect(inHex(oid('2.16.840.1.113894.746875.1.1'))).toBe('060c6086480186f966adca7b0101');
});

describe("PKCS#12's own derivation", () => {
  // Known from the tests of other implementations of RFC 7292 (Bouncy Castle's PKCS12Test has the same values).
  const [smeg] = formsOf('smeg');
  const [queeg] = formsOf('queeg');
  const derived = (purpose: number, bmp: Uint8Array, salt: string, rounds: number, size: number): string =>
    derive(purpose, bmp, { hash: 'sha1', salt: hex(salt), rounds }, size).toString('hex');

  test.each([
    [PURPOSE.key, smeg, '0a58cf64530d823f', 1, 24, '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
    [PURPOSE.iv, smeg, '0a58cf64530d823f', 1, 8, '79993dfe048d3b76'],
    [PURPOSE.key, smeg, '642b99ab44fb4b1f', 1, 24, 'f3a95fec48d7711e985cfe67908c5ab79fa3d7c5caa5d966'],
    [PURPOSE.mac, smeg, '3d83c0e4546ac140', 1, 20, '8d967d88f6caa9d714800ab3d48051d63f73a312'],
    [PURPOSE.key, queeg, '05dec959acff72f7', 1000, 24, 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4'],
    [PURPOSE.mac, queeg, '263216fcc2fab31c', 1000, 20, '5ec4c7a80df652294c3925b6489a7ab857c83476'],
  ])('purpose %d, %o, salt %s, %d rounds', (purpose, password, salt, rounds, size, expected) => {
    expect(derived(purpose, password.bmp, salt, rounds, size)).toBe(expected);
  });
});
