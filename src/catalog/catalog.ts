import type { Host } from '../core/host.js';
import { providerForHost } from './hosts.js';
import { embeddedDer, readManifest } from './manifest.js';
import { nearest } from './nearest.js';
import { readSiteCatalog, type SiteCatalog } from './site.js';
import type { Catalog, CatalogRoot, Provider } from './types.js';

const NO_SITE: SiteCatalog = { roots: [], providers: [], ders: new Map() };

const byId = <T extends { readonly id: string }>(entries: readonly T[]): ReadonlyMap<string, T> =>
  new Map(entries.map((entry) => [entry.id, entry]));

/**
 * The package's catalogue and, with `siteFile` (a path, from `host.cwd`), a site's own on top of it. Certificates
 * are read only when `der` asks for them; a site's are checked at once.
 * @throws {PgRootCertError} `catalog-invalid`: the site's file is not as docs/catalogue.md says; its message
 * names the line. The codes of `fileError` where a file can't be read.
 */
export async function loadCatalog(host: Host, siteFile?: string): Promise<Catalog> {
  const manifest = readManifest(host);
  const embedded = {
    roots: manifest.roots.map((root): CatalogRoot => ({ ...root, origin: 'embedded' })),
    providers: manifest.providers,
  };
  const site = siteFile === undefined ? NO_SITE : await readSiteCatalog(host, siteFile, embedded);

  const roots = [...embedded.roots, ...site.roots];
  const providers = [...embedded.providers, ...site.providers];
  const rootById = byId(roots);
  const providerById = byId(providers);

  const root = (id: string): CatalogRoot | null => rootById.get(id) ?? null;
  const provider = (id: string): Provider | null => providerById.get(id) ?? null;
  const rootsOf = ({ roots: ids }: Provider): CatalogRoot[] => ids.flatMap((id) => root(id) ?? []);

  return {
    roots,
    providers,
    root,
    provider,
    rootsOf,
    bySha256: (sha256) => roots.find((known) => known.sha256 === sha256) ?? null,
    resolve: (name) => {
      const one = root(name);
      if (one !== null) return { kind: 'root', root: one };
      const group = provider(name);
      if (group === null) return null;
      return { kind: 'provider', provider: group, roots: rootsOf(group) };
    },
    providersOf: ({ id }) => providers.filter((one) => one.roots.includes(id)),
    formerProvidersOf: ({ id }) => providers.filter((one) => one.formerly.includes(id)),
    forHost: (hostname) =>
      providerForHost(embedded.providers, hostname) ?? providerForHost(site.providers, hostname),
    nearest: (name) => nearest(name, [...roots, ...providers]),
    der: (known) => site.ders.get(known.id) ?? embeddedDer(host, known),
  };
}
