import { errnoOf } from '../core/file-errors.js';
import type { FolderEntry, Host } from '../core/host.js';
import { type Limits, leaveOut, name, type Tally } from './tally.js';

/** Where a walk begins: an absolute path without a link in it. */
export interface Start {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly device: number;
}

interface OpenFolder {
  readonly path: string;
  readonly entries: Iterator<FolderEntry>;
}

/** Version control keeps its content compressed, under names that say nothing. */
const PASSED_OVER: ReadonlySet<string> = new Set(['.git']);

/**
 * The regular files below the starts, each once. No link is followed and no other file system entered; both are in the
 * tally. In memory are only the folders from a start down to the present one. Ends early where a limit says so.
 */
export function* walk(host: Host, starts: readonly Start[], limits: Limits, tally: Tally): Generator<string> {
  const walked = new Set<string>();
  for (const start of [...starts].sort((a, b) => b.path.length - a.path.length)) {
    if (walked.has(start.path)) continue;
    if (start.kind === 'folder') yield* walkFolder(host, start, walked, limits, tally);
    else if (goesOn(host, limits, tally, start.path)) yield* count(tally, start.path);
    walked.add(start.path);
  }
}

function* walkFolder(
  host: Host,
  start: Start,
  walked: ReadonlySet<string>,
  limits: Limits,
  tally: Tally,
): Generator<string> {
  const open: OpenFolder[] = [];
  const enter = (path: string): void => {
    tally.folders++;
    open.push({ path, entries: host.files.entries(path)[Symbol.iterator]() });
  };
  enter(start.path);
  try {
    for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
      const entry = nextOf(folder, tally);
      if (entry === null) {
        open.pop();
        continue;
      }
      const path = host.path.join(folder.path, entry.name);
      if (!goesOn(host, limits, tally, path)) return;
      if (entry.kind === 'link') tally.links++;
      else if (entry.kind === 'other') tally.special++;
      else if (walked.has(path)) continue;
      else if (entry.kind === 'file') yield* count(tally, path);
      else if (!PASSED_OVER.has(entry.name) && isOnDevice(host, path, start.device, tally)) {
        if (open.length > limits.depth) leaveOut(tally, 'depth', path);
        else enter(path);
      }
    }
  } finally {
    for (const { entries } of open) entries.return?.();
  }
}

function* count(tally: Tally, path: string): Generator<string> {
  tally.files++;
  yield path;
}

function goesOn(host: Host, limits: Limits, tally: Tally, path: string): boolean {
  const hit =
    host.now().getTime() > limits.until
      ? 'time'
      : tally.files >= limits.files
        ? 'files'
        : tally.bytes >= limits.totalBytes
          ? 'total-bytes'
          : null;
  if (hit !== null && !tally.limits.has(hit)) leaveOut(tally, hit, path);
  return hit === null;
}

/** null at the end of a folder, and where it cannot be read. */
function nextOf({ path, entries }: OpenFolder, tally: Tally): FolderEntry | null {
  try {
    const next = entries.next();
    return next.done ? null : next.value;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    name(tally.unreadable, path);
    return null;
  }
}

/** A name that is not UTF-8 leads nowhere once it is a string; any other that is not there has just gone. */
export const isUnreachable = (path: string): boolean => path.includes('\ufffd');

function isOnDevice(host: Host, path: string, device: number, tally: Tally): boolean {
  try {
    const facts = host.files.look(path);
    if (facts === null && isUnreachable(path)) name(tally.unreadable, path);
    if (facts?.kind !== 'folder') return false;
    if (facts.device !== device) name(tally.mounts, path);
    return facts.device === device;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    name(tally.unreadable, path);
    return false;
  }
}
