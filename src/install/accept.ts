import type { Catalog, CatalogRoot } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { redactUrl } from '../core/redact.js';
import { acquireRoots } from '../download/acquire.js';
import { fetchSource } from '../download/fetch-source.js';
import { validateSource } from '../validate/validate-source.js';
import type { Certificate } from '../x509/types.js';
import { FILE_LIMIT } from './limits.js';
import type { SourceOptions, SourceRequest } from './sources.js';

export type SourceKind = 'download' | 'embedded' | 'file' | 'url';

/** A root that may be installed, and where it came from. */
export interface Accepted {
  readonly certificate: Certificate;
  readonly root: CatalogRoot | null;
  readonly source: SourceKind;
}

type Acceptance = { readonly accepted: readonly Accepted[]; readonly findings: readonly Finding[] };

/**
 * Turns sources into roots that are pinned or vouched for, and valid. Certificates of the catalogue that the file
 * holds already are neither fetched nor validated again: their SHA-256 is the pin.
 *
 * @throws PgRootCertError the first refusal
 */
export async function acceptSources(
  host: Host,
  catalog: Catalog,
  present: ReadonlyMap<string, Certificate>,
  options: SourceOptions,
): Promise<Acceptance> {
  const accepted: Accepted[] = [];
  const findings: Finding[] = [];
  const roots = options.requests.flatMap((request) => (request.kind === 'roots' ? request.roots : []));
  const others = options.requests.filter((request) => request.kind !== 'roots');
  const parts = [
    ...(roots.length > 0 ? [await acceptRoots(host, catalog, uniqueById(roots), present, options)] : []),
    ...(await inTurn(others, (request) => acceptOther(host, catalog, request, options))),
  ];
  for (const part of parts) {
    accepted.push(...part.accepted);
    findings.push(...part.findings);
  }
  const unique = [...new Map(accepted.map((each) => [each.certificate.sha256, each])).values()];
  assertPinsMatch(unique, options.pins);
  return { accepted: unique, findings };
}

function uniqueById(roots: readonly CatalogRoot[]): CatalogRoot[] {
  return [...new Map(roots.map((root) => [root.id, root])).values()];
}

async function inTurn<T, R>(items: readonly T[], step: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await step(item));
  return results;
}

async function acceptRoots(
  host: Host,
  catalog: Catalog,
  roots: readonly CatalogRoot[],
  present: ReadonlyMap<string, Certificate>,
  options: SourceOptions,
): Promise<Acceptance> {
  const now = host.now();
  const inPlace = roots.filter((root) => present.has(root.sha256) && isSettled(root, now));
  const accepted: Accepted[] = inPlace.flatMap((root) => {
    const certificate = present.get(root.sha256);
    return certificate === undefined ? [] : [{ certificate, root, source: 'embedded' as const }];
  });
  const wanted = roots.filter((root) => !inPlace.includes(root));
  if (wanted.length === 0) return { accepted, findings: [] };

  // What is expired is refused before a request is made for it.
  for (const root of wanted.filter(({ notAfter }) => new Date(notAfter) < now)) {
    await validateSource(sourceOf(catalog, root, catalog.der(root), now));
  }
  const { acquired, findings } = await acquireRoots(wanted, { host, catalog, ...options });
  const all: Finding[] = [...findings];
  for (const { root, der, source } of acquired) {
    const valid = await validateSource(sourceOf(catalog, root, der, now));
    accepted.push(...valid.accepted.map((each) => ({ ...each, source })));
    all.push(...valid.findings);
  }
  return { accepted, findings: all };
}

/** In its time of validity and in use, so that there is nothing to say or to refuse. */
function isSettled(root: CatalogRoot, now: Date): boolean {
  return new Date(root.notAfter) > now && root.status !== 'retired' && root.status !== 'expired';
}

function sourceOf(catalog: Catalog, root: CatalogRoot, bytes: Uint8Array, now: Date) {
  return { bytes, label: root.id, pins: new Set([root.sha256]), catalog, vouched: false, now };
}

async function acceptOther(
  host: Host,
  catalog: Catalog,
  request: Exclude<SourceRequest, { kind: 'roots' }>,
  options: SourceOptions,
): Promise<Acceptance> {
  const { label, bytes, source } = await readSource(host, request, options);
  const { pins, vouched, advised } = options;
  const valid = await validateSource({
    bytes,
    label,
    pins,
    catalog,
    vouched: vouched && source === 'file',
    now: host.now(),
    ...(advised === undefined ? {} : { advised }),
  });
  return { accepted: valid.accepted.map((each) => ({ ...each, source })), findings: valid.findings };
}

async function readSource(
  host: Host,
  request: Exclude<SourceRequest, { kind: 'roots' }>,
  options: SourceOptions,
): Promise<{ label: string; bytes: Uint8Array; source: SourceKind }> {
  switch (request.kind) {
    case 'stdin':
      return { label: 'standard input', bytes: await readStdin(host), source: 'file' };
    case 'file': {
      const { path } = request;
      return {
        label: path,
        bytes: onFile('read', path, () => host.files.read(path, FILE_LIMIT)),
        source: 'file',
      };
    }
    case 'url': {
      return {
        label: redactUrl(request.url),
        bytes: await fetchSource(request.url, { host, ...options }),
        source: 'url',
      };
    }
  }
}

async function readStdin(host: Host): Promise<Uint8Array> {
  try {
    return await host.stdin(FILE_LIMIT);
  } catch (error) {
    return onFile('read', 'standard input', () => {
      throw error;
    });
  }
}

/** A pin that pins nothing: the operator expected another certificate than any that was found. */
function assertPinsMatch(accepted: readonly Accepted[], pins: ReadonlySet<string>): void {
  if (pins.size === 0 || accepted.some(({ certificate }) => pins.has(certificate.sha256))) return;
  const found = accepted.map(({ certificate }) => certificate.sha256);
  throw new PgRootCertError(
    'fingerprint-mismatch',
    `expected SHA-256 ${[...pins].join(' or ')}, found ${found.join(', ')}`,
    {
      help: ['compare the SHA-256 with what the provider publishes; nothing was changed'],
    },
  );
}
