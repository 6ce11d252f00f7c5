import { PgRootCertError } from '../core/errors.js';
import { errnoOf, onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { tagOf } from './data-folder.js';
import { FILE_LIMIT } from './limits.js';
import type { ResolvedPath } from './safe-path.js';
import type { Undoing } from './undoing.js';

const NEW_FILE_MODE = 0o644;

/** The tag tells the temporary files of this target from those of another in the same folder. */
function temporaryName(host: Host, at: ResolvedPath): string {
  return `.root-cert-${tagOf(at.real)}-${host.randomHex(8)}.tmp`;
}

/** Clears away this target's temporary files of runs that were killed. Only to be called under the lock. */
export function sweepLeftovers(host: Host, at: ResolvedPath): void {
  const { files, path } = host;
  if (at.folderFacts === null) return;
  const start = `.root-cert-${tagOf(at.real)}-`;
  for (const name of onFile('list', at.folder, () => files.list(at.folder))) {
    if (!name.startsWith(start) || !name.endsWith('.tmp')) continue;
    const leftover = path.join(at.folder, name);
    onFile('remove', leftover, () => files.remove(leftover));
  }
}

export interface Replacement {
  readonly present: Uint8Array | null;
  /** null deletes the file. */
  readonly next: Uint8Array | null;
  /** Permission bits; null for a new file's (0644 less the umask). */
  readonly mode: number | null;
}

/**
 * Puts new bytes in a file's place at one stroke, and looks again: whoever reads the file meanwhile sees all of the
 * old or all of the new, also after a power cut.
 *
 * @throws PgRootCertError a file error; the caller's `undoing` then puts the old file back
 */
export function replaceFile(host: Host, at: ResolvedPath, replacement: Replacement, undoing: Undoing): void {
  const { files } = host;
  const { next, present } = replacement;
  refuseReadOnly(host, at);
  if (next === null) {
    if (present !== null && at.facts !== null) undoing.add(putBack(host, at, present));
    onFile('remove', at.real, () => patiently(host, () => files.remove(at.real)));
  } else {
    const temporary = writeTemporary(host, at, next, replacement.mode);
    undoing.add(() => removeIfThere(host, temporary));
    undoing.add(present === null ? () => removeIfThere(host, at.real) : putBack(host, at, present));
    onFile('write', at.real, () => patiently(host, () => files.rename(temporary, at.real)));
  }
  onFile('save', at.folder, () => files.syncFolder(at.folder));
  lookAgain(host, at.real, next);
}

function writeTemporary(host: Host, at: ResolvedPath, bytes: Uint8Array, mode: number | null): string {
  const temporary = host.path.join(at.folder, temporaryName(host, at));
  const keepGroup = at.facts !== null && host.platform !== 'win32' && groupMatters(at.facts.mode);
  try {
    host.files.writeNew(temporary, {
      bytes,
      mode: mode ?? NEW_FILE_MODE,
      exactMode: mode !== null,
      ...(keepGroup && at.facts !== null ? { gid: at.facts.gid } : {}),
    });
  } catch (error) {
    removeIfThere(host, temporary);
    onFile('write', at.real, () => {
      throw error;
    });
  }
  return temporary;
}

/** True where the group has rights that others have not, so that a change of group would take them away. */
function groupMatters(mode: number): boolean {
  return ((mode >> 3) & 0o7 & ~mode) !== 0;
}

/** On Windows a file has a mark that keeps everybody from changing it, the owner too. */
function refuseReadOnly(host: Host, at: ResolvedPath): void {
  if (host.platform !== 'win32' || at.facts === null || at.facts.mode & 0o200) return;
  throw new PgRootCertError('permission-denied', `${at.real} is marked read-only`, {
    help: [`take the mark away: attrib -R "${at.real}"`],
    path: at.real,
  });
}

/** Windows refuses to replace or remove a file that somebody has open, mostly for a moment (a scanner, an editor). */
const RETRY_MS = [5, 10, 20, 40, 80, 160, 320, 640, 1000];

function patiently(host: Host, step: () => void): void {
  for (let attempt = 0; ; attempt++) {
    try {
      step();
      return;
    } catch (error) {
      const held = host.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '');
      const wait = held ? RETRY_MS[attempt] : undefined;
      if (wait === undefined) throw error;
      host.pause(wait);
    }
  }
}

/**
 * Puts the old bytes back if others are there, without a fsync: that may be what has failed. A file that still is
 * the old one stays untouched.
 */
function putBack(host: Host, at: ResolvedPath, present: Uint8Array): () => void {
  const mode = at.facts?.mode ?? NEW_FILE_MODE;
  return () => {
    if (at.facts !== null && isStill(host, at.real, present, mode)) return;
    const temporary = host.path.join(at.folder, temporaryName(host, at));
    try {
      host.files.writeNew(temporary, { bytes: present, mode: mode & 0o777, exactMode: true, sync: false });
      host.files.rename(temporary, at.real);
    } catch (error) {
      removeIfThere(host, temporary);
      throw error;
    }
  };
}

function isStill(host: Host, path: string, bytes: Uint8Array, mode: number): boolean {
  const facts = host.files.look(path);
  if (facts === null || facts.size !== bytes.length || facts.mode !== mode) return false;
  return Buffer.compare(host.files.read(path, bytes.length), bytes) === 0;
}

function removeIfThere(host: Host, path: string): void {
  if (host.files.look(path) !== null) host.files.remove(path);
}

function lookAgain(host: Host, path: string, expected: Uint8Array | null): void {
  const found = onFile('read back', path, () =>
    host.files.look(path) === null ? null : host.files.read(path, FILE_LIMIT),
  );
  const same = expected === null ? found === null : found !== null && Buffer.compare(found, expected) === 0;
  if (!same) {
    throw new PgRootCertError('io-error', `${path} does not hold what was just written to it`, {
      help: ['check the disk, and whether another program writes this file'],
      path,
    });
  }
}
