import type { Host } from '../core/host.js';

/** What the one who compiled a libpq decided. */
export interface LibpqBuild {
  /** The folder of the server's Unix socket, the default host; null where that is `localhost` (Windows). */
  readonly socketFolder: string | null;
  /** The folder of pg_service.conf for all users, unless PGSYSCONFDIR names another; null where not known. */
  readonly sysconfFolder: string | null;
  /** True if it speaks GSSAPI, which makes `prefer` the default of gssencmode. */
  readonly gssapi: boolean;
  readonly windows: boolean;
}

/** Where distributions keep pg_service.conf: Debian's packages and the PGDG's RPMs. */
const DISTRIBUTED = ['/etc/postgresql-common', '/etc/sysconfig/pgsql'];

/** The libpq that this system's packages bring: Debian's, the PGDG's, or as PostgreSQL's own configure makes it. */
export function likelyBuild(host: Host): LibpqBuild {
  if (host.platform === 'win32') {
    return { socketFolder: null, sysconfFolder: null, gssapi: true, windows: true };
  }
  const folder = DISTRIBUTED.find((path) => host.files.lookThrough(path)?.kind === 'folder');
  return {
    socketFolder: folder === undefined ? '/tmp' : '/var/run/postgresql',
    sysconfFolder: folder ?? '/usr/local/pgsql/etc',
    gssapi: true,
    windows: false,
  };
}
