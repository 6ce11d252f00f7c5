import type { KeyObject } from 'node:crypto';

/** At least what P-256 gives. A curve that is not here (an older, a binary, an unnamed one) counts as weak. */
const STRONG_CURVES: ReadonlySet<string> = new Set([
  'prime256v1',
  'secp384r1',
  'secp521r1',
  'secp256k1',
  ...['P256', 'P320', 'P384', 'P512'].flatMap((size) => [`brainpool${size}r1`, `brainpool${size}t1`]),
]);

const SMALLEST_RSA_BITS = 2048;

/**
 * True for a key that no trust anchor should have: RSA under 2048 bits or with the public exponent 1 (which makes
 * every message its own signature), an elliptic curve under P-256, DSA, or a kind that is not known here.
 * CA/Browser Forum Baseline Requirements, 6.1.5, less their ban on EdDSA, which private CAs use.
 */
export function isWeakKey(key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return (details.modulusLength ?? 0) < SMALLEST_RSA_BITS || (details.publicExponent ?? 0n) < 3n;
    case 'ec':
      return !STRONG_CURVES.has(details.namedCurve ?? '');
    case 'ed25519':
    case 'ed448':
      return false;
    default:
      return true;
  }
}
