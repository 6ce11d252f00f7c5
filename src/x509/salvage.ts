import { readCertificate } from './certificate.js';
import { toText } from './pem.js';
import type { Certificate } from './types.js';
import { base64In } from './written-out.js';

/** `complete`: there is at least one certificate, and no sign of another that could not be read. */
export interface Salvage {
  readonly certificates: readonly Certificate[];
  readonly complete: boolean;
}

/** What once was a BEGIN or END line of a certificate. Bounds keep a hostile file from costing quadratic time. */
const MARK = /-{1,5}[ \t]{0,5}(BEGIN|END)[ \t]{1,5}((?:[A-Z0-9]{1,16} ){0,3}CERTIFICATE)[ \t]{0,5}-{1,5}/gi;

const PLAIN = /^(X509 )?CERTIFICATE$/i;
/** OpenSSL's own label too: the certificate, with what it is trusted for behind it. */
export const PLAIN_OR_TRUSTED = /^((X509|TRUSTED) )?CERTIFICATE$/i;

/**
 * The certificates that a person would still find in a file that OpenSSL refuses: joined END and BEGIN lines, lone
 * CRs, a program's strings, indented or quoted lines, UTF-16, a single DER certificate, good blocks beside broken ones.
 * Never throws.
 *
 * @param labels of the blocks that count; others are a sign of something lost
 */
export function salvage(bytes: Uint8Array, labels: RegExp = PLAIN): Salvage {
  if (bytes[0] === 0x30) {
    const certificate = readCertificate(bytes);
    if (!('reason' in certificate)) {
      return { certificates: [certificate], complete: certificate.der.length === bytes.length };
    }
  }
  const text = decode(bytes);
  const certificates: Certificate[] = [];
  let lost = 0;
  let begin: RegExpExecArray | null = null;
  for (const mark of text.matchAll(MARK)) {
    const isBegin = mark[1]?.toUpperCase() === 'BEGIN';
    if (isBegin === (begin !== null)) lost++;
    else if (begin !== null) {
      const plain = labels.test(begin[2] ?? '');
      const certificate = plain ? readBody(text.slice(begin.index + begin[0].length, mark.index)) : null;
      if (certificate === null) lost++;
      else certificates.push(certificate);
    }
    begin = isBegin ? mark : null;
  }
  if (begin !== null) lost++;
  return { certificates, complete: certificates.length > 0 && lost === 0 };
}

function readBody(body: string): Certificate | null {
  const data = base64In(body);
  if (data === null) return null;
  const certificate = readCertificate(Buffer.from(data, 'base64'));
  return 'reason' in certificate ? null : certificate;
}

/** UTF-16 by its byte order mark, or by a NUL in each of its first two pairs; anything else as latin1. */
function decode(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength & ~1);
  const [first, second, third, fourth] = bytes;
  if ((first === 0xff && second === 0xfe) || (second === 0 && fourth === 0))
    return buffer.toString('utf16le');
  if ((first === 0xfe && second === 0xff) || (first === 0 && third === 0)) {
    return Buffer.from(buffer).swap16().toString('utf16le');
  }
  return toText(bytes);
}
