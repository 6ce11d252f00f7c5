import { isServed } from '../catalog/succession.js';
import type { Catalog, Provider } from '../catalog/types.js';
import { distinct } from '../core/distinct.js';
import { type State, stateOf } from '../inspect/state.js';
import { isRetired } from '../install/retired.js';
import type { Certificate } from '../x509/types.js';
import type { Format, Reading } from './read.js';

/** What is kept of a certificate: facts, not bytes. */
export interface ScannedCertificate {
  readonly sha256: string;
  readonly subject: string;
  readonly name: string;
  readonly notAfter: Date;
  readonly id: string | null;
  readonly state: State;
  /** Retired, with nothing that has taken its place in the same file. */
  readonly superseded: boolean;
}

/** What a file lacks of a provider whose roots it is meant to hold. */
export interface Missing {
  readonly provider: string;
  /** Ids of roots. */
  readonly roots: readonly string[];
  /** Of a provider with regions: how many it has, and the names of those of which no root is there. */
  readonly regions: { readonly count: number; readonly missing: readonly string[] } | null;
  /** Those of `roots` that are of no region in `missing`. */
  readonly others: readonly string[];
}

export interface ScannedFile {
  readonly path: string;
  readonly format: Format;
  readonly fault: Reading['fault'];
  readonly certificates: readonly ScannedCertificate[];
  /** The providers that it was judged by, and of these only those with something missing. */
  readonly missing: readonly Missing[];
}

/** How a file's certificates stand by the catalogue, and what is missing of the `wanted` providers. Pure. */
export function judge(
  catalog: Catalog,
  path: string,
  reading: Reading,
  wanted: readonly Provider[],
  at: { readonly now: Date; readonly warnDays: number },
): ScannedFile {
  const unique = distinct(reading.certificates);
  const there = new Set(unique.map(({ sha256 }) => sha256));
  const judgeOne = (certificate: Certificate): ScannedCertificate => {
    const root = catalog.bySha256(certificate.sha256);
    const state = stateOf(certificate, isRetired(catalog, certificate, there), at.now, at.warnDays);
    const former = root === null ? [] : catalog.formerProvidersOf(root);
    return {
      sha256: certificate.sha256,
      subject: certificate.subject,
      name: certificate.name,
      notAfter: certificate.notAfter,
      id: root?.id ?? null,
      state,
      superseded:
        state === 'retired' &&
        former.length > 0 &&
        !former.some((provider) => isServed(catalog, provider, there)),
    };
  };
  const { format, fault } = reading;
  const judgedBy =
    wanted.length > 0
      ? wanted.filter((provider) => isMeantFor(catalog, provider, there))
      : collections(catalog, there);
  const missing = judgedBy.flatMap((provider) => missingOf(catalog, provider, there) ?? []);
  return { path, format, fault, certificates: unique.map(judgeOne), missing };
}

const regionsOf = (catalog: Catalog, { id }: Provider): readonly Provider[] =>
  catalog.providers.filter((other) => other.id.startsWith(`${id}/`));

const holdsAny = (catalog: Catalog, ids: readonly string[], there: ReadonlySet<string>): boolean =>
  ids.some((id) => there.has(catalog.root(id)?.sha256 ?? ''));

/** The providers of which a file holds more than half of the regions: such a file is meant to hold them all. */
function collections(catalog: Catalog, there: ReadonlySet<string>): readonly Provider[] {
  return catalog.providers.filter((provider) => {
    const regions = regionsOf(catalog, provider);
    const held = regions.filter(({ roots }) => holdsAny(catalog, roots, there));
    return held.length > regions.length / 2;
  });
}

/** A file with a root of the provider, present or former, or of another of its regions. */
function isMeantFor(catalog: Catalog, provider: Provider, there: ReadonlySet<string>): boolean {
  const whole = catalog.provider(provider.id.split('/')[0] ?? '') ?? provider;
  return [provider, whole].some(({ roots, formerly }) => holdsAny(catalog, [...roots, ...formerly], there));
}

function missingOf(catalog: Catalog, provider: Provider, there: ReadonlySet<string>): Missing | null {
  const roots = provider.roots.filter((id) => !holdsAny(catalog, [id], there));
  if (roots.length === 0) return null;
  const regions = regionsOf(catalog, provider);
  const lacking = regions.filter((region) => !holdsAny(catalog, region.roots, there));
  const missing = lacking.map(({ id }) => id.slice(provider.id.length + 1));
  return {
    provider: provider.id,
    roots,
    regions: regions.length === 0 ? null : { count: regions.length, missing },
    others: roots.filter((id) => !lacking.some((region) => region.roots.includes(id))),
  };
}
