import type { Host } from '../core/host.js';
import type { LibpqRefusal } from './conninfo.js';
import { NEWEST_MAJOR } from './options.js';
import { resolveSettings } from './settings.js';

/**
 * The names, or addresses where there is no name, of the servers that a conninfo leads to, with the environment
 * and the service file in it as libpq reads them; Unix sockets are left out. The user does not
 * matter, so none is needed, as libpq needs one. Throws as `resolveSettings` does.
 */
export function hostsOfConninfo(
  conninfo: string,
  host: Host,
): { readonly ok: true; readonly hosts: readonly string[] } | LibpqRefusal {
  const homeFolder = host.env.HOME || host.user.passwdHome;
  const defaults = { user: host.user.name ?? 'USER' };
  const resolved = resolveSettings({ conninfo, host, homeFolder, major: NEWEST_MAJOR, defaults });
  if (!resolved.ok) return resolved;
  const reached = resolved.hosts.filter(({ unixSocket, isDefault }) => !unixSocket && !isDefault);
  return { ok: true, hosts: [...new Set(reached.map(({ host, hostaddr }) => host ?? hostaddr ?? ''))] };
}
