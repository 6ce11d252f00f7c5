import type { Catalog, Provider } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import { errnoOf, fileError, onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { judge, type ScannedFile } from './judge.js';
import { readCertificates } from './read.js';
import { type Limits, leaveOut, name, newTally, type Tally } from './tally.js';
import { isUnreachable, type Start, walk } from './walk.js';

export interface ScanOptions {
  readonly limits: Limits;
  /** The providers to judge by; none: those that a file plainly is a collection of. */
  readonly wanted: readonly Provider[];
  readonly warnDays: number;
  /** Tried on keystores, in this order. */
  readonly passwords: readonly string[];
}

export interface Scan {
  readonly starts: readonly Start[];
  /** Those with a certificate in them, and the keystores; in the order of their paths. */
  readonly files: readonly ScannedFile[];
  readonly tally: Tally;
}

/**
 * Where to begin. A link that is named itself is followed; none below it is.
 * @throws PgRootCertError a file error: the path is not there, cannot be read, or is neither file nor folder
 */
export function startAt(host: Host, path: string): Start {
  const absolute = host.path.resolve(host.cwd, path);
  const start = onFile('scan', absolute, () => locateStart(host, absolute));
  if (start === null) {
    throw new PgRootCertError('wrong-file-kind', `could not scan ${absolute}: it is no file and no folder`, {
      help: ['name a file or a folder'],
      path: absolute,
    });
  }
  onFile('scan', absolute, () => {
    if (start.kind === 'folder') for (const _ of host.files.entries(start.path)) break;
    else host.files.readIf(start.path, { headLength: 0, limit: 0 }, () => false);
  });
  return start;
}

/** A usual place as a start; null where it is not there. One that cannot be looked at is left to the walk to tell. */
export function startIfThere(host: Host, path: string): Start | null {
  try {
    return locateStart(host, path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return ['ENOENT', 'ENOTDIR'].includes(errno) ? null : { path, kind: 'file', device: 0 };
  }
}

function locateStart(host: Host, path: string): Start | null {
  const real = host.files.realPath(path);
  const facts = host.files.look(real);
  if (facts?.kind !== 'file' && facts?.kind !== 'folder') return null;
  return { path: real, kind: facts.kind, device: facts.device };
}

/**
 * Looks at every file below the starts and changes nothing. What cannot be read or is left out for a limit is in the
 * tally. Memory does not grow with the tree, only with what is found in it.
 */
export function scan(
  host: Host,
  catalog: Catalog,
  starts: readonly Start[],
  options: ScanOptions,
  onProgress: (tally: Tally, path: string) => void = () => {},
): Scan {
  const tally = newTally();
  const files: ScannedFile[] = [];
  const at = { now: host.now(), warnDays: options.warnDays };
  for (const path of walk(host, starts, options.limits, tally)) {
    onProgress(tally, path);
    const reading = read(host, path, options, tally);
    if (reading === null) continue;
    if (files.length >= options.limits.bundles) {
      leaveOut(tally, 'bundles', path);
      break;
    }
    files.push(judge(catalog, path, reading, options.wanted, at));
  }
  return { starts, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), tally };
}

function read(host: Host, path: string, { limits, passwords }: ScanOptions, tally: Tally) {
  try {
    return readCertificates(host, path, limits.fileBytes, passwords, (bytes) => {
      tally.bytes += bytes;
    });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw fileError(error, 'read', path);
    if (errno === 'EFBIG') leaveOut(tally, 'file-size', path);
    // Became a link, a pipe or nothing since the folder was read.
    else if (!['ELOOP', 'EINVAL', 'ENOENT', 'ENXIO'].includes(errno) || isUnreachable(path))
      name(tally.unreadable, path);
    return null;
  }
}
