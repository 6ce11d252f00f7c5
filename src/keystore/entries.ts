import { parseCertificate } from '../x509/certificate.js';
import type { StoreEntry, StoreReading } from './types.js';

/** What a store holds, as bytes. */
type Held = Pick<StoreEntry, 'alias' | 'use'> & { readonly der: Uint8Array };

export function entriesOf(held: readonly Held[]): Pick<StoreReading, 'entries' | 'unreadable'> {
  const entries = held.flatMap(({ alias, use, der }): StoreEntry[] => {
    const certificate = parseCertificate(der);
    return certificate === null ? [] : [{ alias, certificate, use }];
  });
  return { entries, unreadable: held.length - entries.length };
}
