import { PgRootCertError } from '../core/errors.js';
import { errnoOf } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { othersWhoWrite, savedSddl, sidOfUser } from './acl.js';

const TIME_LIMIT = { timeoutMs: 10_000 };
/** A list has 64 KiB at most, and its text some seven times as much. */
const LIST_LIMIT = 1024 * 1024;
/** From here on Windows wants a path's long form (`\\?\…`): MAX_PATH less a short file name. */
const LONG_PATH = 248;

const SYSTEM_SID = 'S-1-5-18';
const ADMINISTRATORS_SID = 'S-1-5-32-544';

/** Who may write beside the user and the system; `user` by SID. */
export interface Writers {
  readonly others: readonly string[];
  readonly user: string;
}

/** A program of Windows itself, never one that merely is on the search path; null where `%SystemRoot%` leads nowhere. */
function systemProgram(host: Host, name: string): string | null {
  const root = host.env.SystemRoot;
  return root && host.path.isAbsolute(root) ? host.path.join(root, 'System32', name) : null;
}

/** The user's own SID; null where Windows does not tell. */
export async function userSid(host: Host): Promise<string | null> {
  const whoami = systemProgram(host, 'whoami.exe');
  if (whoami === null) return null;
  const result = await host.exec(whoami, ['/user', '/fo', 'csv', '/nh'], TIME_LIMIT);
  return result?.status === 0 ? sidOfUser(result.stdout) : null;
}

/** Who may write to a file or folder; null where that is not known. */
export async function writersOf(host: Host, path: string, user: string): Promise<Writers | null> {
  const folder = host.env.TEMP;
  if (!folder) return null;
  const saved = host.path.join(folder, `pg-root-cert-${host.randomHex(8)}.acl`);
  try {
    const sddl = await saveAcl(host, path, saved);
    if (host.files.look(saved) !== null) host.files.remove(saved);
    const others = sddl === null ? null : othersWhoWrite(sddl, user);
    return others === null ? null : { others, user };
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** Saves a list to a file as `icacls /restore` takes it. Its SDDL; null where Windows does not tell. */
export async function saveAcl(host: Host, path: string, saved: string): Promise<string | null> {
  const done = await icacls(host, [longPath(host, path), '/save', saved, '/q']);
  if (!done || host.files.look(saved) === null) return null;
  return savedSddl(host.files.read(saved, LIST_LIMIT));
}

/** `icacls` with these arguments succeeded. */
async function icacls(host: Host, argv: readonly string[]): Promise<boolean> {
  const program = systemProgram(host, 'icacls.exe');
  const result = program === null ? null : await host.exec(program, argv, TIME_LIMIT);
  return result?.status === 0;
}

const longPath = (host: Host, path: string): string =>
  path.length < LONG_PATH ? path : host.path.toNamespacedPath(path);

/**
 * What icacls is told so that only the user, SYSTEM and the Administrators have a path: first what is there goes
 * (`/inheritance:r` alone would leave the entries that are not inherited), then the exact grants take its place.
 */
export function narrowing(path: string, isFolder: boolean, user: string): string[][] {
  const full = isFolder ? '(OI)(CI)F' : 'F';
  const grants = [user, SYSTEM_SID, ADMINISTRATORS_SID].map((sid) => `*${sid}:${full}`);
  return [
    [path, '/reset', '/q'],
    [path, '/inheritance:r', '/grant:r', ...grants, '/q'],
  ];
}

/** What takes a narrowing back: the list that was saved before. */
export const restoring = (host: Host, path: string, saved: string): string[] => [
  'icacls',
  host.path.dirname(path),
  '/restore',
  saved,
];

/**
 * Gives a path to the user, SYSTEM and the Administrators alone, and looks again.
 *
 * @throws PgRootCertError `permission-denied` where icacls could not do it, or where nobody can tell whether it has
 */
export async function narrow(host: Host, path: string, user: string): Promise<void> {
  const isFolder = host.files.lookThrough(path)?.kind === 'folder';
  for (const argv of narrowing(longPath(host, path), isFolder, user)) {
    if (!(await icacls(host, argv)))
      throw notNarrowed(path, `icacls could not change who may write to ${path}`);
  }
  const now = await writersOf(host, path, user);
  if (now === null) throw notNarrowed(path, `it cannot be read back who may write to ${path}`);
  if (now.others.length > 0) {
    throw notNarrowed(path, `others may still write to ${path}: ${now.others.join(', ')}`);
  }
}

function notNarrowed(path: string, fact: string): PgRootCertError {
  return new PgRootCertError('permission-denied', fact, {
    help: [`see who may: icacls "${path}"`, 'ask an administrator to give the folder to you alone'],
    path,
  });
}
