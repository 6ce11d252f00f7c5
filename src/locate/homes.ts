import type { Host } from '../core/host.js';

/**
 * The folders that libpq of different versions and other clients take for the user's own. Absolute, or null where
 * that source names none.
 *
 * libpq-rules 1: since PostgreSQL 15 a non-empty HOME counts, then the password database; libpq 14 and older, pgjdbc
 * and pgx read the password database only.
 */
export interface Homes {
  readonly env: string | null;
  readonly passwd: string | null;
}

export function homesOf(host: Host): Homes {
  const absolute = (folder: string | null | undefined): string | null =>
    folder ? host.path.resolve(host.cwd, folder) : null;
  return { env: absolute(host.env.HOME), passwd: absolute(host.user.passwdHome) };
}

/** The home of libpq 15 and newer; null where nothing names one. Not for Windows. */
export function homeFolder(host: Host): string | null {
  const homes = homesOf(host);
  return homes.env ?? homes.passwd;
}

/**
 * The folder with libpq's files: `~/.postgresql`, on Windows `%APPDATA%\postgresql` (libpq-rules 1 and 2); null
 * where no home is known.
 */
export function libpqFolder(host: Host): string | null {
  const home = libpqHome(host);
  if (home === null || host.platform === 'win32') return home;
  return host.path.join(home, '.postgresql');
}

/** libpq's own idea of a home (`pqGetHomeDirectory`): on Windows the folder `postgresql` in the roaming one. */
export function libpqHome(host: Host): string | null {
  if (host.platform !== 'win32') return homeFolder(host);
  const roaming = roamingFolder(host);
  return roaming === null ? null : host.path.join(roaming, 'postgresql');
}

/** `%APPDATA%`, else its usual place in the profile. Windows only. */
export function roamingFolder(host: Host): string | null {
  const { APPDATA, USERPROFILE } = host.env;
  if (APPDATA) return host.path.resolve(host.cwd, APPDATA);
  return USERPROFILE ? host.path.join(USERPROFILE, 'AppData', 'Roaming') : null;
}
