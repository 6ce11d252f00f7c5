import type { Host } from '../core/host.js';
import { readStore, type StoreFault, type StoreFormat, storeFormatOf } from '../keystore/read-store.js';
import { parseCertificate } from '../x509/certificate.js';
import { toText } from '../x509/pem.js';
import { certificatesInPkcs7, certificatesInPkcs7Pem } from '../x509/pkcs7.js';
import { PLAIN_OR_TRUSTED, salvage } from '../x509/salvage.js';
import type { Certificate } from '../x509/types.js';
import { encodedTexts } from './encoded.js';

export type Format = 'pem' | 'der' | 'pkcs7' | StoreFormat;

/** A file with certificates in it, or a keystore that may have some. */
export interface Reading {
  readonly format: Format;
  readonly certificates: readonly Certificate[];
  /** Why not all certificates of a keystore could be read; null where they could, and for all else. */
  readonly fault: StoreFault | null;
}

const HEAD = 64 * 1024;

/**
 * What a file holds, told by its content: a keystore, one certificate in DER, PKCS#7, or PEM in any text, be it a bundle, a
 * program, JSON, YAML or .env, base64 of PEM too. null where it holds no certificate. Binary files of other kinds are
 * left after their first 64 KiB.
 * @throws the system's error; EFBIG for a text or keystore of more than `limit` bytes
 */
export function readCertificates(
  host: Host,
  path: string,
  limit: number,
  passwords: readonly string[],
  onRead: (bytes: number) => void = () => {},
): Reading | null {
  const bytes = host.files.readIf(path, { headLength: HEAD, limit }, (head, whole) => {
    onRead(head.length);
    return isWorthReading(head, whole);
  });
  if (bytes === null) return null;
  onRead(bytes.length);
  return certificatesIn(bytes, passwords);
}

/** As `readCertificates`, of bytes. Never throws. */
export function certificatesIn(bytes: Uint8Array, passwords: readonly string[]): Reading | null {
  const store = readStore(bytes, passwords);
  if (store !== null) {
    const certificates = store.entries.map(({ certificate }) => certificate);
    const hidden = store.fault !== 'password' || store.encrypted;
    return { format: store.format, certificates, fault: hidden ? store.fault : null };
  }
  const readers = startsAsDer(bytes) ? [single, pkcs7, pem] : [pem, pkcs7Pem];
  for (const read of readers) {
    const { format, certificates } = read(bytes);
    if (certificates.length > 0) return { format, certificates, fault: null };
  }
  return null;
}

type Read = (bytes: Uint8Array) => Pick<Reading, 'format' | 'certificates'>;

const single: Read = (bytes) => {
  const certificate = parseCertificate(bytes);
  return { format: 'der', certificates: certificate === null ? [] : [certificate] };
};
const pkcs7: Read = (bytes) => ({ format: 'pkcs7', certificates: certificatesInPkcs7(bytes) ?? [] });
const pkcs7Pem: Read = (bytes) => ({ format: 'pkcs7', certificates: certificatesInPkcs7Pem(toText(bytes)) });
const pem: Read = (bytes) => ({ format: 'pem', certificates: [...inPem(bytes)] });

function* inPem(bytes: Uint8Array): Generator<Certificate> {
  if (mayHoldPem(bytes)) yield* salvage(bytes, PLAIN_OR_TRUSTED).certificates;
  if (mayHoldEncoded(bytes)) {
    for (const encoded of encodedTexts(toText(bytes))) yield* salvage(encoded, PLAIN_OR_TRUSTED).certificates;
  }
}

/** A keystore, DER, or a text; of a text that is there whole, one that may hold a certificate. */
function isWorthReading(head: Uint8Array, whole: boolean): boolean {
  if (storeFormatOf(head) !== null || startsAsDer(head)) return true;
  if (head.length === 0 || (head.includes(0) && !isUtf16(head))) return false;
  return !whole || mayHoldPem(head) || mayHoldEncoded(head);
}

const mayHoldPem = (bytes: Uint8Array): boolean => isUtf16(bytes) || asBuffer(bytes).includes('-----BEGIN ');
const mayHoldEncoded = (bytes: Uint8Array): boolean => asBuffer(bytes).includes('LS0t');

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A SEQUENCE whose length takes two bytes, as every certificate's does. */
const startsAsDer = ([tag, length]: Uint8Array): boolean => tag === 0x30 && length === 0x82;

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
