import { attempt, constructed, elementsOf, firstOf, inside, malformed, oidOf, TAG } from './asn1.js';
import { parseCertificate } from './certificate.js';
import type { Certificate } from './types.js';
import { base64In } from './written-out.js';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const BLOCK = /-----BEGIN (?:PKCS7|CMS)-----([^-]*)-----END/g;

/**
 * The certificates of a SignedData (RFC 5652, 5.1), which is what `.p7b` files are, in DER; null for anything else.
 * Never throws.
 */
export function certificatesInPkcs7(der: Uint8Array): readonly Certificate[] | null {
  return attempt(() => {
    const [type, content] = inside(firstOf(der), TAG.sequence);
    if (oidOf(type) !== SIGNED_DATA) malformed('not SignedData');
    const [signedData] = inside(content, constructed(0));
    const certificates = inside(signedData, TAG.sequence).find(({ tag }) => tag === constructed(0));
    if (certificates === undefined) return [];
    return elementsOf(certificates.content).flatMap(({ raw }) => parseCertificate(raw) ?? []);
  });
}

/** The same of every such block in PEM that stands in a text. */
export function certificatesInPkcs7Pem(text: string): readonly Certificate[] {
  return [...text.matchAll(BLOCK)].flatMap(([, body = '']) => {
    const data = base64In(body);
    return data === null ? [] : (certificatesInPkcs7(Buffer.from(data, 'base64')) ?? []);
  });
}
