import { pathWord } from '../core/command-line.js';
import { PgRootCertError } from '../core/errors.js';
import { onFile } from '../core/file-errors.js';
import type { FileFacts, Host } from '../core/host.js';

/** A path with its links followed: what a change really touches. */
export interface ResolvedPath {
  /** As it was given, absolute. */
  readonly path: string;
  /** With every link followed, the last one too; it need not exist. */
  readonly real: string;
  readonly folder: string;
  /** null where nothing is at `real` yet. */
  readonly facts: FileFacts | null;
  readonly folderFacts: FileFacts | null;
}

const MAX_LINKS = 40;
const STICKY = 0o1000;

/**
 * Follows a path from the root down and refuses it where another user could change what it leads to: every folder
 * and link on the way, and the file itself, must belong to the user or to root, and no folder may be writable by
 * others. (sshd's StrictModes judges a home in the same way.) On Windows only links are followed; access control
 * lists are looked at by `permissions-windows.ts`.
 *
 * `lenient` names a folder whose write bits are not held against it, because the caller takes them away.
 *
 * @throws PgRootCertError `unsafe-path`, `wrong-file-kind`, or a file error
 */
export function resolveSafely(host: Host, path: string, lenient: string | null = null): ResolvedPath {
  const real =
    host.platform === 'win32' ? followOnWindows(host, path) : asSpelled(host, walk(host, path, lenient, 0));
  const folder = host.path.dirname(real);
  const look = (at: string): FileFacts | null => onFile('look at', at, () => host.files.look(at));
  const facts = look(real);
  if (facts !== null && facts.kind !== 'file') throw wrongKind(real, facts.kind);
  const folderFacts = look(folder);
  if (folderFacts !== null && folderFacts.kind !== 'folder') throw wrongKind(folder, folderFacts.kind);
  return { path, real, folder, facts, folderFacts };
}

/**
 * The letters that the disk has. On macOS `~/.PostgreSQL/ROOT.CRT` is the same file as `~/.postgresql/root.crt`, as a
 * rule, and must have the same lock, journal and backups. What is not there yet is spelled as it was given.
 */
function asSpelled(host: Host, path: string): string {
  if (host.platform !== 'darwin') return path;
  if (onFile('look at', path, () => host.files.look(path)) !== null)
    return onFile('look at', path, () => host.files.realPath(path));
  const above = host.path.dirname(path);
  return above === path ? path : host.path.join(asSpelled(host, above), host.path.basename(path));
}

function wrongKind(path: string, kind: FileFacts['kind']): PgRootCertError {
  const what = kind === 'folder' ? 'a folder' : kind === 'file' ? 'a file' : 'neither a file nor a folder';
  return new PgRootCertError('wrong-file-kind', `${path} is ${what}`, {
    help: ['move it away, then run this again'],
    path,
  });
}

function followOnWindows(host: Host, path: string): string {
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const facts = onFile('look at', at, () => host.files.look(at));
    if (facts?.kind !== 'link') return at;
    const target = onFile('read the link', at, () => host.files.readLink(at));
    at = host.path.resolve(host.path.dirname(at), target);
  }
  throw circular(path);
}

function circular(path: string): PgRootCertError {
  return new PgRootCertError('wrong-file-kind', `the symbolic links of ${path} go in circles`, {
    help: ['mend the links, then run this again'],
    path,
  });
}

function walk(host: Host, path: string, lenient: string | null, links: number): string {
  if (links > MAX_LINKS) throw circular(path);
  const { sep } = host.path;
  const parts = path.split(sep).filter((part) => part !== '');
  let at: string = sep;
  assertSafe(
    host,
    at,
    onFile('look at', at, () => host.files.look(sep)),
    lenient,
  );
  for (const [index, part] of parts.entries()) {
    const next = host.path.join(at, part);
    const rest = parts.slice(index + 1);
    const facts = onFile('look at', next, () => host.files.look(next));
    if (facts === null) return host.path.join(next, ...rest);
    assertSafe(host, next, facts, lenient);
    if (facts.kind === 'link') {
      const target = onFile('read the link', next, () => host.files.readLink(next));
      return walk(host, host.path.resolve(at, target, ...rest), lenient, links + 1);
    }
    if (facts.kind !== 'folder' && rest.length > 0) throw wrongKind(next, facts.kind);
    at = next;
  }
  return at;
}

function assertSafe(host: Host, path: string, facts: FileFacts | null, lenient: string | null): void {
  if (facts === null) return;
  const { uid } = host.user;
  if (facts.uid !== 0 && facts.uid !== uid) {
    throw unsafe(
      host,
      path,
      uid === 0 ? 'belongs to another user, and you are root' : 'belongs to another user',
    );
  }
  if (facts.kind === 'folder' && path !== lenient && othersMayWrite(host, facts)) {
    throw new PgRootCertError('unsafe-path', `other users can write to the folder ${path}`, {
      help: [`take that right away: chmod go-w ${pathWord(path)}`],
      path,
    });
  }
}

/**
 * True if somebody else can add or replace entries of a folder. Not counted are a sticky folder (only an entry's
 * owner can replace it), root's own group, a group that is the user's alone (same number as the user, as
 * distributions with private groups have it), and on macOS the administrators' group.
 */
export function othersMayWrite(host: Host, folder: FileFacts): boolean {
  if (folder.mode & STICKY) return false;
  if (folder.mode & 0o002) return true;
  if (!(folder.mode & 0o020)) return false;
  const ownGroup = host.user.gid !== null && host.user.gid === host.user.uid ? host.user.gid : 0;
  return folder.gid !== 0 && folder.gid !== ownGroup && !(host.platform === 'darwin' && folder.gid === 80);
}

function unsafe(host: Host, path: string, fact: string): PgRootCertError {
  const help =
    host.user.uid === 0
      ? ['run it as that user, without sudo: pg-root-cert install']
      : [`see who owns it: ls -ld ${pathWord(path)}`, 'or name a file at a place of your own'];
  return new PgRootCertError('unsafe-path', `${path} ${fact}`, { help, path });
}
