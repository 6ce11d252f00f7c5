import type { Host } from '../core/host.js';

/** The package's own version. */
export function version(host: Host): string {
  const text = Buffer.from(host.asset('package.json')).toString('utf8');
  return (JSON.parse(text) as { version: string }).version;
}
