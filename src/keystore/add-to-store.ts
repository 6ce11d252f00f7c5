import { distinct } from '../core/distinct.js';
import { firstElement } from '../x509/der.js';
import type { Certificate } from '../x509/types.js';
import { addToJks } from './add-to-jks.js';
import { addToPkcs12 } from './add-to-pkcs12.js';
import { jksReading, openJks } from './jks.js';
import type { Randomness } from './randomness.js';
import { openPkcs12, pkcs12Reading } from './read-pkcs12.js';
import { readStore, storeFormatOf } from './read-store.js';
import type { NewEntry, StoreEntry, StoreFault, StoreFormat, StoreReading } from './types.js';

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
  if (present !== null && storeFormatOf(present) !== adding.format) return { refused: 'format' };
  const store = openStore(present, adding);
  if (store.fault !== null) return { refused: store.fault };
  const anchors = anchorsOf(store.entries);
  const missing = wanted.filter(({ certificate }) => !anchors.has(certificate.sha256));
  const kept = distinct(store.entries.map(({ certificate }) => certificate));
  if (present !== null && missing.length === 0) return { bytes: present, added: [], kept };

  const bytes = store.plus(unclashing(missing, store.aliases));
  const reading = readStore(bytes, [adding.password]);
  if (reading?.fault === 'too-costly') return { refused: 'too-costly' };
  assertHolds(reading, store.entries.length + missing.length, missing);
  return { bytes, added: missing.map(({ certificate }) => certificate), kept };
}

const anchorsOf = (entries: readonly StoreEntry[]): ReadonlySet<string> =>
  new Set(entries.filter(({ use }) => use === 'trusted').map(({ certificate }) => certificate.sha256));

interface OpenStore extends Pick<StoreReading, 'entries' | 'fault'> {
  readonly aliases: readonly string[];
  /** The store's bytes with these entries added. */
  readonly plus: (entries: readonly NewEntry[]) => Uint8Array;
}

function openStore(present: Uint8Array | null, adding: Adding): OpenStore {
  return adding.format === 'jks' ? openAsJks(present, adding) : openAsPkcs12(present, adding);
}

function openAsJks(present: Uint8Array | null, { password, now }: Adding): OpenStore {
  const opened = present === null ? null : openJks(present, [password]);
  return {
    ...(opened === null ? NOTHING : jksReading(opened)),
    aliases: opened?.entries.map(({ alias }) => alias) ?? [],
    plus: (entries) => addToJks(opened, entries, password, now),
  };
}

function openAsPkcs12(present: Uint8Array | null, { password, randomness }: Adding): OpenStore {
  const opened = present === null ? null : openPkcs12(present, [password]);
  // Bytes behind the store would be lost.
  const isWhole = present === null || firstElement(present).length === present.length;
  return {
    ...(opened === null ? NOTHING : pkcs12Reading(opened)),
    ...(isWhole ? {} : { fault: 'damaged' }),
    aliases: opened?.parts.flatMap(({ bags }) => bags.aliases) ?? [],
    plus: (entries) => addToPkcs12(opened, entries, password, randomness),
  };
}

const NOTHING = { entries: [], fault: null };

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
function assertHolds(reading: StoreReading | null, count: number, added: readonly NewEntry[]): void {
  const anchors = anchorsOf(reading?.entries ?? []);
  const isWhole =
    reading?.fault === null &&
    reading.entries.length === count &&
    added.every(({ certificate }) => anchors.has(certificate.sha256));
  if (!isWhole) throw new Error('a changed keystore does not read as it was meant to');
}
