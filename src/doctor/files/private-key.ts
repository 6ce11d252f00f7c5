import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import { TLS_KEY_TYPES } from './certificate-chain.js';

/** A key that belongs to the certificate, or why libpq refuses it. */
export type KeyVerdict = { readonly key: KeyObject } | KeyRefusal;

export interface KeyRefusal {
  /** `could not load private key file "%s": …`, or `certificate does not match private key file "%s": …`. */
  readonly step: 'could not load' | 'certificate does not match';
  /** OpenSSL's reason. */
  readonly reason: string;
  readonly isMismatch: boolean;
}

export interface KeyQuestion {
  readonly certificate: X509Certificate;
  /** null: none, and OpenSSL asks for it on the terminal. */
  readonly password: string | null;
  /** libpq tries DER, too, where PEM fails; it is PEM's reason that it prints then. */
  readonly orDer: boolean;
}

const mismatch = (reason: string, step: KeyRefusal['step'] = 'could not load'): KeyRefusal => ({
  step,
  reason,
  isMismatch: true,
});

/**
 * A private key's file as libpq takes it (OpenSSL 3.0). With no password for an encrypted key the answer is that of a
 * process without a terminal. OpenSSL 1.1.1 has other reasons for what is no key: `no start line`, `wrong tag` …
 * Sources: `initialize_SSL` in fe-secure-openssl.c; SSL_use_PrivateKey_file (ssl/ssl_rsa.c).
 */
export function readPrivateKey(bytes: Uint8Array, { certificate, password, orDer }: KeyQuestion): KeyVerdict {
  const pem = readPem(bytes, password);
  if ('key' in pem) return belonging(pem.key, certificate, 'no certificate assigned');
  const failed: KeyRefusal = { step: 'could not load', reason: pem.reason, isMismatch: false };
  const key = orDer ? readDer(bytes) : null;
  if (key === null) return failed;
  // What PEM left in OpenSSL's error queue is what the last check prints.
  const verdict = belonging(key, certificate, 'PEM lib');
  const isRefusedWhileLoading = 'reason' in verdict && verdict.step === 'could not load';
  return isRefusedWhileLoading ? { ...failed, isMismatch: verdict.isMismatch } : verdict;
}

/** SSL_use_PrivateKey compares with a certificate of the key's own kind only; SSL_check_private_key then finds none. */
function belonging(key: KeyObject, certificate: X509Certificate, ofOtherKind: string): KeyVerdict {
  const type = key.asymmetricKeyType ?? '';
  if (!TLS_KEY_TYPES.has(type)) return mismatch('unknown certificate type');
  if (type !== certificate.publicKey.asymmetricKeyType)
    return mismatch(ofOtherKind, 'certificate does not match');
  return certificate.checkPrivateKey(key) ? { key } : mismatch('key values mismatch');
}

const ASKED_IN_VAIN: ReadonlySet<string> = new Set([
  'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED',
  'ERR_MISSING_PASSPHRASE',
]);

/** Node reads PEM by the function that libpq uses, so that its reason is libpq's, but for how it asks for a password. */
function readPem(bytes: Uint8Array, password: string | null): { key: KeyObject } | { reason: string } {
  const passphrase = password === null ? {} : { passphrase: password };
  try {
    return { key: createPrivateKey({ key: Buffer.from(bytes), format: 'pem', ...passphrase }) };
  } catch (error) {
    if (!isNativeError(error) || !('code' in error)) return { reason: 'unsupported' };
    if (typeof error.code === 'string' && ASKED_IN_VAIN.has(error.code))
      return { reason: 'processing error' };
    const known = 'reason' in error && typeof error.reason === 'string';
    return { reason: known ? String(error.reason) : 'unsupported' };
  }
}

/** Encrypted DER is not read: libpq hands over no password for it. */
function readDer(bytes: Uint8Array): KeyObject | null {
  for (const type of ['pkcs8', 'sec1', 'pkcs1'] as const) {
    try {
      return createPrivateKey({ key: Buffer.from(bytes), format: 'der', type });
    } catch {
      // Not a key of this form; the next may be.
    }
  }
  return null;
}
