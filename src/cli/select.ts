import type { Catalog } from '../catalog/types.js';
import { distinct } from '../core/distinct.js';
import { catalogRoots } from '../install/sources.js';

/** A root that was named on the command line: by the catalogue's id or provider, or by SHA-256. */
export interface Selected {
  readonly sha256: string;
  readonly id: string | null;
  readonly name: string | null;
}

/** @throws PgRootCertError `unknown-root`, `provider-own-ca` */
export function selectRoots(catalog: Catalog, names: readonly string[]): Selected[] {
  const selected = names.flatMap((name): Selected[] => {
    const sha256 = sha256Of(name);
    if (sha256 === null)
      return catalogRoots(catalog, name).map((root) => ({
        sha256: root.sha256,
        id: root.id,
        name: root.name,
      }));
    const root = catalog.bySha256(sha256);
    return [{ sha256, id: root?.id ?? null, name: root?.name ?? null }];
  });
  return distinct(selected);
}

/** A fingerprint as people copy it: with colons or spaces, in either case. */
function sha256Of(name: string): string | null {
  const digits = name.replaceAll(/[\s:]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null;
}
