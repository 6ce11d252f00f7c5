import fs from 'node:fs';
import { errnoOf } from './file-errors.js';
import type { FileFacts, HostFiles, NewFile } from './host.js';

const nothingThere = (error: unknown): boolean => errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';

/** An error as the system's own look. */
export const systemError = (code: string): Error => Object.assign(new Error(code), { code });

function facts(stats: fs.Stats): FileFacts {
  const kind = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'folder'
      : stats.isSymbolicLink()
        ? 'link'
        : 'other';
  const { uid, gid, size, mtimeMs } = stats;
  return { kind, mode: stats.mode & 0o7777, uid, gid, size, modifiedMs: mtimeMs };
}

function lookWith(stat: (path: string) => fs.Stats, at: string): FileFacts | null {
  try {
    return facts(stat(at));
  } catch (error) {
    if (nothingThere(error)) return null;
    throw error;
  }
}

/** O_NONBLOCK keeps a named pipe from blocking the run; what is opened is judged by its descriptor, not its path. */
function readRegular(at: string, limit: number): Uint8Array {
  const fd = fs.openSync(at, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  try {
    const stats = fs.fstatSync(fd);
    if (stats.isDirectory()) throw systemError('EISDIR');
    if (!stats.isFile()) throw systemError('EINVAL');
    if (stats.size > limit) throw systemError('EFBIG');
    const bytes = fs.readFileSync(fd);
    if (bytes.length > limit) throw systemError('EFBIG');
    return bytes;
  } finally {
    fs.closeSync(fd);
  }
}

function writeNew(at: string, file: NewFile): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const fd = fs.openSync(at, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), file.mode);
  try {
    if (file.gid !== undefined) fs.fchownSync(fd, -1, file.gid);
    if (file.exactMode) fs.fchmodSync(fd, file.mode);
    for (let done = 0; done < file.bytes.length; ) done += fs.writeSync(fd, file.bytes, done);
    if (file.sync !== false) fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function syncFolder(at: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(at, fs.constants.O_RDONLY);
  try {
    fs.fsyncSync(fd);
  } catch (error) {
    // Some network file systems cannot sync a folder and say so in one of these ways.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(error) ?? '')) throw error;
  } finally {
    fs.closeSync(fd);
  }
}

export const nodeFiles: HostFiles = {
  look: (at) => lookWith(fs.lstatSync, at),
  lookThrough: (at) => lookWith(fs.statSync, at),
  read: readRegular,
  readLink: (at) => fs.readlinkSync(at),
  realPath: (at) => fs.realpathSync.native(at),
  list: (at) => fs.readdirSync(at),
  makeFolder: (at, mode) => {
    fs.mkdirSync(at, { mode });
  },
  writeNew,
  rename: (from, to) => fs.renameSync(from, to),
  remove: (at) => fs.unlinkSync(at),
  removeFolder: (at) => fs.rmdirSync(at),
  setMode: (at, mode) => fs.chmodSync(at, mode),
  syncFolder,
};
