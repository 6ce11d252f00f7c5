import type { Host } from '../core/host.js';

/** Our licence, then that of everybody whose code is in here; in the executable that is Node's, too. */
export function licenses(host: Host): string {
  return ['LICENSE', 'dist/THIRD_PARTY_NOTICES.txt']
    .map((name) => Buffer.from(host.asset(name)).toString('utf8'))
    .join('\n');
}
