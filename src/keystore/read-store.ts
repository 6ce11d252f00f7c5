import { parseCertificate } from '../x509/certificate.js';
import { jksFormatOf, openJks } from './jks.js';
import { readPkcs12 } from './read-pkcs12.js';
import type { StoreEntry, StoreFormat, StoreReading } from './types.js';

export type { StoreEntry, StoreFault, StoreFormat, StoreReading } from './types.js';

/** What stores are made with where nobody chose: Java's own, and none. */
export const USUAL_PASSWORDS: readonly string[] = ['changeit', ''];

/** The format of a store by its first bytes; null for anything else, PEM and single certificates too. */
export function storeFormatOf(bytes: Uint8Array): StoreFormat | null {
  return jksFormatOf(bytes) ?? (startsAsPfx(bytes) ? 'pkcs12' : null);
}

/** RFC 7292, 4: a SEQUENCE that begins with the version, 3. */
function startsAsPfx(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  const from = length < 0x80 ? 2 : 2 + (length & 0x7f);
  return tag === 0x30 && bytes[from] === 0x02 && bytes[from + 1] === 0x01 && bytes[from + 2] === 0x03;
}

/**
 * What a keystore holds, as far as these passwords open it; null for bytes that are no keystore. Certificates that
 * are not encrypted are read without any password. Never throws, whatever the bytes, and does no more work than
 * limits.ts allows.
 */
export function readStore(
  bytes: Uint8Array,
  passwords: readonly string[] = USUAL_PASSWORDS,
): StoreReading | null {
  if (startsAsPfx(bytes)) return readPkcs12(bytes, passwords);
  const opened = openJks(bytes, passwords);
  if (opened === null) return null;
  const entries: StoreEntry[] = [];
  let unreadable = false;
  for (const { alias, kind, certificates } of opened.entries) {
    for (const der of certificates) {
      const certificate = parseCertificate(der);
      if (certificate === null) unreadable = true;
      else entries.push({ alias, certificate, use: kind });
    }
  }
  const { format, fault, password } = opened;
  return {
    format,
    entries,
    fault: fault ?? (unreadable ? 'damaged' : null),
    encrypted: false,
    password,
  };
}
