import { createHash } from 'node:crypto';
import type { Host } from '../core/host.js';
import type { CatalogRoot, Provider } from './types.js';

/** A root's line in certs/manifest.json. */
export interface ManifestRoot extends Omit<CatalogRoot, 'origin'> {
  /** The digest of its self-signature, which proves nothing. */
  readonly signatureHash: string;
  /** Keys of `lineages`: the places, independent of each other, where the same bytes were found. */
  readonly provenance: readonly string[];
  /** How many copies were compared in those places. */
  readonly sourceCount: number;
}

/** certs/manifest.json. A test recomputes its figures and checks its shape, so a run takes it as it is. */
export interface Manifest {
  readonly schemaVersion: 1;
  /** The day to which statuses, addresses and host patterns were checked: `YYYY-MM-DD`. */
  readonly asOf: string;
  /** What each key of `provenance` stands for. */
  readonly lineages: Readonly<Record<string, string>>;
  readonly roots: readonly ManifestRoot[];
  readonly providers: readonly Provider[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function readManifest(host: Host): Manifest {
  return JSON.parse(utf8.decode(host.asset('certs/manifest.json')));
}

/**
 * The DER of an embedded root, from certs/ID.pem.
 * @throws {Error} where it is not the pinned certificate.
 */
export function embeddedDer(host: Host, root: CatalogRoot): Uint8Array {
  const file = `certs/${root.id}.pem`;
  const base64 = utf8.decode(host.asset(file)).replace(/^-----.*$/gm, '');
  const der = Buffer.from(base64, 'base64');
  if (createHash('sha256').update(der).digest('hex') !== root.sha256) {
    throw new Error(`the package is damaged: ${file} is not the pinned certificate`);
  }
  return der;
}
