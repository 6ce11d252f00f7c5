import type { Catalog, CatalogRoot } from '../../../src/catalog/types.js';

/** A root that the test knows to be there. */
export function knownRoot(catalog: Catalog, id: string): CatalogRoot {
  const root = catalog.root(id);
  if (root === null) throw new Error(`no root ${id}`);
  return root;
}
