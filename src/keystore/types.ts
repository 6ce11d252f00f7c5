import type { Certificate } from '../x509/types.js';

/** `jceks` is JKS with secret keys, which only Java can read: what it holds is read as far as the first of those. */
export type StoreFormat = 'pkcs12' | 'jks' | 'jceks';

/**
 * Why a store was not read whole. `password`: none of the passwords fits, or (with a check that fails) the store was
 * changed by somebody who did not know it. `unsupported`: an algorithm or a kind of content that is not known here.
 * `too-costly`: past the limits of limits.ts. `damaged`: not what its format prescribes.
 */
export type StoreFault = 'password' | 'unsupported' | 'too-costly' | 'damaged';

export interface StoreEntry {
  /** As the store has it; null where it names none. */
  readonly alias: string | null;
  readonly certificate: Certificate;
  /**
   * `trusted`: Java takes it for an anchor. `key`: of the chain of a private key. `other`: a certificate that a
   * PKCS#12 store holds without Java's mark of trust; Java passes over it, .NET and OpenSSL do not.
   */
  readonly use: 'trusted' | 'key' | 'other';
}

/** What a store holds, as far as it can be read with the passwords at hand. */
export interface StoreReading {
  readonly format: StoreFormat;
  readonly entries: readonly StoreEntry[];
  /** null: all of it was read. */
  readonly fault: StoreFault | null;
  /** Certificates that OpenSSL does not take for any, left out of `entries`. */
  readonly unreadable: number;
  /** True where a part that may hold certificates is encrypted. */
  readonly encrypted: boolean;
  /** The password that opened it; null where none did or none was needed. */
  readonly password: string | null;
}

/** A certificate that is to be trusted, and what to call it: ASCII in lower case. */
export interface NewEntry {
  readonly alias: string;
  readonly certificate: Certificate;
}
