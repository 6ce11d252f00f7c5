import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { firstElement, isVersion1 } from './der.js';
import type { Certificate } from './types.js';

/** PEM as OpenSSL itself writes it: 64 columns, `\n` unless another line end is wanted. */
export function formatPem(der: Uint8Array, label = 'CERTIFICATE', lineEnd = '\n'): string {
  const data = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64');
  const lines = [`-----BEGIN ${label}-----`];
  for (let at = 0; at < data.length; at += 64) lines.push(data.slice(at, at + 64));
  lines.push(`-----END ${label}-----`, '');
  return lines.join(lineEnd);
}

/** OpenSSL's own reason for not reading a certificate, such as `wrong tag`. */
export interface Unreadable {
  readonly reason: string;
}

/**
 * Node's certificate, or OpenSSL's reason why there is none. The bytes go in as PEM: X509Certificate looks for PEM
 * before DER, so a DER certificate that carries a PEM text inside would be taken for that other certificate.
 */
function open(der: Uint8Array, label: string): X509Certificate | Unreadable {
  try {
    return new X509Certificate(formatPem(der, label));
  } catch (error) {
    const known = typeof error === 'object' && error !== null && 'reason' in error;
    return { reason: known ? String(error.reason) : 'ASN1 lib' };
  }
}

/**
 * A certificate's facts, or null for bytes that OpenSSL's d2i_X509 does not take for one. Like d2i_X509 it passes
 * over bytes behind the certificate: they are in neither `der` nor `sha256`. Never throws.
 */
export function parseCertificate(der: Uint8Array): Certificate | null {
  const known = parsed.get(der);
  if (known !== undefined) return known;
  const certificate = readCertificate(der);
  const result = 'reason' in certificate ? null : certificate;
  parsed.set(der, result);
  return result;
}

/** By the array itself: a verdict looks at the same chain many times, and nobody changes bytes once they are read. */
const parsed = new WeakMap<Uint8Array, Certificate | null>();

/** parseCertificate with OpenSSL's reason for a refusal (the first of its error queue, which libpq prints). */
export function readCertificate(der: Uint8Array): Certificate | Unreadable {
  const opened = open(firstElement(der), 'CERTIFICATE');
  return 'reason' in opened ? opened : facts(opened);
}

/** d2i_X509_AUX, as for a TRUSTED CERTIFICATE block: OpenSSL's reason for a refusal, or null. */
export function refusalOfTrusted(der: Uint8Array): string | null {
  const opened = open(der, 'TRUSTED CERTIFICATE');
  return 'reason' in opened ? opened.reason : null;
}

function facts(opened: X509Certificate): Certificate {
  const der = new Uint8Array(opened.raw);
  const subject = attributes(opened.subject);
  const issuer = attributes(opened.issuer);
  const selfIssued = subject.join() === issuer.join();
  return {
    der,
    sha256: createHash('sha256').update(der).digest('hex'),
    subject: subject.join(','),
    issuer: issuer.join(','),
    name: nameIn(subject),
    ...validity(opened),
    isCa: opened.ca || (selfIssued && isVersion1(der)),
    selfIssued,
  };
}

/** The dates, or an empty span where OpenSSL cannot read one of them: it refuses such a certificate at any time. */
function validity(opened: X509Certificate): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(opened.validFrom);
  const notAfter = new Date(opened.validTo);
  const readable = !Number.isNaN(notBefore.getTime()) && !Number.isNaN(notAfter.getTime());
  return readable ? { notBefore, notAfter } : { notBefore: new Date(0), notAfter: new Date(0) };
}

/** Node's `TYPE=value` lines, the most specific first. Values are escaped already, but for invisible characters. */
function attributes(lines: string | undefined): string[] {
  return (lines ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(' + ', '+').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, hexPairs))
    .reverse();
}

/** RFC 4514, 2.4: a character as the hexadecimal pairs of its UTF-8. */
const hexPairs = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');

function nameIn(subject: readonly string[]): string {
  for (const type of ['CN=', 'OU=', 'O=']) {
    const found = subject.find((attribute) => attribute.startsWith(type) && attribute.length > type.length);
    if (found !== undefined) return found.slice(type.length).replace(/\\([^0-9A-Fa-f])/g, '$1');
  }
  return subject.join(',');
}

/** SHA-1 of the DER, 40 lower-case hex digits: for comparing with vendors' pages, proof of nothing. */
export const sha1 = (certificate: Certificate): string =>
  createHash('sha1').update(certificate.der).digest('hex');

/** The certificate's public key. Throws what OpenSSL throws for a key of a kind it does not know. */
export function publicKeyOf(certificate: Certificate): KeyObject {
  return new X509Certificate(formatPem(certificate.der)).publicKey;
}
