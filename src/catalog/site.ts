import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { Place } from './place.js';
import { readSiteRoot, type SiteRoot } from './site-root.js';
import type { CatalogRoot, Provider } from './types.js';

export interface SiteCatalog {
  readonly roots: readonly CatalogRoot[];
  readonly providers: readonly Provider[];
  /** Each root's DER, by its id. */
  readonly ders: ReadonlyMap<string, Uint8Array>;
}

/** The package's catalogue. */
interface Embedded {
  readonly roots: readonly CatalogRoot[];
  readonly providers: readonly Provider[];
}

const LIMIT = 1024 * 1024;
const PROVIDER_ID = /^[a-z0-9][a-z0-9._-]{0,79}(?:\/[a-z0-9][a-z0-9._-]{0,79})?$/;
const HOST_PATTERN = /^[a-z0-9*._-]+$/i;

function readText(host: Host, file: string): string {
  const invalid = (fact: string, help: string): PgRootCertError =>
    new PgRootCertError('catalog-invalid', `${file} ${fact}`, { help: [help], path: file });

  const facts = onFile('read', file, () => host.files.lookThrough(file));
  if (facts === null) throw invalid('is not there', 'check the path after --catalog');
  if (facts.size > LIMIT)
    throw invalid(`is larger than ${LIMIT} bytes`, 'check that it is the file you mean');
  const bytes = onFile('read', file, () => host.files.read(file, LIMIT));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('is not UTF-8 text', 'save it as UTF-8');
  }
}

/** An id that nothing else has: neither the package's catalogue nor an earlier entry of this one. */
function claim(place: Place, id: string, embedded: ReadonlySet<string>, taken: Set<string>): void {
  if (embedded.has(id)) throw place.refusal(`is "${id}", which the package's catalogue defines`);
  if (taken.has(id)) throw place.refusal(`is "${id}", which an earlier entry has`);
  taken.add(id);
}

function texts(place: Place | null): { place: Place; value: string }[] {
  return (place?.items() ?? []).map((item) => ({ place: item, value: item.text() }));
}

function rootIds(place: Place | null, known: ReadonlySet<string>): string[] {
  return texts(place).map(({ place: item, value }) => {
    if (!known.has(value)) throw item.refusal(`names "${printable(value)}", which is no root's id`);
    return value;
  });
}

function readProvider(entry: Place, rootsKnown: ReadonlySet<string>): Provider {
  const idPlace = entry.required('id');
  const id = idPlace.text();
  if (!PROVIDER_ID.test(id))
    throw idPlace.refusal('is not an id: lower-case letters, digits and . _ - (one / at most)');
  const hosts = texts(entry.optional('hosts')).map(({ place, value }) => {
    if (!HOST_PATTERN.test(value)) throw place.refusal('is not a host pattern: letters, digits and . - _ *');
    return value;
  });
  const note = entry.optional('note')?.text();
  const howTo = entry.optional('howTo')?.text();
  return {
    id,
    name: entry.required('name').text(),
    roots: rootIds(entry.required('roots'), rootsKnown),
    formerly: rootIds(entry.optional('formerly'), rootsKnown),
    hosts,
    ...(note === undefined ? {} : { note }),
    ...(howTo === undefined ? {} : { howTo }),
  };
}

function readRoots(
  host: Host,
  document: Place,
  folder: string,
  embedded: Embedded,
  embeddedIds: ReadonlySet<string>,
): SiteRoot[] {
  const taken = new Set<string>();
  const pins = new Set<string>();
  return (document.optional('roots')?.items() ?? []).map((entry) => {
    const { root, der } = readSiteRoot(host, entry, folder);
    claim(entry.required('id'), root.id, embeddedIds, taken);
    if (pins.has(root.sha256)) throw entry.required('sha256').refusal('is that of an earlier entry');
    pins.add(root.sha256);
    const same = embedded.roots.find(({ sha256 }) => sha256 === root.sha256);
    return { root: { ...root, publicCa: same?.publicCa ?? false }, der };
  });
}

/**
 * A site's own catalogue: docs/catalogue.md and docs/site-catalogue.schema.json give its fields. Every root's
 * bytes are compared with its sha256 here. Fields that are not known are passed over.
 * @throws {PgRootCertError} `catalog-invalid`, naming file, line and JSON path; the codes of `fileError` where a
 * file can't be read.
 */
export async function readSiteCatalog(
  host: Host,
  siteFile: string,
  embedded: Embedded,
): Promise<SiteCatalog> {
  const file = host.path.resolve(host.cwd, siteFile);
  const document = await Place.read({ file, text: readText(host, file) });
  const version = document.required('schemaVersion');
  if (!version.is(1)) throw version.refusal('is not 1, the only version there is');

  const embeddedIds = new Set([...embedded.roots, ...embedded.providers].map(({ id }) => id));
  const siteRoots = readRoots(host, document, host.path.dirname(file), embedded, embeddedIds);
  const siteIds = siteRoots.map(({ root }) => root.id);
  const rootsKnown = new Set([...embedded.roots.map(({ id }) => id), ...siteIds]);

  const taken = new Set(siteIds);
  const providers = (document.optional('providers')?.items() ?? []).map((entry) => {
    const provider = readProvider(entry, rootsKnown);
    claim(entry.required('id'), provider.id, embeddedIds, taken);
    return provider;
  });
  return {
    roots: siteRoots.map(({ root }) => root),
    providers,
    ders: new Map(siteRoots.map(({ root, der }) => [root.id, der])),
  };
}
