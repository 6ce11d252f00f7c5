import { PgRootCertError } from './errors.js';
import { printable } from './printable.js';

const PREFIX = /^\s*(sha-?1|sha-?256|md5)?\s*(fingerprint)?\s*[:=]\s*/i;
const WEAK_DIGESTS: Readonly<Record<number, string>> = { 32: 'MD5', 40: 'SHA-1' };
const LONGEST_PIN = 400;

const HELP = {
  help: ["give the SHA-256 of the certificate's DER: openssl x509 -in FILE -noout -fingerprint -sha256"],
};

/**
 * A pin as operators paste it: 64 hex digits, where colons, spaces and case do not count, with or without
 * `sha256:` or OpenSSL's `SHA256 Fingerprint=` before it.
 * @returns 64 lower-case hex digits
 * @throws {PgRootCertError} `usage` for anything else, SHA-1 and MD5 included: collisions can be made for both.
 */
export function parsePin(text: string): string {
  const prefix = PREFIX.exec(text.slice(0, LONGEST_PIN));
  const digits = text
    .slice(prefix?.[0].length ?? 0)
    .replace(/[:\s]/g, '')
    .toLowerCase();
  const isHex = text.length <= LONGEST_PIN && /^[0-9a-f]+$/.test(digits);
  const weak = isHex ? WEAK_DIGESTS[digits.length] : undefined;
  if (weak !== undefined) {
    throw new PgRootCertError(
      'usage',
      `${printable(text)} is a ${weak} fingerprint, which is no proof`,
      HELP,
    );
  }
  const isSha256 = !/^(sha-?1|md5)$/i.test(prefix?.[1] ?? '');
  if (isHex && isSha256 && digits.length === 64) return digits;
  throw new PgRootCertError('usage', `"${printable(text, 100)}" is not a SHA-256 fingerprint`, HELP);
}
