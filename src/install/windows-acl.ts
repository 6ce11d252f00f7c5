import { PgRootCertError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import { runSystemProgram, writtenBySystemProgram } from '../core/windows.js';
import { othersWhoWrite, savedSddl, sidOfUser } from './acl.js';

/** From here on Windows wants a path's long form (`\\?\…`): MAX_PATH less a short file name. */
const LONG_PATH = 248;

const SYSTEM_SID = 'S-1-5-18';
const ADMINISTRATORS_SID = 'S-1-5-32-544';

/** Who may write beside the user and the system; `user` by SID. */
export interface Writers {
  readonly others: readonly string[];
  readonly user: string;
}

/** The user's own SID; null where Windows does not tell. */
export async function userSid(host: Host): Promise<string | null> {
  const result = await runSystemProgram(host, 'whoami.exe', ['/user', '/fo', 'csv', '/nh']);
  return result?.status === 0 ? sidOfUser(result.stdout) : null;
}

/** Who may write to a file or folder; null where that is not known. */
export async function writersOf(host: Host, path: string, user: string): Promise<Writers | null> {
  const saved = await writtenBySystemProgram(host, 'icacls.exe', (file) => saving(host, path, file));
  const sddl = saved === null ? null : savedSddl(saved);
  const others = sddl === null ? null : othersWhoWrite(sddl, user);
  return others === null ? null : { others, user };
}

const saving = (host: Host, path: string, file: string): string[] => [
  longPath(host, path),
  '/save',
  file,
  '/q',
];

/** Saves a list to a file as `icacls /restore` takes it. False where that has not happened. */
export async function saveAcl(host: Host, path: string, file: string): Promise<boolean> {
  return (await icacls(host, saving(host, path, file))) && host.files.look(file) !== null;
}

/** `icacls` with these arguments succeeded. */
async function icacls(host: Host, argv: readonly string[]): Promise<boolean> {
  return (await runSystemProgram(host, 'icacls.exe', argv))?.status === 0;
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

export function notNarrowed(path: string, fact: string): PgRootCertError {
  return new PgRootCertError('permission-denied', fact, {
    help: [`see who may: icacls "${path}"`, 'ask an administrator to give the folder to you alone'],
    path,
  });
}
