import { formatPem, readCertificate, refusalOfTrusted } from '../../x509/certificate.js';
import { decode } from '../../x509/decode.js';
import { toText } from '../../x509/pem.js';
import { type PemBlock, scanPem } from '../../x509/pem-scan.js';
import { bitsOfLevel, keyBits } from '../../x509/security-level.js';
import { signatureBits } from '../../x509/signature.js';
import type { Certificate } from '../../x509/types.js';

/** The level that Debian's OpenSSL 3.0 is built with, and that newer ones have by default. */
const SECURITY_LEVEL = 2;

/** Kinds of keys that OpenSSL has a place for in a TLS context (ssl_cert_info). */
export const TLS_KEY_TYPES: ReadonlySet<string> = new Set([
  'rsa',
  'rsa-pss',
  'dsa',
  'ec',
  'ed25519',
  'ed448',
]);

const LEAF_LABELS: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
const CHAIN_LABELS: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE']);

export interface CertificateChain {
  readonly leaf: Certificate;
  /** The leaf, then what else the client would send. */
  readonly pem: string;
}

/**
 * A client certificate's file, or OpenSSL's first reason for refusing it. The first certificate is the client's own,
 * the others are sent along; blocks of other kinds are passed over. Modelled is OpenSSL 3.0 at security level 2:
 * 1.1.1 says `short header` where an END line is missing, and lets weak keys and SHA-1 pass.
 * Source: `SSL_CTX_use_certificate_chain_file` (ssl/ssl_rsa.c), `ssl_security_cert` (ssl/t1_lib.c).
 */
export function readCertificateChain(bytes: Uint8Array): CertificateChain | { readonly reason: string } {
  const scan = scanPem(toText(bytes));
  const own = scan.blocks.findIndex(({ label }) => LEAF_LABELS.has(label));
  const leafBlock = scan.blocks[own];
  if (leafBlock === undefined) return { reason: scan.fault?.reason ?? 'no start line' };
  const leaf = acceptedLeaf(leafBlock);
  if ('reason' in leaf) return leaf;

  const others: Certificate[] = [];
  for (const block of scan.blocks.slice(own + 1).filter(({ label }) => CHAIN_LABELS.has(label))) {
    const other = readCertificate(block.data);
    if ('reason' in other) return other;
    const weakness = weaknessOf(other, 'ca key too small');
    if (weakness !== null) return { reason: weakness };
    others.push(other);
  }
  if (scan.fault !== null) return { reason: scan.fault.reason };
  return { leaf, pem: [leaf, ...others].map(({ der }) => formatPem(der)).join('') };
}

function acceptedLeaf(block: PemBlock): Certificate | { readonly reason: string } {
  const refusal = refusalOfTrusted(block.data);
  if (refusal !== null) return { reason: refusal };
  const leaf = readCertificate(block.data);
  if ('reason' in leaf) return leaf;
  const weakness = weaknessOf(leaf, 'ee key too small');
  if (weakness !== null) return { reason: weakness };
  const type = decode(leaf).publicKey?.asymmetricKeyType ?? '';
  return TLS_KEY_TYPES.has(type) ? leaf : { reason: 'unknown certificate type' };
}

/** The signature of a self-signed certificate is not looked at. */
function weaknessOf(certificate: Certificate, smallKey: string): string | null {
  const decoded = decode(certificate);
  const least = bitsOfLevel(SECURITY_LEVEL);
  if (keyBits(decoded.publicKey) < least) return smallKey;
  return decoded.isSelfIssued || (signatureBits(decoded) ?? 0) >= least ? null : 'ca md too weak';
}
