import { isNativeError } from 'node:util/types';
import type { ErrorCode } from './codes.js';
import { isWindowsPath, pathWord } from './command-line.js';
import { PgRootCertError } from './errors.js';

interface Known {
  readonly code: ErrorCode;
  readonly fact: string;
  readonly help: string;
}

/** Windows says the same of a file that somebody has open and of one that may not be touched. */
const NOT_LET: Known = {
  code: 'permission-denied',
  fact: 'access denied; it may be open in another program',
  help: 'close the program that has it open, then run this again; or see who may change it: icacls {path}',
};
const ON_WINDOWS: Readonly<Record<string, Known>> = { EACCES: NOT_LET, EPERM: NOT_LET };

const BY_ERRNO: Readonly<Record<string, Known>> = {
  EACCES: { code: 'permission-denied', fact: 'permission denied', help: 'see who owns it: ls -ld {path}' },
  EPERM: {
    code: 'permission-denied',
    fact: 'operation not permitted',
    help: 'check its owner, and whether it is locked or open elsewhere',
  },
  EBUSY: {
    code: 'permission-denied',
    fact: 'in use by another program',
    help: 'close the program that has it open, then run this again',
  },
  ENOSPC: {
    code: 'disk-full',
    fact: 'no space left on the disk',
    help: 'free some space, then run this again',
  },
  EDQUOT: {
    code: 'disk-full',
    fact: 'your disk quota is used up',
    help: 'free some space, then run this again',
  },
  EROFS: {
    code: 'read-only',
    fact: 'the file system is read-only',
    help: 'name a file at a place that can be written',
  },
  EFBIG: {
    code: 'file-too-large',
    fact: 'the file is too large',
    help: 'check that it is the file you mean',
  },
  EISDIR: { code: 'wrong-file-kind', fact: 'it is a folder', help: 'move it away, then run this again' },
  ENOTDIR: {
    code: 'wrong-file-kind',
    fact: 'a part of the path is not a folder',
    help: 'move it away, then run this again',
  },
  EINVAL: {
    code: 'wrong-file-kind',
    fact: 'it is not a regular file',
    help: 'move it away, then run this again',
  },
  ELOOP: {
    code: 'wrong-file-kind',
    fact: 'its symbolic links go in circles',
    help: 'mend the links, then run this again',
  },
  ENOENT: { code: 'folder-missing', fact: 'it is not there', help: 'create the folder, then run this again' },
};

/** Of a file that was named to be read, a folder or nothing at its place is a slip of the path. */
const BY_ERRNO_READING: Readonly<Record<string, Known>> = {
  ENOENT: { code: 'file-missing', fact: 'it is not there', help: 'check the path' },
  EISDIR: { code: 'wrong-file-kind', fact: 'it is a folder', help: 'name a file' },
  EINVAL: { code: 'wrong-file-kind', fact: 'it is not a regular file', help: 'name a file' },
};
const READING: ReadonlySet<string> = new Set(['read', 'scan']);

/** The errno's name that a system error carries, or null for any other value. */
export function errnoOf(error: unknown): string | null {
  // Not instanceof: an error of Node's own modules may be of another realm.
  if (!isNativeError(error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/**
 * A system error as a typed one: `could not ACTION PATH: FACT`. What is no system error comes back as it is, for
 * it is a bug.
 */
export function fileError(error: unknown, action: string, path: string): unknown {
  if (error instanceof PgRootCertError) return error;
  const errno = errnoOf(error);
  if (errno === null || !/^E[A-Z0-9]+$/.test(errno)) return error;
  const known =
    (isWindowsPath(path) ? ON_WINDOWS[errno] : undefined) ??
    (READING.has(action) ? BY_ERRNO_READING[errno] : undefined) ??
    BY_ERRNO[errno];
  return new PgRootCertError(
    known?.code ?? 'io-error',
    `could not ${action} ${path}: ${known?.fact ?? errno}`,
    {
      help: [(known?.help ?? 'check the disk, then run this again').replace('{path}', () => pathWord(path))],
      path,
      cause: error,
    },
  );
}

/** Runs a step on a file and turns the system's error into a typed one. */
export function onFile<T>(action: string, path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw fileError(error, action, path);
  }
}
