import { type KeyObject, X509Certificate } from 'node:crypto';
import {
  type Asn1,
  attempt,
  constructed,
  firstOf,
  inside,
  integerOf,
  malformed,
  oidOf,
  onlyOf,
  TAG,
  timeOf,
} from './asn1.js';
import { formatPem } from './certificate.js';
import { attributesOf, canonicalName, type NameAttribute } from './distinguished-name.js';
import { type Extensions, rawExtensionsOf, readExtensions } from './extensions.js';
import type { Certificate } from './types.js';

/** A certificate in the parts that OpenSSL's chain verification looks at. */
export interface Decoded {
  readonly certificate: Certificate;
  readonly isVersion1: boolean;
  /** As `integerOf` writes it. */
  readonly serial: string;
  /** The signature algorithm that is signed over. */
  readonly algorithm: Asn1;
  /** Canonical forms. */
  readonly issuer: string;
  readonly subject: string;
  readonly attributes: readonly NameAttribute[];
  /** Milliseconds since 1970; null where OpenSSL takes the date for an error. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  /** An elliptic curve that is spelt out instead of named. */
  readonly hasExplicitCurve: boolean;
  readonly extensions: Extensions;
  readonly isSelfIssued: boolean;
  readonly x509: X509Certificate;
  /** null for a key that OpenSSL does not know or that is broken. */
  readonly publicKey: KeyObject | null;
}

const EC_KEY = '1.2.840.10045.2.1';

const cache = new WeakMap<Certificate, Decoded>();

/**
 * Never throws for a certificate that OpenSSL has read; if one should be too odd for us, it has no names to compare, no key and
 * invalid extensions, so that no chain can hold it.
 */
export function decode(certificate: Certificate): Decoded {
  const known = cache.get(certificate);
  if (known !== undefined) return known;
  const x509 = new X509Certificate(formatPem(certificate.der));
  const decoded = attempt(() => read(certificate, x509)) ?? opaque(certificate, x509);
  cache.set(certificate, decoded);
  return decoded;
}

function opaque(certificate: Certificate, x509: X509Certificate): Decoded {
  const nothing = firstOf(Uint8Array.of(TAG.sequence, 0));
  return {
    certificate,
    isVersion1: false,
    serial: '',
    algorithm: nothing,
    issuer: certificate.issuer,
    subject: certificate.subject,
    attributes: [],
    notBefore: null,
    notAfter: null,
    hasExplicitCurve: false,
    extensions: { ...readExtensions([]), invalid: true },
    isSelfIssued: false,
    x509,
    publicKey: null,
  };
}

function read(certificate: Certificate, x509: X509Certificate): Decoded {
  const [tbs] = inside(firstOf(certificate.der), TAG.sequence);
  const parts = inside(tbs, TAG.sequence);
  const version = parts[0]?.tag === constructed(0) ? parts.shift() : undefined;
  const [serial, algorithm, issuer, validity, subject, publicKeyInfo, ...optional] = parts;
  const [notBefore, notAfter] = inside(validity, TAG.sequence);
  const wrapped = optional.find(({ tag }) => tag === constructed(3));
  const list = wrapped === undefined ? undefined : onlyOf(wrapped.content);
  const [canonicalIssuer, canonicalSubject] = [canonicalName(issuer), canonicalName(subject)];
  return {
    certificate,
    isVersion1: version === undefined || integerOf(onlyOf(version.content)) === '0',
    serial: integerOf(serial),
    algorithm: algorithm ?? malformed('no signature algorithm'),
    issuer: canonicalIssuer,
    subject: canonicalSubject,
    attributes: attributesOf(subject),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    hasExplicitCurve: hasExplicitCurve(publicKeyInfo),
    extensions: readExtensions(rawExtensionsOf(list)),
    isSelfIssued: canonicalIssuer === canonicalSubject,
    x509,
    publicKey: publicKeyOf(x509),
  };
}

function hasExplicitCurve(publicKeyInfo: Asn1 | undefined): boolean {
  const [algorithm] = inside(publicKeyInfo, TAG.sequence);
  const [type, parameters] = inside(algorithm, TAG.sequence);
  return oidOf(type) === EC_KEY && parameters?.tag === TAG.sequence;
}

function publicKeyOf(x509: X509Certificate): KeyObject | null {
  try {
    return x509.publicKey;
  } catch {
    return null;
  }
}
