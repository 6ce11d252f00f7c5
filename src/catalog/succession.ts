import type { Certificate } from '../x509/types.js';
import type { Catalog, CatalogRoot, Provider } from './types.js';

/** What has taken, or is taking, a root's place with one provider. */
export interface Succession {
  readonly kind: 'other-roots' | 'new-key' | 'region-unknown';
  /** What `install` takes: a provider, or `FAMILY/REGION` where the file does not tell the region. */
  readonly name: string;
  readonly there: readonly CatalogRoot[];
  readonly missing: readonly CatalogRoot[];
  /** Nothing of it is missing. */
  readonly isComplete: boolean;
}

/** A provider is served by a file that holds all of its present roots; `there` is by SHA-256. */
export function isServed(catalog: Catalog, provider: Provider, there: ReadonlySet<string>): boolean {
  const roots = catalog.rootsOf(provider);
  return roots.length > 0 && roots.every(({ sha256 }) => there.has(sha256));
}

/**
 * Who succeeds a root, as the file with the certificates `held` shows: the present roots of the providers that list it
 * in `formerly`, and with a provider that still needs it, a root of the same name with a later key.
 */
export function successionsOf(
  catalog: Catalog,
  root: CatalogRoot,
  held: readonly Certificate[],
): readonly Succession[] {
  const there = new Set(held.map(({ sha256 }) => sha256));
  const of = (kind: Succession['kind'], name: string, roots: readonly CatalogRoot[]): Succession => {
    const missing = roots.filter(({ sha256 }) => !there.has(sha256));
    const present = roots.filter(({ sha256 }) => there.has(sha256));
    return { kind, name, there: present, missing, isComplete: roots.length > 0 && missing.length === 0 };
  };

  const former = catalog.formerProvidersOf(root).filter(({ roots }) => roots.length > 0);
  const families = new Map<string, Provider[]>();
  for (const provider of former) {
    const [family = provider.id] = provider.id.split('/');
    families.set(family, [...(families.get(family) ?? []), provider]);
  }
  const moved = [...families].flatMap(([family, members]) => {
    if (members.length === 1) return members.map((each) => of('other-roots', each.id, catalog.rootsOf(each)));
    const meant = membersMeant(catalog, root, members, { held, there });
    return meant.length > 0
      ? meant.map((each) => of('other-roots', each.id, catalog.rootsOf(each)))
      : [of('region-unknown', `${family}/REGION`, [])];
  });
  const rekeyed = catalog.providersOf(root).flatMap((provider) => {
    const later = catalog.rootsOf(provider).filter((each) => isLaterKey(each, root));
    return later.length === 0 ? [] : [of('new-key', provider.id, later)];
  });
  return [...moved, ...rekeyed];
}

const isLaterKey = (one: CatalogRoot, root: CatalogRoot): boolean =>
  one.subject === root.subject && one.sha256 !== root.sha256 && one.notBefore > root.notBefore;

/** Of a family with regions: the whole family where all of it is there, else the regions that the file speaks of. */
function membersMeant(
  catalog: Catalog,
  root: CatalogRoot,
  members: readonly Provider[],
  { held, there }: { held: readonly Certificate[]; there: ReadonlySet<string> },
): readonly Provider[] {
  const whole = members.find((each) => !each.id.includes('/') && isServed(catalog, each, there));
  if (whole !== undefined) return [whole];
  const issued = held.filter(({ issuer, selfIssued }) => !selfIssued && issuer === root.subject);
  return members.filter((member) => {
    const region = member.id.split('/')[1];
    if (region === undefined) return false;
    return (
      catalog.rootsOf(member).some(({ sha256 }) => there.has(sha256)) ||
      issued.some(({ name }) => name.split(' ').includes(region))
    );
  });
}
