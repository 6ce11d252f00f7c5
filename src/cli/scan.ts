import { loadCatalog } from '../catalog/catalog.js';
import type { Catalog, Provider } from '../catalog/types.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { readText } from '../core/text-file.js';
import { count } from '../core/words.js';
import { providerForHost, rootsOfProvider } from '../install/sources.js';
import { USUAL_PASSWORDS } from '../keystore/read-store.js';
import { libpqFolder } from '../locate/homes.js';
import { scanFindings } from '../scan/findings.js';
import { usualPlaces } from '../scan/places.js';
import { type Scan, scan, startAt, startIfThere } from '../scan/scan.js';
import { FIXED_LIMITS, type Limits } from '../scan/tally.js';
import type { Start } from '../scan/walk.js';
import type { Args, Context, Outcome } from './command.js';
import { hostNames } from './host-names.js';
import { DEFAULT_WARN_DAYS, SCAN_MAX_FILES, SCAN_MAX_MB, SCAN_TIMEOUT_S } from './options.js';
import { scanDocument, scanSummary, scanText } from './render/scan.js';
import { usage } from './usage.js';

const MB = 1024 * 1024;
const PASSWORD_FILE_LIMIT = 64 * 1024;
const PROGRESS_EVERY = 500;

/** @throws PgRootCertError a file error of a named path; `unknown-host`, `provider-own-ca`, `catalog-invalid`, `usage` */
export async function runScan({ host, onProgress }: Context, args: Args): Promise<Outcome> {
  const catalog = await loadCatalog(host, args.text('catalog'));
  const wanted = args.list('for').flatMap((name) => providersNamed(host, catalog, name));
  const passwords = [...passwordsIn(host, args.text('password-file')), ...USUAL_PASSWORDS];
  const starts = startsOf(host, args.positional);
  const limits = limitsOf(host, args);
  const warnDays = args.amount('warn-days') ?? DEFAULT_WARN_DAYS;
  const began = host.now().getTime();
  const scanned = scan(host, catalog, starts, { limits, wanted, warnDays, passwords }, ({ files }, path) => {
    if (files % PROGRESS_EVERY === 1) onProgress(`${count(files, 'file')} looked at, now ${printable(path)}`);
  });
  const seconds = (host.now().getTime() - began) / 1000;
  const findings = scanFindings(catalog, scanned, wanted, limits, ownRootCrt(host));
  return outcomeOf(host, scanned, wanted, findings, seconds);
}

function outcomeOf(
  host: Host,
  scanned: Scan,
  wanted: readonly Provider[],
  findings: Outcome['findings'],
  seconds: number,
): Outcome {
  return {
    exitCode: 0,
    document: { ...scanDocument(scanned, wanted), findings },
    text: (paint) => scanText(scanned, host, findings.length > 0, paint),
    findings,
    findingsAreResult: true,
    closing: (paint) => scanSummary(scanned, seconds, paint),
  };
}

/** The named paths, each of which must be there; without any, what is there of the usual places. */
function startsOf(host: Host, paths: readonly string[]): readonly Start[] {
  if (paths.includes(''))
    throw usage('a path is empty', ['without a path: this folder, and the usual places']);
  if (paths.length > 0) return paths.map((path) => startAt(host, path));
  return [startAt(host, '.'), ...usualPlaces(host).flatMap((path) => startIfThere(host, path) ?? [])];
}

/** Where libpq's root.crt really lies; null where there is none. */
function ownRootCrt(host: Host): string | null {
  const folder = libpqFolder(host);
  return folder === null ? null : (startIfThere(host, host.path.join(folder, 'root.crt'))?.path ?? null);
}

/** A provider by its id, or those of a host or conninfo. */
function providersNamed(host: Host, catalog: Catalog, name: string): readonly Provider[] {
  const named = catalog.provider(name);
  const providers =
    named !== null ? [named] : hostNames(host, name).map((each) => providerForHost(catalog, each));
  for (const provider of providers) rootsOfProvider(catalog, provider);
  return providers;
}

function passwordsIn(host: Host, file: string | undefined): readonly string[] {
  if (file === undefined) return [];
  return readText(host, file, PASSWORD_FILE_LIMIT)
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

function limitsOf(host: Host, args: Args): Limits {
  const timeoutMs = (args.amount('timeout') ?? SCAN_TIMEOUT_S) * 1000;
  return {
    ...FIXED_LIMITS,
    until: host.now().getTime() + timeoutMs,
    files: args.amount('max-files') ?? SCAN_MAX_FILES,
    fileBytes: (args.amount('max-size') ?? SCAN_MAX_MB) * MB,
  };
}
