import type { KeyObject } from 'node:crypto';

/** The least number of bits of each level (minbits_table in crypto/x509/x509_vfy.c); any higher counts as 5. */
const LEVEL_BITS = [0, 80, 112, 128, 192, 256] as const;

export const bitsOfLevel = (level: number): number =>
  LEVEL_BITS[Math.max(0, Math.min(level, LEVEL_BITS.length - 1))] ?? 0;

/** A key's strength in bits as OpenSSL counts it (EVP_PKEY_get_security_bits); 0 for one that it doesn't know. */
export function keyBits(key: KeyObject | null): number {
  const details = key?.asymmetricKeyDetails ?? {};
  switch (key?.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return factoringBits(details.modulusLength ?? 0);
    case 'dsa':
      return Math.min(fieldBits(details.modulusLength ?? 0), Math.floor((details.divisorLength ?? 0) / 2));
    case 'ec':
      return curveBits(details.namedCurve ?? '');
    case 'ed25519':
    case 'x25519':
      return 128;
    case 'ed448':
    case 'x448':
      return 224;
    default:
      return 0;
  }
}

/** NIST's own figures, where it gives any (SP 800-56B rev. 2, table 4, and 800-57 part 1). */
const FACTORING_BITS: Readonly<Record<number, number>> = {
  2048: 112,
  3072: 128,
  4096: 152,
  6144: 176,
  7680: 192,
  8192: 200,
  15360: 256,
};

/**
 * ossl_ifc_ffc_compute_security_bits (crypto/rsa/rsa_lib.c): NIST SP 800-56B rev. 2, appendix D, rounded to
 * multiples of 8, so that somewhat less than 2048 bits of RSA make 112, too.
 */
function factoringBits(modulus: number): number {
  const known = FACTORING_BITS[modulus];
  if (known !== undefined) return known;
  if (modulus < 8) return 0;
  if (modulus >= 687_737) return 1200;
  const cap = modulus <= 7680 ? 192 : modulus <= 15_360 ? 256 : 1200;
  const x = modulus * Math.LN2;
  const bits = Math.floor((1.923 * Math.cbrt(x * Math.log(x) ** 2) - 4.69) / Math.LN2);
  return Math.min((bits + 4) & ~7, cap);
}

/** BN_security_bits. */
function fieldBits(modulus: number): number {
  if (modulus >= 15_360) return 256;
  if (modulus >= 7680) return 192;
  if (modulus >= 3072) return 128;
  if (modulus >= 2048) return 112;
  return modulus >= 1024 ? 80 : 0;
}

/** ecd_security_bits (crypto/ec/ec_ameth.c); the order's size stands in a curve's name: `prime256v1`, `sect283k1`. */
function curveBits(name: string): number {
  const size = Number(/\d{3}/.exec(name)?.[0] ?? 0);
  if (size >= 512) return 256;
  if (size >= 384) return 192;
  if (size >= 256) return 128;
  if (size >= 224) return 112;
  return size >= 160 ? 80 : Math.floor(size / 2);
}
