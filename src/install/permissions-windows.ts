import { PgRootCertError } from '../core/errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { makeDataFolder, tagOf } from './data-folder.js';
import { stamp } from './journal.js';
import { ownFolderOf } from './own-folder.js';
import { Undoing } from './undoing.js';
import { narrow, narrowing, restoring, saveAcl, userSid, type Writers, writersOf } from './windows-acl.js';

/**
 * Looks at the access control lists of a file and its folder. What Windows does not tell (no icacls, no answer) is not
 * known, which is no finding.
 */
export async function windowsFindings(host: Host, path: string): Promise<Finding[]> {
  const wide = await tooWideAt(host, [path, host.path.dirname(path)]);
  return wide.map(({ at, writers }) => tooWide(host, at, writers));
}

interface Wide {
  readonly at: string;
  readonly writers: Writers;
}

async function tooWideAt(host: Host, paths: readonly string[]): Promise<Wide[]> {
  const there = paths.filter((at) => host.files.lookThrough(at) !== null);
  const user = there.length === 0 ? null : await userSid(host);
  if (user === null) return [];
  const wide: Wide[] = [];
  for (const at of there) {
    const writers = await writersOf(host, at, user);
    if (writers !== null && writers.others.length > 0) wide.push({ at, writers });
  }
  return wide;
}

function tooWide(host: Host, at: string, { others, user }: Writers): Finding {
  const isFolder = host.files.lookThrough(at)?.kind === 'folder';
  return finding('root-crt-permissions', `others may change ${at}: ${others.join(', ')}`, {
    notes: ['who can change root.crt decides which servers your clients trust'],
    help: [
      help(
        'keep it to yourself, SYSTEM and the Administrators',
        narrowing(at, isFolder, user).map((argv) => ['icacls', ...argv]),
        'review',
      ),
    ],
  });
}

/** A path that was given to the user, SYSTEM and the Administrators alone, and the command that takes that back. */
export interface Narrowed {
  readonly path: string;
  readonly takeBack: readonly string[];
}

/**
 * Narrows the lists of a file and of its folder, where that is libpq's own, and where others may write to them. The
 * lists as they were are kept beside the backups. The folder comes first: what is later written into it inherits.
 *
 * @throws PgRootCertError what `narrow` throws, or a file error
 */
export async function narrowOnWindows(host: Host, path: string): Promise<Narrowed[]> {
  const folder = ownFolderOf(host, path);
  const wide = await tooWideAt(host, folder === null ? [path] : [folder, path]);
  const narrowed: Narrowed[] = [];
  for (const { at, writers } of wide) {
    const saved = await keepAcl(host, at);
    await narrow(host, at, writers.user);
    narrowed.push({ path: at, takeBack: restoring(host, at, saved) });
  }
  return narrowed;
}

async function keepAcl(host: Host, path: string): Promise<string> {
  const { backups } = await makeDataFolder(host, new Undoing());
  const name = `${stamp(host.now())}-${tagOf(path)}-${host.randomHex(4)}-${host.path.basename(path)}.acl`;
  const saved = host.path.join(backups, name);
  if (await saveAcl(host, path, saved)) return saved;
  throw new PgRootCertError('permission-denied', `icacls could not save who may write to ${path}`, {
    help: ['nothing was changed; check whether there is room for backups'],
    path,
  });
}
