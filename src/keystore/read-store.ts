import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';
import { jksFormatOf, jksReading, openJks } from './jks.js';
import { openPkcs12, pkcs12Reading } from './read-pkcs12.js';
import type { StoreFormat, StoreReading } from './types.js';

export type { StoreEntry, StoreFault, StoreFormat, StoreReading } from './types.js';

/** What stores are made with where nobody chose: Java's own, what its manuals change it to, and none. */
export const USUAL_PASSWORDS: readonly string[] = ['changeit', 'changeme', ''];

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
  if (startsAsPfx(bytes)) return pkcs12Reading(openPkcs12(bytes, passwords));
  const opened = openJks(bytes, passwords);
  return opened === null ? null : jksReading(opened);
}

/** Every certificate of a keystore or a PEM or DER file, as far as it can be read without being told a password. */
export function certificatesIn(bytes: Uint8Array): readonly Certificate[] {
  return readStore(bytes)?.entries.map(({ certificate }) => certificate) ?? readBundle(bytes).certificates;
}
