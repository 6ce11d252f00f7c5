import fs from 'node:fs';
import { errnoOf } from './file-errors.js';
import type { FileFacts, FolderEntry, HostFiles, NewFile } from './host.js';

/** An error as the system's own look. */
export const systemError = (code: string): Error => Object.assign(new Error(code), { code });

function kindOf(entry: fs.Stats | fs.Dirent): FileFacts['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function facts(stats: fs.Stats): FileFacts {
  const { uid, gid, size, mtimeMs, dev } = stats;
  return {
    kind: kindOf(stats),
    mode: stats.mode & 0o7777,
    uid,
    gid,
    size,
    modifiedMs: mtimeMs,
    device: dev,
  };
}

/** Asked not to throw, Node makes no error where there is nothing: such a look costs a tenth. */
function lookWith(stat: typeof fs.statSync | typeof fs.lstatSync, at: string): FileFacts | null {
  try {
    const stats = stat(at, { throwIfNoEntry: false });
    return stats === undefined ? null : facts(stats);
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** O_NONBLOCK keeps a named pipe from blocking the run; what is opened is judged by its descriptor, not its path. */
function withRegular<T>(at: string, flags: number, step: (fd: number, size: number) => T): T {
  const fd = fs.openSync(at, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0) | flags);
  try {
    const stats = fs.fstatSync(fd);
    if (stats.isDirectory()) throw systemError('EISDIR');
    if (!stats.isFile()) throw systemError('EINVAL');
    return step(fd, stats.size);
  } finally {
    fs.closeSync(fd);
  }
}

const readRegular: HostFiles['read'] = (at, limit) =>
  withRegular(at, 0, (fd, size) => {
    if (size > limit) throw systemError('EFBIG');
    const bytes = fs.readFileSync(fd);
    if (bytes.length > limit) throw systemError('EFBIG');
    return bytes;
  });

/** One for all calls: a scan reads a hundred thousand heads, and keeps hardly any. */
let scratch = Buffer.alloc(0);

const readIf: HostFiles['readIf'] = (at, { headLength, limit }, wanted) =>
  withRegular(at, fs.constants.O_NOFOLLOW ?? 0, (fd, size) => {
    if (scratch.length < headLength) scratch = Buffer.alloc(headLength);
    const head = scratch.subarray(0, fs.readSync(fd, scratch, 0, headLength, 0));
    if (!wanted(head, size <= head.length)) return null;
    if (size > limit) throw systemError('EFBIG');
    const bytes = Buffer.alloc(Math.max(size, head.length));
    let length = head.copy(bytes);
    for (let more = -1; more !== 0 && length < bytes.length; length += more) {
      more = fs.readSync(fd, bytes, length, bytes.length - length, length);
    }
    return bytes.subarray(0, length);
  });

function* entries(at: string): Generator<FolderEntry> {
  const folder = fs.opendirSync(at, { bufferSize: 256 });
  try {
    for (let next = folder.readSync(); next !== null; next = folder.readSync()) {
      yield { name: next.name, kind: kindOf(next) };
    }
  } finally {
    folder.closeSync();
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
  readIf,
  readLink: (at) => fs.readlinkSync(at),
  realPath: (at) => fs.realpathSync.native(at),
  list: (at) => fs.readdirSync(at),
  entries,
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
