import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import type { Change, Edit, Edited } from './change.js';
import { type DataFolder, makeDataFolder, tagOf } from './data-folder.js';
import { sha256 } from './digest.js';
import { type Before, record, stamp } from './journal.js';
import { FILE_LIMIT } from './limits.js';
import { takeLock } from './lock.js';
import { ownFolderOf } from './own-folder.js';
import { othersMayWrite, type ResolvedPath, resolveSafely } from './safe-path.js';
import { Undoing } from './undoing.js';
import { replaceFile, sweepLeftovers } from './write.js';

export interface ApplyOptions {
  /** The file to change, absolute. */
  readonly path: string;
  readonly command: string;
  readonly dryRun: boolean;
  readonly lockTimeoutMs: number;
  /** False for `undo`, which must not become a change that the next undo takes back. */
  readonly journal?: boolean;
  /** The mode, less the umask, of the folder that the file lies in, where that is missing and is to be made. */
  readonly folderMode?: number;
}

const OTHERS_WRITE = 0o022;

/** The file as it is: its path resolved, its bytes, and what the edit makes of them. */
interface Planned {
  readonly at: ResolvedPath;
  readonly present: Uint8Array | null;
  readonly edited: Edited;
  readonly mode: number | null;
  readonly tightenFile: boolean;
  readonly tightenFolder: boolean;
}

/**
 * Changes one file: plan → lock → plan again on what is there now → backup → journal → write → look again. Nothing
 * at all is written when the edit changes nothing. After a failure everything is as it was.
 *
 * @throws PgRootCertError a refusal of the edit, `unsafe-path`, `lock-timeout`, or a file error
 */
export async function applyEdit(host: Host, options: ApplyOptions, edit: Edit): Promise<Change> {
  const first = plan(host, options, edit);
  if (options.dryRun || !isChange(first)) return changeOf(options, first, null);
  const undoing = new Undoing();
  try {
    const data = await makeDataFolder(host, undoing);
    const lock = await takeLock(
      host,
      host.path.join(data.root, `lock-${tagOf(first.at.real)}`),
      options.lockTimeoutMs,
    );
    try {
      const planned = plan(host, options, edit);
      if (!isChange(planned)) {
        undoing.run();
        return changeOf(options, planned, null);
      }
      const backup = perform(host, options, data, planned, undoing);
      undoing.keep();
      return changeOf(options, planned, backup);
    } finally {
      lock.release();
    }
  } catch (error) {
    const left = undoing.run();
    if (left.length > 0 && error instanceof PgRootCertError) throw halfDone(error, left);
    throw error;
  }
}

function plan(host: Host, options: ApplyOptions, edit: Edit): Planned {
  const ownFolder = ownFolderOf(host, options.path);
  const at = resolveSafely(host, options.path, ownFolder);
  const present =
    at.facts === null ? null : onFile('read', at.real, () => host.files.read(at.real, FILE_LIMIT));
  const edited = edit(present);
  const unix = host.platform !== 'win32';
  const now = at.facts === null ? null : at.facts.mode & 0o777;
  const tightenFile = unix && edited.bytes !== null && now !== null && (now & OTHERS_WRITE) !== 0;
  const tightenFolder =
    unix && ownFolder !== null && at.folderFacts !== null && othersMayWrite(host, at.folderFacts);
  // A store with a private key may have been given to the user alone since.
  const wanted = edited.mode === undefined ? now : edited.mode & (now ?? 0o777);
  const mode = wanted === null ? null : wanted & ~OTHERS_WRITE;
  return { at, present, edited, mode, tightenFile, tightenFolder };
}

function isChange({ present, edited, tightenFile, tightenFolder }: Planned): boolean {
  return !sameBytes(present, edited.bytes) || tightenFile || tightenFolder;
}

export function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}

function changeOf(options: ApplyOptions, planned: Planned, backup: string | null): Change {
  const { edited, present, tightenFile, tightenFolder } = planned;
  return {
    path: options.path,
    changed: isChange(planned),
    added: edited.added,
    removed: edited.removed,
    kept: edited.kept,
    backup,
    before: present,
    after: edited.bytes,
    tightened: tightenFile || tightenFolder,
  };
}

/** Everything from here to its end runs without a pause, under the lock. Returns the backup's path. */
function perform(
  host: Host,
  options: ApplyOptions,
  data: DataFolder,
  planned: Planned,
  undoing: Undoing,
): string | null {
  const { at, present, edited } = planned;
  const madeFolder = at.folderFacts === null && edited.bytes !== null;
  if (madeFolder) makeFolder(host, options, at.folder, undoing);
  if (planned.tightenFolder && at.folderFacts !== null)
    tighten(host, at.folder, at.folderFacts.mode, undoing);
  sweepLeftovers(host, at);
  if (sameBytes(present, edited.bytes)) {
    if (planned.tightenFile && at.facts !== null) tighten(host, at.real, at.facts.mode, undoing);
    return null;
  }

  const before =
    present === null || at.facts === null
      ? null
      : backUp(host, data, at.real, present, at.facts.mode, undoing);
  if (options.journal !== false) {
    const after = edited.bytes === null ? null : { sha256: sha256(edited.bytes) };
    const time = host.now().toISOString();
    const { command, path } = options;
    record(
      host,
      data,
      { schemaVersion: 1, time, command, path, real: at.real, before, after, madeFolder },
      undoing,
    );
  }
  replaceFile(host, at, { present, next: edited.bytes, mode: planned.mode }, undoing);
  return before?.backup ?? null;
}

function tighten(host: Host, path: string, mode: number, undoing: Undoing): void {
  undoing.add(() => host.files.setMode(path, mode));
  onFile('protect', path, () => host.files.setMode(path, mode & ~OTHERS_WRITE));
}

/** Only libpq's own folder is made, or one that was asked for, and none above it: what else is missing is a mistake. */
function makeFolder(host: Host, options: ApplyOptions, folder: string, undoing: Undoing): void {
  const above = host.path.dirname(folder);
  const mode = options.folderMode ?? (ownFolderOf(host, options.path) === null ? null : 0o700);
  if (mode === null || host.files.look(above) === null) {
    throw new PgRootCertError('folder-missing', `${mode === null ? folder : above} is not there`, {
      help: ['create the folder, then run this again'],
      path: folder,
    });
  }
  onFile('create the folder', folder, () => host.files.makeFolder(folder, mode));
  undoing.add(() => host.files.removeFolder(folder));
  onFile('create the folder', folder, () => host.files.syncFolder(above));
}

function backUp(
  host: Host,
  data: DataFolder,
  real: string,
  bytes: Uint8Array,
  mode: number,
  undoing: Undoing,
): Before {
  const name = `${stamp(host.now())}-${tagOf(real)}-${host.randomHex(4)}-${host.path.basename(real)}`;
  const backup = host.path.join(data.backups, name);
  undoing.add(() => host.files.remove(backup));
  onFile('back up to', backup, () => host.files.writeNew(backup, { bytes, mode: 0o600 }));
  onFile('back up to', data.backups, () => host.files.syncFolder(data.backups));
  return { sha256: sha256(bytes), mode: mode & 0o777, backup };
}

function halfDone(error: PgRootCertError, left: readonly Error[]): PgRootCertError {
  return new PgRootCertError(error.code, error.message, {
    help: [
      ...error.help,
      `taking back what was done failed too (${left.map((each) => each.message).join('; ')}): check ${error.path ?? 'the file'}`,
    ],
    findings: error.findings,
    ...(error.path === null ? {} : { path: error.path }),
    cause: error,
  });
}
