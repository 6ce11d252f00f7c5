import type { Host } from '../core/host.js';

/**
 * libpq's own folder, `.postgresql`, where the file lies in one; null for any other. On Windows it is `postgresql`, and
 * `.postgresql` is asyncpg's. Such a folder is made where it is missing, and others' write access to it is taken away; any
 * other is left as it is.
 */
export function ownFolderOf(host: Host, file: string): string | null {
  const folder = host.path.dirname(file);
  const name = host.path.basename(folder);
  const foldsCase = host.platform === 'win32' || host.platform === 'darwin';
  const own = host.platform === 'win32' ? ['postgresql', '.postgresql'] : ['.postgresql'];
  return own.includes(foldsCase ? name.toLowerCase() : name) ? folder : null;
}
