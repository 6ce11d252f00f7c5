import { PgRootCertError } from '../core/errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { makeDataFolder, tagOf } from './data-folder.js';
import { stamp } from './journal.js';
import { ownFolderOf } from './own-folder.js';
import { Undoing } from './undoing.js';
import {
  narrow,
  narrowing,
  notNarrowed,
  restoring,
  saveAcl,
  userSid,
  type Writers,
  writersOf,
} from './windows-acl.js';

/**
 * Looks at the access control lists of a file and its folder. What Windows does not tell (no icacls, no answer) is not
 * known, which is no finding.
 */
export async function windowsFindings(host: Host, path: string): Promise<Finding[]> {
  const looks = await lookAt(host, [path, host.path.dirname(path)]);
  return looks.flatMap(({ at, writers }) => (isWide(writers) ? [tooWide(host, at, writers)] : []));
}

/** Who may write to those of the paths that are there; null where that is not known. */
async function lookAt(
  host: Host,
  paths: readonly string[],
): Promise<{ readonly at: string; readonly writers: Writers | null }[]> {
  const there = paths.filter((at) => host.files.lookThrough(at) !== null);
  const user = there.length === 0 ? null : await userSid(host);
  const looks: { at: string; writers: Writers | null }[] = [];
  for (const at of there) looks.push({ at, writers: user === null ? null : await writersOf(host, at, user) });
  return looks;
}

const isWide = (writers: Writers | null): writers is Writers => writers !== null && writers.others.length > 0;

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
 * With `mustKnow` (a list was seen to be too wide) it is a failure where that is not known any more.
 *
 * @throws PgRootCertError what `narrow` throws, or a file error
 */
export async function narrowOnWindows(
  host: Host,
  path: string,
  { mustKnow }: { readonly mustKnow: boolean },
): Promise<Narrowed[]> {
  const folder = ownFolderOf(host, path);
  const narrowed: Narrowed[] = [];
  for (const { at, writers } of await lookAt(host, folder === null ? [path] : [folder, path])) {
    if (writers === null && mustKnow)
      throw notNarrowed(at, `it cannot be read any more who may write to ${at}`);
    if (!isWide(writers)) continue;
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
