import type { Host } from '../core/host.js';
import { NEWEST_MAJOR, OLDEST_MAJOR } from './options.js';
import { MAC_PSQL } from './psql-macos.js';

/**
 * The major version of the psql on the search path, on macOS else of one that is kept off it; null where there is none
 * or it doesn't tell. Where the path says it (`/usr/lib/postgresql/15/bin/psql`, `postgresql@16`), psql is not started;
 * Debian's wrapper takes the newest of `/usr/lib/postgresql`.
 */
export async function psqlMajor(host: Host): Promise<number | null> {
  const path = psqlOnPath(host) ?? psqlOfMac(host);
  if (path === null) return null;
  const real = realPath(host, path);
  if (host.path.basename(real) === 'pg_wrapper') return newestOf(host, '/usr/lib/postgresql');
  const told = psqlMajorByPath(real);
  if (told !== null) return known(told);
  const answer = await host.exec(path, ['--version'], { timeoutMs: 5000 });
  const version = /\(PostgreSQL\) (\d+)/.exec(Buffer.from(answer?.stdout ?? []).toString('latin1'))?.[1];
  return version === undefined ? null : known(Number(version));
}

/** The major version that the path of a psql tells, links resolved; null where it tells none. */
export function psqlMajorByPath(path: string): number | null {
  const told =
    /[/\\](?:postgresql@|pgsql-|postgresql[/\\])?(\d{2})(?:\.\d+)?(?:_\d+)?[/\\]bin[/\\]psql/i.exec(
      path,
    )?.[1];
  return told === undefined ? null : Number(told);
}

const known = (major: number): number | null =>
  major >= OLDEST_MAJOR ? Math.min(major, NEWEST_MAJOR) : null;

/** The psql on the search path, folders only that are absolute; null where there is none. */
export function psqlOnPath(host: Host): string | null {
  const windows = host.platform === 'win32';
  const name = windows ? 'psql.exe' : 'psql';
  const folders = (host.env.PATH ?? '')
    .split(windows ? ';' : ':')
    .filter((folder) => host.path.isAbsolute(folder));
  const found = folders.map((folder) => host.path.join(folder, name)).find((path) => isFile(host, path));
  return found ?? null;
}

function psqlOfMac(host: Host): string | null {
  if (host.platform !== 'darwin') return null;
  return MAC_PSQL.find((path) => isFile(host, path)) ?? null;
}

function isFile(host: Host, path: string): boolean {
  try {
    return host.files.lookThrough(path)?.kind === 'file';
  } catch {
    return false;
  }
}

function realPath(host: Host, path: string): string {
  try {
    return host.files.realPath(path);
  } catch {
    return path;
  }
}

function newestOf(host: Host, folder: string): number | null {
  const majors = host.files
    .list(folder)
    .map(Number)
    .filter(
      (major) =>
        Number.isInteger(major) && isFile(host, host.path.join(folder, String(major), 'bin', 'psql')),
    );
  return majors.length === 0 ? null : known(Math.max(...majors));
}
