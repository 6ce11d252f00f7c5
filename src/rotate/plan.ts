import { isServed } from '../catalog/succession.js';
import type { Catalog, CatalogRoot, Provider } from '../catalog/types.js';
import { distinct } from '../core/distinct.js';
import type { Certificate } from '../x509/types.js';

/** Which roots of a file a provider's rotation concerns. */
export interface RotationPlan {
  /** The former roots that may go, once it is proved that nothing needs them. */
  readonly old: readonly Certificate[];
  /** The former roots that stay whatever is proved, as the file serves a provider that still needs them. */
  readonly kept: readonly { readonly certificate: Certificate; readonly neededBy: readonly Provider[] }[];
}

/**
 * What is old in a file with the certificates `held`, which has the provider's present roots already. By `formerly`
 * alone: a site's catalogue may well call a root current that one of its providers has left.
 */
export function planRotation(
  catalog: Catalog,
  provider: Provider,
  held: readonly Certificate[],
): RotationPlan {
  const there = new Set(held.map(({ sha256 }) => sha256));
  const unique = distinct(held);
  const former = unique.flatMap((certificate) => {
    const root = catalog.bySha256(certificate.sha256);
    const isOld = root !== null && provider.formerly.includes(root.id) && !provider.roots.includes(root.id);
    return isOld ? [{ certificate, neededBy: stillNeeding(catalog, provider, root, there) }] : [];
  });
  return {
    old: former.filter(({ neededBy }) => neededBy.length === 0).map(({ certificate }) => certificate),
    kept: former.filter(({ neededBy }) => neededBy.length > 0),
  };
}

/**
 * The other providers that list the root among their present ones, and seem to be used here: the file serves them, and
 * for a retired root it holds something of theirs besides the root and its successors. Otherwise Azure in China, whose
 * roots are those of Azure and the one that Azure has left, would keep that in everybody's file.
 */
function stillNeeding(
  catalog: Catalog,
  provider: Provider,
  root: CatalogRoot,
  there: ReadonlySet<string>,
): Provider[] {
  const successors = new Set(catalog.formerProvidersOf(root).flatMap(({ roots }) => roots));
  const isInUse = root.status !== 'retired' && root.status !== 'expired';
  return catalog
    .providersOf(root)
    .filter((other) => other.id !== provider.id && isServed(catalog, other, there))
    .filter(({ roots }) => isInUse || roots.some((id) => id !== root.id && !successors.has(id)));
}

/** The providers that a file served with the certificates `before` and does not with `after`. */
export function noLongerServed(
  catalog: Catalog,
  before: readonly Certificate[],
  after: readonly Certificate[],
): Provider[] {
  const [had, has] = [before, after].map((held) => new Set(held.map(({ sha256 }) => sha256)));
  if (had === undefined || has === undefined) return [];
  return catalog.providers.filter((each) => isServed(catalog, each, had) && !isServed(catalog, each, has));
}
