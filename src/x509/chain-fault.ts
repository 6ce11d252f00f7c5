import type { Crl } from './crl.js';
import type { Certificate } from './types.js';

/** OpenSSL 3.0's X509_V_ERR_ numbers (x509_vfy.h), our kind for each, and X509_verify_cert_error_string's words. */
export const FAULTS = {
  1: { kind: 'unspecified', reason: 'unspecified certificate verification error' },
  2: { kind: 'issuer-not-found', reason: 'unable to get issuer certificate' },
  3: { kind: 'crl-missing', reason: 'unable to get certificate CRL' },
  7: { kind: 'signature', reason: 'certificate signature failure' },
  8: { kind: 'crl-signature', reason: 'CRL signature failure' },
  9: { kind: 'not-yet-valid', reason: 'certificate is not yet valid' },
  10: { kind: 'expired', reason: 'certificate has expired' },
  11: { kind: 'crl-not-yet-valid', reason: 'CRL is not yet valid' },
  12: { kind: 'crl-expired', reason: 'CRL has expired' },
  13: { kind: 'date-format', reason: "format error in certificate's notBefore field" },
  14: { kind: 'date-format', reason: "format error in certificate's notAfter field" },
  15: { kind: 'crl-date-format', reason: "format error in CRL's lastUpdate field" },
  16: { kind: 'crl-date-format', reason: "format error in CRL's nextUpdate field" },
  18: { kind: 'self-signed-leaf', reason: 'self-signed certificate' },
  19: { kind: 'self-signed-in-chain', reason: 'self-signed certificate in certificate chain' },
  20: { kind: 'issuer-not-found', reason: 'unable to get local issuer certificate' },
  22: { kind: 'chain-too-long', reason: 'certificate chain too long' },
  23: { kind: 'revoked', reason: 'certificate revoked' },
  25: { kind: 'path-length', reason: 'path length constraint exceeded' },
  26: { kind: 'purpose', reason: 'unsuitable certificate purpose' },
  34: { kind: 'unhandled-critical-extension', reason: 'unhandled critical extension' },
  35: { kind: 'crl-key-usage', reason: 'key usage does not include CRL signing' },
  36: { kind: 'crl-critical-extension', reason: 'unhandled critical CRL extension' },
  40: {
    kind: 'proxy-certificate',
    reason: 'proxy certificates not allowed, please set the appropriate flag',
  },
  44: { kind: 'crl-scope', reason: 'different CRL scope' },
  47: { kind: 'name-constraints', reason: 'permitted subtree violation' },
  48: { kind: 'name-constraints', reason: 'excluded subtree violation' },
  49: { kind: 'name-constraints', reason: 'name constraints minimum and maximum not supported' },
  51: { kind: 'name-constraints', reason: 'unsupported name constraint type' },
  53: { kind: 'name-constraints', reason: 'unsupported or invalid name syntax' },
  66: { kind: 'weak-key', reason: 'EE certificate key too weak' },
  67: { kind: 'weak-key', reason: 'CA certificate key too weak' },
  68: { kind: 'weak-digest', reason: 'CA signature digest algorithm too weak' },
  79: { kind: 'not-a-ca', reason: 'invalid CA certificate' },
  94: { kind: 'explicit-curve', reason: 'Certificate public key has explicit ECC parameters' },
} as const satisfies Record<number, { kind: string; reason: string }>;

export type FaultCode = keyof typeof FAULTS;

/** `key-usage`: a CA that may not sign certificates, for which OpenSSL has no number of its own. */
export type FaultKind = (typeof FAULTS)[FaultCode]['kind'] | 'key-usage';

/** The first fault that OpenSSL comes to. */
export interface ChainFault {
  readonly kind: FaultKind;
  readonly openSslCode: FaultCode;
  /** In OpenSSL's words, as `openssl verify` prints them; libpq doesn't. */
  readonly reason: string;
  /** Of the certificate at fault in the path: 0 is the server's own. */
  readonly depth: number;
  readonly certificate: Certificate;
  /** The list at fault, or that revokes; null for every other kind, and where none was found. */
  readonly crl: Crl | null;
}

/** A fault as the checks find it. */
export interface Found {
  readonly code: FaultCode;
  readonly depth: number;
  readonly kind?: FaultKind;
  readonly crl?: Crl;
}
