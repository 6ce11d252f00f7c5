import { createPrivateKey, getCipherInfo } from 'node:crypto';
import { formatPem, readCertificate, refusalOfTrusted } from './certificate.js';
import { OPENSSL_3, type PemBlock, type PemDialect, SILENT_REASON, scanPem } from './pem-scan.js';
import type { BundleProblem, Certificate } from './types.js';

/** A block that was read; `certificate` only for a plain one, which the labels CERTIFICATE and X509 CERTIFICATE are. */
export interface ReadBlock extends PemBlock {
  readonly certificate: Certificate | null;
}

/**
 * What libpq makes of a root file. With a problem it loads nothing, and `blocks` are those before the fault.
 * `end` is as in PemScan.
 */
export interface PemReading {
  readonly blocks: readonly ReadBlock[];
  readonly problem: BundleProblem | null;
  readonly end: number;
}

type Verdict =
  | { readonly certificate: Certificate | null; readonly loads: boolean }
  | { readonly reason: string };

const NOTHING: BundleProblem = { reason: 'no certificate or crl found', line: null };

/**
 * Reads a root file as libpq does (with OpenSSL 3.0 unless said otherwise): SSL_CTX_load_verify_locations → X509_load_cert_crl_file →
 * PEM_X509_INFO_read_bio (crypto/x509/by_file.c, crypto/pem/pem_info.c). `problem.reason` is what libpq prints behind
 * `could not read root certificate file "…": ` — the first reason in OpenSSL's error queue. Never throws.
 *
 * @param text the file's bytes as latin1
 */
export function readPem(text: string, dialect: PemDialect = OPENSSL_3): PemReading {
  const scan = scanPem(text, dialect);
  const blocks: ReadBlock[] = [];
  let loaded = 0;
  for (const block of scan.blocks) {
    const verdict = judge(block, dialect);
    if ('reason' in verdict) {
      return { blocks, problem: { reason: verdict.reason, line: block.line }, end: scan.end };
    }
    blocks.push({ ...block, certificate: verdict.certificate });
    if (verdict.loads) loaded++;
  }
  return { blocks, problem: scan.fault ?? (loaded === 0 ? NOTHING : null), end: scan.end };
}

/** The plain certificates of a reading, in order, duplicates too. */
export const certificatesOf = (reading: PemReading): Certificate[] =>
  reading.blocks.flatMap((block) => block.certificate ?? []);

/** A file's bytes as latin1, one character each, and back. */
export const toText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
export const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** PEM_X509_INFO_read_bio's choice by label. Labels it does not know are passed over with all they hold. */
function judge(block: PemBlock, dialect: PemDialect): Verdict {
  switch (block.label) {
    case 'CERTIFICATE':
    case 'X509 CERTIFICATE': {
      const refusal = headerRefusal(block);
      if (refusal !== null) return { reason: refusal };
      const certificate = readCertificate(block.data);
      return 'reason' in certificate ? certificate : { certificate, loads: true };
    }
    case 'TRUSTED CERTIFICATE':
      return other(headerRefusal(block) ?? refusalOfTrusted(block.data), true);
    case 'X509 CRL':
      return other(headerRefusal(block) ?? refusalOfCrl(block.data), true);
    default:
      return other(holdsKey(block.label, dialect) ? refusalOfKey(block) : null, false);
  }
}

const other = (refusal: string | null, loads: boolean): Verdict =>
  refusal === null ? { certificate: null, loads } : { reason: refusal };

/**
 * PEM_get_EVP_CIPHER_INFO, then PEM_do_header with an empty password. That it opens no encrypted block is an
 * assumption; somebody would have to make one on purpose.
 */
function headerRefusal({ header, data }: PemBlock): string | null {
  if (header === '') return null;
  return cipherRefusal(header) ?? (data.length % 16 === 0 ? 'bad decrypt' : 'wrong final block length');
}

/** PEM_get_EVP_CIPHER_INFO: an RFC 1421 header must name an encryption that OpenSSL knows. */
function cipherRefusal(header: string): string | null {
  if (header === '') return null;
  if (!header.startsWith('Proc-Type:')) return 'not proc type';
  const afterType = /^Proc-Type:[ \t]*4,[ \t]*(.*)$/s.exec(header)?.[1];
  if (afterType === undefined) return SILENT_REASON;
  const afterEncrypted = /^ENCRYPTED[ \t\r]*\n(.*)$/s.exec(afterType)?.[1];
  if (afterEncrypted === undefined)
    return /^ENCRYPTED[ \t\r]/.test(afterType) ? 'short header' : 'not encrypted';
  const [, cipher = '', rest = ''] = /^DEK-Info:[ \t]*([^ \t,]*)[ \t]*(.*)$/s.exec(afterEncrypted) ?? [];
  if (!afterEncrypted.startsWith('DEK-Info:')) return 'not dek info';
  const info = getCipherInfo(cipher);
  if (info === undefined) return 'unsupported encryption';
  const ivDigits = (info.ivLength ?? 0) * 2;
  if (ivDigits === 0) return rest.startsWith(',') ? 'unexpected dek iv' : null;
  if (!rest.startsWith(',')) return 'missing dek iv';
  return new RegExp(`^,[0-9A-Fa-f]{${ivDigits}}`).test(rest) ? null : 'bad iv chars';
}

const holdsKey = (label: string, dialect: PemDialect): boolean =>
  dialect.anyKey ? label.includes('PRIVATE KEY') : /^(RSA|DSA|EC) PRIVATE KEY$/.test(label);

/** A key is read, too, unless it is encrypted; the type in its label must then be the key's own. */
function refusalOfKey(block: PemBlock): string | null {
  const refusal = cipherRefusal(block.header);
  if (refusal !== null || block.header !== '' || block.label === 'ENCRYPTED PRIVATE KEY') return refusal;
  const typeInLabel = block.label.slice(0, Math.max(0, block.label.indexOf('PRIVATE KEY') - 1)).toLowerCase();
  for (const label of ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY']) {
    try {
      const { asymmetricKeyType } = createPrivateKey(formatPem(block.data, label));
      const typed = ['rsa', 'ec', 'dsa', 'ed25519', 'ed448', 'x25519', 'x448', 'dh'].includes(typeInLabel);
      return typed && asymmetricKeyType !== typeInLabel ? 'unsupported' : null;
    } catch {
      // Not a key of this form; the next may be.
    }
  }
  return 'unsupported';
}

/** d2i_X509_CRL, by way of the only place where Node calls it; few root files hold a CRL, so tls is loaded late. */
function refusalOfCrl(der: Uint8Array): string | null {
  const tls = process.getBuiltinModule('node:tls');
  try {
    tls.createSecureContext({ crl: formatPem(der, 'X509 CRL') });
    return null;
  } catch {
    const asCertificate = readCertificate(der);
    return 'reason' in asCertificate ? asCertificate.reason : 'wrong tag';
  }
}
