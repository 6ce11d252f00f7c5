import { firstElement } from '../x509/der.js';
import type { Certificate } from '../x509/types.js';
import { addToJks } from './add-to-jks.js';
import { addToPkcs12 } from './add-to-pkcs12.js';
import { openJks } from './jks.js';
import type { Randomness } from './randomness.js';
import { openPkcs12 } from './read-pkcs12.js';
import { readStore } from './read-store.js';
import type { NewEntry, StoreFault, StoreFormat } from './types.js';

/** A format that can be written. */
export type WritableFormat = Exclude<StoreFormat, 'jceks'>;

/** Why a store is not added to; `format`: it is a store of another format, or none. */
export interface StoreRefused {
  readonly refused: StoreFault | 'format';
}

export interface AddedToStore {
  readonly bytes: Uint8Array;
  readonly added: readonly Certificate[];
  /** Every certificate that was there, once. */
  readonly kept: readonly Certificate[];
}

export interface Adding {
  readonly format: WritableFormat;
  readonly password: string;
  readonly randomness: Randomness;
  /** The date that entries of a JKS store get. */
  readonly now: Date;
}

/**
 * A keystore with certificates that Java trusts. What it holds stays as it is. A certificate counts as there if Java
 * takes it for an anchor under whatever alias; one that is there for other reasons (the chain of a key, a PKCS#12
 * store without Java's mark) does not. An alias that is taken gets a number. With nothing to add the bytes are the
 * very same. Never throws, but for a bug.
 *
 * @param present null for a new store
 */
export function addToStore(
  present: Uint8Array | null,
  wanted: readonly NewEntry[],
  adding: Adding,
): AddedToStore | StoreRefused {
  const { format, password } = adding;
  const passwords = [password];
  const reading = present === null ? null : readStore(present, passwords);
  if (present !== null && reading?.format !== format) return { refused: 'format' };
  if (reading !== null && reading.fault !== null) return { refused: reading.fault };
  const there = reading?.entries ?? [];
  const anchors = new Set(
    there.flatMap(({ use, certificate }) => (use === 'trusted' ? [certificate.sha256] : [])),
  );
  const missing = wanted.filter(({ certificate }) => !anchors.has(certificate.sha256));
  const kept = [...new Map(there.map(({ certificate }) => [certificate.sha256, certificate])).values()];
  if (present !== null && missing.length === 0) return { bytes: present, added: [], kept };

  const bytes = format === 'jks' ? intoJks(present, missing, adding) : intoPkcs12(present, missing, adding);
  if ('refused' in bytes) return bytes;
  assertHolds(bytes, passwords, there.length + missing.length, missing);
  return { bytes, added: missing.map(({ certificate }) => certificate), kept };
}

function intoJks(
  present: Uint8Array | null,
  missing: readonly NewEntry[],
  { password, now }: Adding,
): Uint8Array {
  const opened = present === null ? null : openJks(present, [password]);
  return addToJks(
    opened,
    unclashing(missing, opened?.entries.map(({ alias }) => alias) ?? []),
    password,
    now,
  );
}

function intoPkcs12(
  present: Uint8Array | null,
  missing: readonly NewEntry[],
  { password, randomness }: Adding,
): Uint8Array | StoreRefused {
  // Bytes behind the store would be lost.
  if (present !== null && firstElement(present).length !== present.length) return { refused: 'damaged' };
  const opened = present === null ? null : openPkcs12(present, [password]);
  const taken = opened?.parts.flatMap(({ bags }) => bags.aliases) ?? [];
  return addToPkcs12(opened, unclashing(missing, taken), password, randomness);
}

/** Java tells aliases apart without regard to case. */
function unclashing(entries: readonly NewEntry[], aliases: readonly string[]): NewEntry[] {
  const taken = new Set(aliases.map((alias) => alias.toLowerCase()));
  return entries.map(({ alias, certificate }) => {
    let free = alias;
    for (let number = 2; taken.has(free); number++) free = `${alias}-${number}`;
    taken.add(free);
    return { alias: free, certificate };
  });
}

/** Throws, which is a bug, unless the store reads as it was meant to. */
function assertHolds(
  bytes: Uint8Array,
  passwords: readonly string[],
  count: number,
  added: readonly NewEntry[],
): void {
  const reading = readStore(bytes, passwords);
  const anchors = new Set(
    reading?.entries.flatMap(({ use, certificate }) => (use === 'trusted' ? [certificate.sha256] : [])),
  );
  const isWhole =
    reading !== null &&
    reading.fault === null &&
    reading.entries.length === count &&
    added.every(({ certificate }) => anchors.has(certificate.sha256));
  if (!isWhole) throw new Error('a changed keystore does not read as it was meant to');
}
