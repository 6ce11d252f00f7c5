import type { Catalog } from '../catalog/types.js';
import { onFile } from '../core/file-errors.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import type { Location } from '../locate/location.js';
import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';
import { type Accepted, acceptSources, type SourceKind } from './accept.js';
import { applyEdit } from './apply.js';
import type { Change, Edit } from './change.js';
import { installEdit } from './edits.js';
import { trustFindings, type WayOut } from './effects.js';
import { FILE_LIMIT } from './limits.js';
import { ownFolderOf } from './own-folder.js';
import { permissionFindings } from './permissions.js';
import { resolveSafely } from './safe-path.js';
import type { SourceOptions } from './sources.js';

export interface InstallOptions extends SourceOptions {
  /** The sources as words of a command line, to be repeated in advice; without secrets. */
  readonly words: readonly string[];
  readonly replace: boolean;
  readonly dryRun: boolean;
  /** Is shown the change before it is made, and may stop it by throwing. */
  readonly beforeChange?: (planned: Change) => Promise<void>;
}

export interface InstallResult {
  readonly change: Change;
  readonly accepted: readonly Accepted[];
  readonly source: SourceKind;
  readonly findings: readonly Finding[];
}

/**
 * Puts roots into root.crt. What is there already is not fetched again; a file that can't be changed is refused
 * before anything is fetched.
 *
 * @throws PgRootCertError
 */
export async function install(
  host: Host,
  catalog: Catalog,
  location: Location,
  options: InstallOptions,
): Promise<InstallResult> {
  const { edit, accepted, findings } = await prepareEdit(host, catalog, location.path, options);
  const { dryRun, timeoutMs: lockTimeoutMs } = options;
  const how = { path: location.path, command: 'install', dryRun, lockTimeoutMs };
  await options.beforeChange?.(await applyEdit(host, { ...how, dryRun: true }, edit));
  const change = await applyEdit(host, how, edit);
  return {
    change,
    accepted,
    source: leadingSource(accepted),
    findings: [
      ...location.findings,
      ...findings,
      ...(await effectsOf(host, catalog, location, change, options)),
    ],
  };
}

/** The roots that may be added to a file, and the edit that does it. Nothing is changed yet. @throws PgRootCertError */
export async function prepareEdit(
  host: Host,
  catalog: Catalog,
  path: string,
  options: SourceOptions & Pick<InstallOptions, 'replace'>,
): Promise<{ edit: Edit; accepted: readonly Accepted[]; findings: readonly Finding[] }> {
  const present = presentCertificates(host, path, options.replace);
  const { accepted, findings } = await acceptSources(host, catalog, present, options);
  const certificates = accepted.map((each) => each.certificate);
  return { edit: installEdit(path, certificates, options.replace), accepted, findings };
}

/** The certificates that the file holds, by SHA-256; refuses a file that could not be changed anyway. */
function presentCertificates(host: Host, path: string, replace: boolean): ReadonlyMap<string, Certificate> {
  const at = resolveSafely(host, path, ownFolderOf(host, path));
  if (at.facts === null) return new Map();
  const bytes = onFile('read', at.real, () => host.files.read(at.real, FILE_LIMIT));
  const { certificates, problem } = readBundle(bytes);
  if (problem !== null) installEdit(path, [], replace)(bytes);
  return new Map(certificates.map((each) => [each.sha256, each]));
}

/** What the change means for other connections, and whether the file is safe where it lies. */
export async function effectsOf(
  host: Host,
  catalog: Catalog,
  location: Location,
  change: Change,
  { dryRun, words = ['NAME'] }: { readonly dryRun: boolean; readonly words?: readonly string[] },
): Promise<Finding[]> {
  if (!change.changed) return host.platform === 'win32' ? [] : permissionFindings(host, location.path);
  const certificatesIn = (bytes: Uint8Array | null) =>
    bytes === null ? null : readBundle(bytes).certificates;
  const trust = trustFindings(
    {
      path: location.path,
      isDefault: location.isDefault,
      before: certificatesIn(change.before),
      after: certificatesIn(change.after),
    },
    (certificate) => catalog.bySha256(certificate.sha256)?.publicCa ?? false,
    wayOut(host, location.path, words),
  );
  return dryRun ? trust : [...trust, ...(await permissionFindings(host, location.path))];
}

/** A file of its own for one server, beside root.crt. */
export function wayOut(host: Host, path: string, sources: readonly string[]): WayOut {
  return { path: host.path.join(host.path.dirname(path), 'my-server.crt'), sources };
}

/** Of several sources, the one that came from farthest away. */
export function leadingSource(accepted: readonly Accepted[]): SourceKind {
  const order: readonly SourceKind[] = ['download', 'url', 'file'];
  return order.find((source) => accepted.some((each) => each.source === source)) ?? 'embedded';
}
