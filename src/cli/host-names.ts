import type { Host } from '../core/host.js';
import { hostsOfConninfo } from '../postgres/hosts.js';
import { usage } from './usage.js';

export const isHostName = (target: string): boolean => !/[=/\s]/.test(target);

/**
 * The host names that `--for` means: itself, or those of a conninfo.
 *
 * @throws PgRootCertError `usage`
 */
export function hostNames(host: Host, target: string): readonly string[] {
  if (isHostName(target)) return [target.replace(/:\d+$/, '')];
  const found = hostsOfConninfo(target, host);
  if (!found.ok)
    throw usage(`--for: ${found.libpqMessage}`, [
      'give a host name, a URI (postgresql://…) or key=value pairs',
    ]);
  if (found.hosts.length === 0) throw usage('--for: the conninfo names no host', ['add host=NAME']);
  return found.hosts;
}
