import { type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import type { Certificate } from 'pkijs';
import { formatPem } from './certificate.js';
import { isWeakKey } from './strength.js';

/**
 * What keeps a certificate from being a good trust anchor, in the order in which faults are reported. This is
 * stricter than libpq, which anchors at a version 1 root and looks at no root's signature.
 *
 * `unsupported-algorithm`: the key or the signature is of a kind that cannot be checked here, so it proves nothing.
 */
export type RootFault =
  | 'not-a-certificate'
  | 'not-self-signed'
  | 'unsupported-algorithm'
  | 'signature-invalid'
  | 'not-a-ca'
  | 'weak-key'
  | 'expired'
  | 'not-yet-valid';

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** Bit 5 of KeyUsage (RFC 5280, 4.2.1.3), counted from the most significant. */
const KEY_CERT_SIGN = 0x80 >> 5;

/** Past any certificate in use, and what a download may hold; nesting and nodes are bounded below it. */
const LARGEST_DER = 512 * 1024;
const ASN1_LIMITS = { maxDepth: 64, maxNodes: 10_000 };

type Pki = typeof import('./pki.js');
type Verifier = 'pkijs' | 'openssl';

/**
 * The signature algorithms that can be checked, the kinds of key each goes with, and who checks it. pkijs has no
 * EdDSA, DSA, MD5 or SHA-224, and of RSA-PSS it drops the mask generation's own digest (RFC 4055, 3.1): OpenSSL
 * checks those. SHA-1 and MD5 are fine here: a root is trusted for its fingerprint, its own digest proves nothing.
 */
const SIGNATURES: Readonly<Record<string, { keys: readonly string[]; by: Verifier }>> = {
  '1.2.840.113549.1.1.4': { keys: ['rsa'], by: 'openssl' },
  '1.2.840.113549.1.1.5': { keys: ['rsa'], by: 'pkijs' },
  '1.2.840.113549.1.1.11': { keys: ['rsa'], by: 'pkijs' },
  '1.2.840.113549.1.1.12': { keys: ['rsa'], by: 'pkijs' },
  '1.2.840.113549.1.1.13': { keys: ['rsa'], by: 'pkijs' },
  '1.2.840.113549.1.1.14': { keys: ['rsa'], by: 'openssl' },
  '1.2.840.113549.1.1.10': { keys: ['rsa', 'rsa-pss'], by: 'openssl' },
  '1.2.840.10045.4.1': { keys: ['ec'], by: 'pkijs' },
  '1.2.840.10045.4.3.1': { keys: ['ec'], by: 'openssl' },
  '1.2.840.10045.4.3.2': { keys: ['ec'], by: 'pkijs' },
  '1.2.840.10045.4.3.3': { keys: ['ec'], by: 'pkijs' },
  '1.2.840.10045.4.3.4': { keys: ['ec'], by: 'pkijs' },
  '1.2.840.10040.4.3': { keys: ['dsa'], by: 'openssl' },
  '2.16.840.1.101.3.4.3.2': { keys: ['dsa'], by: 'openssl' },
  '1.3.101.112': { keys: ['ed25519'], by: 'openssl' },
  '1.3.101.113': { keys: ['ed448'], by: 'openssl' },
};

/**
 * Checks one certificate as a trust anchor: its self-signature, CA:TRUE and keyCertSign, its key and, at `now`, its
 * validity. No fault means that it may be one; whether it is the one that was meant is for its fingerprint to say.
 * Never throws, whatever the bytes.
 */
export async function verifyRoot(der: Uint8Array, now: Date): Promise<readonly RootFault[]> {
  const pki = await import('./pki.js');
  const read = readCertificate(pki, der);
  if (read === null) return ['not-a-certificate'];
  const { certificate, x509 } = read;
  const key = publicKeyOf(x509);

  const faults: RootFault[] = [];
  if (!isSelfIssued(certificate)) faults.push('not-self-signed');
  else if (key === null) faults.push('unsupported-algorithm');
  else faults.push(...(await signatureFaults(pki, certificate, x509, key)));
  if (!isAuthority(pki, certificate)) faults.push('not-a-ca');
  if (key !== null && isWeakKey(key)) faults.push('weak-key');
  if (certificate.notAfter.value <= now) faults.push('expired');
  if (certificate.notBefore.value > now) faults.push('not-yet-valid');
  return faults;
}

/**
 * The certificate as pkijs and as OpenSSL read it; null unless both do, to the last byte. Were the two to see
 * different bytes, the one that is checked would not be the one that libpq loads. Node takes a DER that carries PEM
 * text for the certificate in that text, so it gets PEM.
 */
function readCertificate(
  { fromBER, Certificate }: Pki,
  der: Uint8Array,
): { certificate: Certificate; x509: X509Certificate } | null {
  if (der.length > LARGEST_DER) return null;
  try {
    const { offset, result } = fromBER(der, ASN1_LIMITS);
    if (offset !== der.length) return null;
    const certificate = new Certificate({ schema: result });
    const dates = [certificate.notBefore.value, certificate.notAfter.value];
    if (dates.some((date) => Number.isNaN(date.getTime()))) return null;
    const x509 = new X509Certificate(formatPem(der));
    return x509.raw.equals(der) ? { certificate, x509 } : null;
  } catch {
    return null;
  }
}

/** null for a key of a kind that OpenSSL does not know, or that is broken. */
function publicKeyOf(x509: X509Certificate): KeyObject | null {
  try {
    return x509.publicKey;
  } catch {
    return null;
  }
}

/** Mostly the bytes are the same, and pkijs' own comparison, which normalises names, takes milliseconds. */
const isSelfIssued = ({ issuer, subject }: Certificate): boolean =>
  Buffer.compare(Buffer.from(issuer.valueBeforeDecode), Buffer.from(subject.valueBeforeDecode)) === 0 ||
  issuer.isEqual(subject);

async function signatureFaults(
  pki: Pki,
  certificate: Certificate,
  x509: X509Certificate,
  key: KeyObject,
): Promise<RootFault[]> {
  const algorithm = certificate.signatureAlgorithm.algorithmId;
  const known = SIGNATURES[algorithm];
  if (known === undefined) return ['unsupported-algorithm'];
  // RFC 5280, 4.1.1.2: what is signed names the same algorithm. OpenSSL insists on it, pkijs does not look.
  const agrees = certificate.signature.algorithmId === algorithm;
  if (!agrees || !known.keys.includes(key.asymmetricKeyType ?? '')) return ['signature-invalid'];
  return (await isSignedBySelf(pki, known.by, certificate, x509, key)) ? [] : ['signature-invalid'];
}

async function isSignedBySelf(
  { CryptoEngine }: Pki,
  by: Verifier,
  certificate: Certificate,
  x509: X509Certificate,
  key: KeyObject,
): Promise<boolean> {
  // OpenSSL always: pkijs takes an ECDSA signature whose DER is torn (RFC 3279, 2.2.3).
  if (!x509.verify(key)) return false;
  if (by === 'openssl') return true;
  try {
    return await certificate.verify(certificate, new CryptoEngine({ name: 'node', crypto: webcrypto }));
  } catch {
    // WebCrypto has the NIST curves only; what pkijs cannot check for that, OpenSSL has.
    return true;
  }
}

/** RFC 5280, 4.2.1.9 and 4.2.1.3: CA:TRUE, and keyCertSign where key usage is limited at all. A version 1 root has neither. */
function isAuthority({ BasicConstraints, BitString }: Pki, certificate: Certificate): boolean {
  const constraints = extensionOf(certificate, BASIC_CONSTRAINTS);
  const keyUsage = extensionOf(certificate, KEY_USAGE);
  if (!(constraints instanceof BasicConstraints && constraints.cA)) return false;
  if (keyUsage === null) return true;
  return keyUsage instanceof BitString && ((keyUsage.valueBlock.valueHexView[0] ?? 0) & KEY_CERT_SIGN) !== 0;
}

/** The extension's value; null where there is none. One that stands there twice (RFC 5280, 4.2) or is torn has no value. */
function extensionOf(certificate: Certificate, oid: string): unknown {
  const [first, ...others] = (certificate.extensions ?? []).filter(({ extnID }) => extnID === oid);
  if (first === undefined) return null;
  return others.length === 0 ? first.parsedValue : undefined;
}
