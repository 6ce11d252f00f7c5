import type { Catalog } from '../catalog/types.js';
import type { NewEntry } from '../keystore/types.js';
import type { Certificate } from '../x509/types.js';

const LONGEST_NAME = 40;

/** What a certificate is called in a store or a folder: its id in the catalogue, else its name and some of its SHA-256. */
export function aliasOf(catalog: Catalog, { sha256, name }: Certificate): string {
  const id = catalog.bySha256(sha256)?.id;
  if (id !== undefined) return id;
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? ['root'];
  return `${words.join('-').slice(0, LONGEST_NAME).replace(/-$/, '')}-${sha256.slice(0, 8)}`;
}

/** Certificates with their aliases, in the order of those: whatever the order of the sources, the result is the same. */
export function entriesFor(catalog: Catalog, certificates: readonly Certificate[]): NewEntry[] {
  return certificates
    .map((certificate) => ({ alias: aliasOf(catalog, certificate), certificate }))
    .sort((one, other) => (one.alias < other.alias ? -1 : 1));
}
