import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { certificatesIn } from '../keystore/read-store.js';
import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';
import { type ApplyOptions, applyEdit } from './apply.js';
import type { Change, Edited } from './change.js';
import { type DataFolder, findDataFolder } from './data-folder.js';
import { sha256 } from './digest.js';
import { entriesFor, type RecordedEntry } from './journal.js';
import { FILE_LIMIT } from './limits.js';
import { ownFolderOf } from './own-folder.js';
import { resolveSafely } from './safe-path.js';

/**
 * Puts back what the last change replaced: bytes and mode; a file that the change made goes again, and so does its
 * folder where that was made for it and holds nothing else. What is there now is backed up first.
 *
 * The change that is undone is the newest one which led to the file's present content. So a change that was
 * recorded but never made (the run was killed in between) is passed over.
 *
 * @throws PgRootCertError `nothing-to-undo`, `changed-since`, or what `applyEdit` throws
 */
export async function undo(host: Host, options: Omit<ApplyOptions, 'command' | 'journal'>): Promise<Change> {
  const at = resolveSafely(host, options.path, ownFolderOf(host, options.path));
  const data = await findDataFolder(host);
  const entries = data === null ? [] : entriesFor(host, data, at.real);
  if (data === null || entries.length === 0) throw nothingToUndo(options.path);

  let undone: RecordedEntry | undefined;
  const change = await applyEdit(host, { ...options, command: 'undo', journal: false }, (present) => {
    const now = present === null ? undefined : sha256(present);
    undone = entries.find((entry) => entry.after?.sha256 === now);
    if (undone === undefined) throw changedSince(host, options.path, entries[0], present);
    return backTo(
      present,
      undone.before === null ? null : readBackup(host, data, undone.before),
      undone.before?.mode,
    );
  });
  if (!options.dryRun && undone !== undefined) forget(host, undone);
  return change;
}

function backTo(present: Uint8Array | null, bytes: Uint8Array | null, mode: number | undefined): Edited {
  const before = certificatesOf(bytes);
  const now = certificatesOf(present);
  return {
    bytes,
    added: [...before.values()].filter((each) => !now.has(each.sha256)),
    removed: [...now.values()].filter((each) => !before.has(each.sha256)),
    kept: [...before.values()].filter((each) => now.has(each.sha256)),
    ...(mode === undefined ? {} : { mode }),
  };
}

function certificatesOf(bytes: Uint8Array | null): Map<string, Certificate> {
  const certificates = bytes === null ? [] : certificatesIn(bytes);
  return new Map(certificates.map((each) => [each.sha256, each]));
}

/** A backup counts only where it lies in the backup folder and still is what was saved. */
function readBackup(host: Host, data: DataFolder, before: NonNullable<RecordedEntry['before']>): Uint8Array {
  const { backup } = before;
  if (host.path.dirname(backup) !== data.backups) throw damaged(backup, 'is not in the backup folder');
  const { real } = resolveSafely(host, backup);
  const bytes = onFile('read the backup', backup, () => host.files.read(real, FILE_LIMIT));
  if (sha256(bytes) !== before.sha256) throw damaged(backup, 'is not what was saved');
  return bytes;
}

function damaged(backup: string, fact: string): PgRootCertError {
  return new PgRootCertError('changed-since', `the backup ${backup} ${fact}`, {
    help: ['look at the backups yourself, and copy the right one by hand'],
    path: backup,
  });
}

/** The change is undone by now: an entry or folder that can't be removed is no reason to say otherwise. */
function forget(host: Host, entry: RecordedEntry): void {
  onFile('update the journal', entry.file, () => host.files.remove(entry.file));
  const folder = host.path.dirname(entry.real);
  if (
    entry.before === null &&
    entry.madeFolder &&
    host.files.look(folder) !== null &&
    host.files.list(folder).length === 0
  ) {
    onFile('remove the folder', folder, () => host.files.removeFolder(folder));
  }
}

function nothingToUndo(path: string): PgRootCertError {
  return new PgRootCertError('nothing-to-undo', `no change of ${path} is recorded`, {
    help: ['look at what it holds: pg-root-cert status'],
    path,
  });
}

function changedSince(
  host: Host,
  path: string,
  last: RecordedEntry | undefined,
  present: Uint8Array | null,
): PgRootCertError {
  const isRootFile = present === null || readBundle(present).problem === null;
  const backup = last?.before?.backup;
  return new PgRootCertError('changed-since', `${path} has changed since pg-root-cert last wrote it`, {
    help: [
      ...(isRootFile
        ? ['look at what it holds: pg-root-cert status', 'to take out a root: pg-root-cert remove NAME']
        : [`look at what it holds: pg-root-cert scan ${path}`]),
      ...(backup !== undefined && host.files.look(backup) !== null
        ? [`the file before that change is ${backup}`]
        : []),
    ],
    path,
  });
}
