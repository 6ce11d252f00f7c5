import type { Catalog } from '../catalog/types.js';
import type { Code } from '../core/codes.js';
import { PgRootCertError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { acceptSources } from '../install/accept.js';
import { applyEdit } from '../install/apply.js';
import type { Edit } from '../install/change.js';
import { leadingSource } from '../install/install.js';
import { permissionFindings } from '../install/permissions.js';
import type { WritableFormat } from '../keystore/add-to-store.js';
import { drawRandomness } from '../keystore/randomness.js';
import { certificatesIn, readStore } from '../keystore/read-store.js';
import type { NewEntry } from '../keystore/types.js';
import type { Certificate } from '../x509/types.js';
import { entriesFor } from './alias.js';
import { derEdit, pemEdit, storeEdit } from './edits.js';
import { passwordFor } from './password.js';
import { rootsOfRootCrt } from './root-crt.js';
import { storeRefusal } from './store-refusals.js';
import { readPresent, type Target, targetOf } from './target.js';
import { type ExportOptions, type ExportResult, type ExportTarget, isStoreFormat } from './types.js';
import { widenedFindings } from './widened.js';

/** Of a folder that is made for DER files: they are for everybody to read. */
const FOLDER_MODE = 0o755;

/**
 * Writes roots in a format for clients that don't read root.crt, by the same way as `install` writes root.crt. A file
 * that can't be added to is refused before anything is fetched. Several DER files are a target each, written one after
 * the other up to the first that fails.
 *
 * @throws PgRootCertError
 */
export async function exportRoots(
  host: Host,
  catalog: Catalog,
  options: ExportOptions,
): Promise<ExportResult> {
  const target = targetOf(host, options);
  const writer = await writerFor(host, target, options);
  const held = heldBy(host, target, writer, options);
  const { accepted, findings, rootCrt } = await sourcesOf(host, catalog, held, options);
  const entries = entriesFor(
    catalog,
    accepted.map(({ certificate }) => certificate),
  );
  const targets: ExportTarget[] = [];
  for (const [path, wanted] of filesOf(host, target, entries)) {
    const done = await write(host, path, writer.editFor(path, wanted), target, options);
    targets.push(done);
    if ('error' in done) break;
  }
  const all: Finding[] = [...writer.findings, ...findings];
  for (const done of targets) {
    if (!('change' in done)) continue;
    all.push(...widenedFindings(catalog, done.change));
    if (done.change.changed && !options.dryRun) all.push(...(await permissionFindings(host, done.path)));
  }
  return {
    format: target.format,
    targets,
    rootCrt,
    accepted,
    source: leadingSource(accepted),
    findings: all,
  };
}

/** Of what is found about root.crt's place: libpq reads another file than the one that is exported. */
const OVERRIDES: ReadonlySet<Code> = new Set(['env-overrides-root-crt', 'service-overrides-root-crt']);

/** How a format is written. */
interface Writer {
  readonly editFor: (path: string, entries: readonly NewEntry[]) => Edit;
  readonly findings: readonly Finding[];
}

async function writerFor(host: Host, target: Target, options: ExportOptions): Promise<Writer> {
  const { format } = target;
  if (isStoreFormat(format)) return storeWriter(host, { ...target, format }, options);
  if (options.passwordFile !== undefined) {
    throw new PgRootCertError('usage', `a ${format} file has no password`, {
      help: ['leave out --password-file, or name another format: --format pkcs12 or jks'],
    });
  }
  if (format === 'pem') return { editFor: pemEdit, findings: [] };
  return { editFor: (path, [entry]) => derEdit(path, entry as NewEntry), findings: [] };
}

async function storeWriter(
  host: Host,
  { path, format, present }: Target & { readonly format: WritableFormat },
  { passwordFile }: ExportOptions,
): Promise<Writer> {
  const bare = present === null ? null : readStore(present, []);
  if (present !== null && bare?.format !== format) {
    throw storeRefusal(path, format, { refused: bare?.format === 'jceks' ? 'unsupported' : 'format' });
  }
  // Not asked for where nothing is encrypted and there is no MAC, nor where the store can't be read anyway.
  const needsPassword = bare === null || bare.fault === 'password';
  const wanted = {
    path,
    format,
    isNew: present === null,
    ...(passwordFile === undefined ? {} : { file: passwordFile }),
  };
  const given = needsPassword ? await passwordFor(host, wanted) : { password: '', findings: [] };
  const adding = {
    format,
    password: given.password,
    randomness: drawRandomness((bytes) => host.randomHex(bytes)),
    now: host.now(),
  };
  return { editFor: (at, entries) => storeEdit(at, entries, adding), findings: given.findings };
}

/** The certificates that the target holds already. Refuses a file that could not be added to anyway. */
function heldBy(
  host: Host,
  { path, format, isFolder, present }: Target,
  writer: Writer,
  options: ExportOptions,
): readonly Certificate[] {
  if (isFolder) return derFilesOf(host, path, options).flatMap((bytes) => certificatesIn(bytes));
  if (present === null) return [];
  return format === 'der' ? certificatesIn(present) : writer.editFor(path, [])(present).kept;
}

/** What the target holds is not fetched again. */
async function sourcesOf(
  host: Host,
  catalog: Catalog,
  held: readonly Certificate[],
  options: ExportOptions,
): Promise<Pick<ExportResult, 'accepted' | 'findings' | 'rootCrt'>> {
  if (options.requests.length === 0) {
    const location = await options.rootCrt();
    const { accepted, findings } = await rootsOfRootCrt(host, catalog, location.path);
    const overrides = location.findings.filter(({ code }) => OVERRIDES.has(code));
    return { accepted, findings: [...overrides, ...findings], rootCrt: location.path };
  }
  const bySha256 = new Map(held.map((each) => [each.sha256, each]));
  return { ...(await acceptSources(host, catalog, bySha256, options)), rootCrt: null };
}

function derFilesOf(host: Host, folder: string, { requests }: ExportOptions): Uint8Array[] {
  const roots = requests.flatMap((request) => (request.kind === 'roots' ? request.roots : []));
  return roots.flatMap(({ id }) => readPresent(host, derPath(host, folder, id)) ?? []);
}

const derPath = (host: Host, folder: string, alias: string): string => host.path.join(folder, `${alias}.der`);

/** Each file with what it is to hold: one for all, or for DER one for each certificate. */
function filesOf(
  host: Host,
  { path, format, isFolder }: Target,
  entries: readonly NewEntry[],
): (readonly [string, readonly NewEntry[]])[] {
  if (format !== 'der' || (entries.length === 1 && !isFolder)) return [[path, entries]];
  return entries.map((entry) => [derPath(host, path, entry.alias), [entry]]);
}

async function write(
  host: Host,
  path: string,
  edit: Edit,
  target: Target,
  { dryRun, timeoutMs }: ExportOptions,
): Promise<ExportTarget> {
  const isInFolder = path !== target.path;
  const how = {
    path,
    command: 'export',
    dryRun,
    lockTimeoutMs: timeoutMs,
    ...(isInFolder ? { folderMode: FOLDER_MODE } : {}),
  };
  try {
    return { path, change: await applyEdit(host, how, edit) };
  } catch (error) {
    if (error instanceof PgRootCertError) return { path, error };
    throw error;
  }
}
