import { createHash } from 'node:crypto';
import { entriesOf } from './entries.js';
import { MOST_ENTRIES } from './limits.js';
import type { StoreFault, StoreReading } from './types.js';

/** The formats of the JDK's JavaKeyStore and JceKeyStore: engineLoad, engineStore, getPreKeyedHash. */
const MAGIC = { feedfeed: 'jks', cececece: 'jceks' } as const;
const KEY = 1;
const CERTIFICATE = 2;
const DIGEST_SIZE = 20;
const HEADER_SIZE = 12;

export interface JksEntry {
  readonly alias: string;
  readonly kind: 'trusted' | 'key';
  /** A trusted entry has one, a key its chain. */
  readonly certificates: readonly Uint8Array[];
}

export interface OpenedJks {
  readonly format: 'jks' | 'jceks';
  readonly version: number;
  readonly entries: readonly JksEntry[];
  /** The bytes of all entries, as they are. */
  readonly body: Uint8Array;
  readonly fault: StoreFault | null;
  /** The password that the digest was made with; null where none of those given is it. */
  readonly password: string | null;
}

export function jksFormatOf(bytes: Uint8Array): 'jks' | 'jceks' | null {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return magic in MAGIC ? MAGIC[magic as keyof typeof MAGIC] : null;
}

/** What the bytes end too soon for, or what no version of the format has. */
class BadStore extends Error {
  constructor(readonly fault: StoreFault) {
    super(fault);
  }
}

class Cursor {
  at = HEADER_SIZE;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(size: number): Buffer {
    const end = this.at + size;
    if (end > this.#bytes.length) throw new BadStore('damaged');
    const taken = this.#bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  uint32 = (): number => this.take(4).readUInt32BE();
  /** DataInput.readUTF. */
  text = (): string => modifiedUtf8(this.take(this.take(2).readUInt16BE()));
  blob = (): Buffer => this.take(this.uint32());
}

/**
 * Takes a Java key store apart. Certificates are there to read for everybody; the password only shows that nobody
 * has changed the store. Keys stay as they are. Never throws, whatever the bytes.
 */
export function openJks(bytes: Uint8Array, passwords: readonly string[]): OpenedJks | null {
  const format = jksFormatOf(bytes);
  if (format === null) return null;
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: JksEntry[] = [];
  const version = whole.length < HEADER_SIZE ? 0 : whole.readUInt32BE(4);
  const cursor = new Cursor(whole.subarray(0, Math.max(0, whole.length - DIGEST_SIZE)));
  const found = (fault: StoreFault | null, password: string | null): OpenedJks => ({
    format,
    version,
    entries,
    body: whole.subarray(HEADER_SIZE, cursor.at),
    fault,
    password,
  });
  try {
    if (version !== 1 && version !== 2)
      throw new BadStore(whole.length < HEADER_SIZE ? 'damaged' : 'unsupported');
    const count = whole.readUInt32BE(8);
    if (count > MOST_ENTRIES) throw new BadStore('too-costly');
    for (let held = 0; entries.length < count; held += entries.at(-1)?.certificates.length ?? 0) {
      if (held > MOST_ENTRIES) throw new BadStore('too-costly');
      entries.push(readEntry(cursor, version, format));
    }
    if (cursor.at !== whole.length - DIGEST_SIZE) throw new BadStore('damaged');
  } catch (error) {
    if (error instanceof BadStore) return found(error.fault, null);
    throw error;
  }
  const digest = whole.subarray(-DIGEST_SIZE);
  const content = whole.subarray(0, -DIGEST_SIZE);
  const password = passwords.find((each) => jksDigest(each, content).equals(digest)) ?? null;
  return found(password === null ? 'password' : null, password);
}

export function jksReading({ format, entries, fault, password }: OpenedJks): StoreReading {
  const held = entries.flatMap(({ alias, kind, certificates }) =>
    certificates.map((der) => ({ alias, der, use: kind })),
  );
  return { format, ...entriesOf(held), fault, encrypted: false, password };
}

function readEntry(cursor: Cursor, version: number, format: 'jks' | 'jceks'): JksEntry {
  const tag = cursor.uint32();
  // A secret key of JCEKS is a serialised Java object, whose end only Java can find.
  if (tag !== KEY && tag !== CERTIFICATE) throw new BadStore(format === 'jceks' ? 'unsupported' : 'damaged');
  const alias = cursor.text();
  cursor.take(8);
  if (tag === CERTIFICATE)
    return { alias, kind: 'trusted', certificates: [readCertificate(cursor, version)] };
  cursor.blob();
  const certificates: Uint8Array[] = [];
  const count = cursor.uint32();
  if (count > MOST_ENTRIES) throw new BadStore('too-costly');
  for (let left = count; left > 0; left--) certificates.push(readCertificate(cursor, version));
  return { alias, kind: 'key', certificates };
}

/** Version 2 says which kind of certificate it is; there is no other than `X.509`. */
function readCertificate(cursor: Cursor, version: number): Uint8Array {
  if (version === 2 && cursor.text() !== 'X.509') throw new BadStore('unsupported');
  return new Uint8Array(cursor.blob());
}

/** SHA-1 over the password in UTF-16, a fixed phrase, and the content. */
export function jksDigest(password: string, content: Uint8Array): Buffer {
  const hash = createHash('sha1').update(Buffer.from(password, 'utf16le').swap16());
  return hash.update('Mighty Aphrodite').update(content).digest();
}

/** Java's UTF-8, in which each UTF-16 unit stands for itself (java.io.DataInput, "Modified UTF-8"). */
function modifiedUtf8(bytes: Uint8Array): string {
  const units: number[] = [];
  const next = (i: number): number => (bytes[i] ?? 0) & 0x3f;
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    if (first < 0x80) {
      units.push(first);
      i += 1;
    } else if (first < 0xe0) {
      units.push(((first & 0x1f) << 6) | next(i + 1));
      i += 2;
    } else {
      units.push(((first & 0x0f) << 12) | (next(i + 1) << 6) | next(i + 2));
      i += 3;
    }
  }
  return units.map((unit) => String.fromCharCode(unit)).join('');
}
