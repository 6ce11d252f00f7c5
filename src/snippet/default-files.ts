import type { Host } from '../core/host.js';
import { homesOf, libpqFolder } from '../locate/homes.js';
import type { DefaultFiles } from './types.js';

/** The root files of this user by each kind of client's own rule. */
export function defaultFiles(host: Host): DefaultFiles {
  const at = (folder: string | null, ...names: string[]): string | null =>
    folder === null ? null : host.path.join(folder, ...names, 'root.crt');
  const libpq = at(libpqFolder(host));
  if (host.platform === 'win32') {
    return { libpq, passwd: libpq, dotted: at(host.env.USERPROFILE ?? null, '.postgresql') };
  }
  const { env, passwd } = homesOf(host);
  return { libpq, passwd: at(passwd ?? env, '.postgresql'), dotted: at(env ?? passwd, '.postgresql') };
}
