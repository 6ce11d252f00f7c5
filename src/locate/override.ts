import type { Host } from '../core/host.js';
import { readService } from '../postgres/service-file.js';
import { libpqHome } from './homes.js';

export interface Override {
  readonly from: 'env' | 'service';
  /** The service, or the environment variable. */
  readonly name: string;
  /** An absolute path, or `system`. */
  readonly value: string;
}

/**
 * What makes libpq read another file than its default without a word in the connection string: the service that
 * PGSERVICE names, else PGSSLROOTCERT (libpq-rules 3; empty means unset).
 */
export function overrideOf(host: Host): Override | null {
  const absolute = (value: string): string =>
    value === 'system' ? value : host.path.resolve(host.cwd, value);
  if (host.env.PGSERVICE) {
    const value = serviceRootCert(host, host.env.PGSERVICE);
    if (value) return { from: 'service', name: host.env.PGSERVICE, value: absolute(value) };
  }
  const value = host.env.PGSSLROOTCERT;
  return value ? { from: 'env', name: 'PGSSLROOTCERT', value: absolute(value) } : null;
}

/** A service that is not to be found or not readable is libpq's to complain of, not ours: it overrides nothing. */
function serviceRootCert(host: Host, service: string): string | undefined {
  const found = readService({ service, host, homeFolder: libpqHome(host) });
  return found.ok ? found.settings.get('sslrootcert') : undefined;
}
