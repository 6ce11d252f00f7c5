import type { Host } from '../core/host.js';
import { homesOf, libpqFolder, roamingFolder } from '../locate/homes.js';

const LINUX = [
  '/etc/ssl',
  '/etc/pki/tls',
  '/etc/pki/ca-trust',
  '/etc/postgresql',
  '/etc/postgresql-common',
  '/usr/local/share/ca-certificates',
  '/usr/lib/jvm',
];
const MAC = [
  '/etc/ssl',
  '/opt/homebrew/etc',
  '/usr/local/etc',
  '/Library/Java/JavaVirtualMachines',
  '/Library/PostgreSQL',
];
const WINDOWS_PROGRAMS = ['PostgreSQL', 'Java', 'Eclipse Adoptium', 'DBeaver'];
/** libpq's own folder in a home, and those that vendors' pages name by mistake. */
const IN_HOME = ['.postgresql', '.postgres', 'postgresql'];

/**
 * Where bundles of PostgreSQL clients usually lie on this machine, beside projects: in the homes of this user, where the
 * environment points, and in the system's and Java's trust stores. Absolute paths, there or not.
 */
export function usualPlaces(host: Host): readonly string[] {
  const { join, resolve } = host.path;
  const { PGSSLROOTCERT, PGSYSCONFDIR, JAVA_HOME, ProgramFiles, USERPROFILE } = host.env;
  const windows = host.platform === 'win32';
  const homes = windows ? [USERPROFILE, roamingFolder(host)] : Object.values(homesOf(host));
  const system = windows
    ? ProgramFiles
      ? WINDOWS_PROGRAMS.map((program) => join(ProgramFiles, program))
      : []
    : host.platform === 'darwin'
      ? MAC
      : LINUX;
  const own = libpqFolder(host);
  const places = [
    ...(own === null ? [] : [own, join(own, 'root.crt')]),
    ...homes.flatMap((home) => (home ? IN_HOME.map((folder) => join(home, folder)) : [])),
    ...(PGSSLROOTCERT && PGSSLROOTCERT !== 'system' ? [resolve(host.cwd, PGSSLROOTCERT)] : []),
    ...(PGSYSCONFDIR ? [resolve(host.cwd, PGSYSCONFDIR)] : []),
    ...(JAVA_HOME
      ? [join(JAVA_HOME, 'lib', 'security'), join(JAVA_HOME, 'jre', 'lib', 'security')].map((folder) =>
          resolve(host.cwd, folder),
        )
      : []),
    ...system,
  ];
  return [...new Set(places)];
}
