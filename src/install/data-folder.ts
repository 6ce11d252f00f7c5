import { createHash } from 'node:crypto';
import { isWindowsPath } from '../core/command-line.js';
import { PgRootCertError } from '../core/errors.js';
import { errnoOf, onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { resolveSafely } from './safe-path.js';
import type { Undoing } from './undoing.js';

/** The folder with backups, journal and locks: the user's alone. */
export interface DataFolder {
  readonly root: string;
  readonly backups: string;
  readonly journal: string;
}

function layout(host: Host, root: string): DataFolder {
  return { root, backups: host.path.join(root, 'backups'), journal: host.path.join(root, 'journal') };
}

/** What tells one file from another: on Windows the case of the letters does not. */
export const identityOf = (realPath: string): string =>
  isWindowsPath(realPath) ? realPath.toLowerCase() : realPath;

/** A short name for a file, the same in every run: it keeps the files of different targets apart. */
export function tagOf(realPath: string): string {
  return createHash('sha256').update(identityOf(realPath)).digest('hex').slice(0, 16);
}

/**
 * The data folder as it is, or null where there is none yet.
 *
 * @throws PgRootCertError `unsafe-path` where another user could change it
 */
export async function findDataFolder(host: Host): Promise<DataFolder | null> {
  const root = ownFolder(host, await host.dataFolder());
  return host.files.look(root)?.kind === 'folder' ? layout(host, root) : null;
}

/**
 * The data folder, made where it is missing: 0700, as are the folders above that had to be made (XDG Base Directory
 * Specification, "Referencing this specification"). What was made is handed to `undoing`.
 *
 * @throws PgRootCertError `unsafe-path`, or a file error
 */
export async function makeDataFolder(host: Host, undoing: Undoing): Promise<DataFolder> {
  const root = ownFolder(host, await host.dataFolder());
  const data = layout(host, root);
  for (const folder of [data.root, data.backups, data.journal]) {
    makeFolders(host, folder, undoing);
    const facts = onFile('look at', folder, () => host.files.look(folder));
    if (host.platform !== 'win32' && facts !== null && facts.mode & 0o077) {
      onFile('protect', folder, () => host.files.setMode(folder, 0o700));
    }
  }
  return data;
}

function ownFolder(host: Host, path: string): string {
  const probe = resolveSafely(host, host.path.join(path, 'x'));
  const facts = host.files.look(probe.folder);
  if (facts !== null && host.user.uid !== null && facts.uid !== host.user.uid) {
    throw new PgRootCertError(
      'unsafe-path',
      `the folder for backups, ${probe.folder}, belongs to another user`,
      {
        help: ['set XDG_DATA_HOME to a folder of your own'],
        path: probe.folder,
      },
    );
  }
  return probe.folder;
}

function makeFolders(host: Host, folder: string, undoing: Undoing): void {
  if (host.files.look(folder) !== null) return;
  const above = host.path.dirname(folder);
  if (above !== folder) makeFolders(host, above, undoing);
  try {
    host.files.makeFolder(folder, 0o700);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    onFile('create the folder', folder, () => {
      throw error;
    });
  }
  undoing.add(() => host.files.removeFolder(folder));
}
