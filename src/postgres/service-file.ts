import { errnoOf, fileError } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import type { LibpqRefusal } from './conninfo.js';
import { type LibpqBuild, likelyBuild } from './libpq-build.js';
import { NEWEST_MAJOR } from './options.js';
import { fromBytes, toBytes } from './refusal.js';
import { findService, serviceNames } from './service-text.js';

const LIMIT = 16 * 1024 * 1024;

export interface Service {
  readonly ok: true;
  /** The file that defines it, as libpq names it. */
  readonly file: string;
  readonly settings: ReadonlyMap<string, string>;
}

export type ServiceReading = Service | LibpqRefusal;

export interface ServiceQuestion {
  readonly service: string;
  readonly host: Host;
  /** The user's home by that libpq's rules; not asked for on Windows, where AppData counts. */
  readonly homeFolder: string | null;
  /** Default: the newest. */
  readonly major?: number;
  /** Default: the libpq that this system's packages bring. */
  readonly build?: LibpqBuild;
}

/** A place where libpq looks for services. */
export interface ServiceFile {
  readonly path: string;
  /** True for PGSERVICEFILE, which must be there. */
  readonly required: boolean;
}

/** What libpq takes for the home on Windows (`pqGetHomeDirectory` in fe-connect.c). */
function windowsHome({ env }: Host): string | null {
  const roaming = env.APPDATA || (env.USERPROFILE ? `${env.USERPROFILE}\\AppData\\Roaming` : null);
  return roaming === null ? null : `${roaming}/postgresql`;
}

/** The files in which libpq looks for a service, in its order. Source: `parseServiceInfo` in fe-connect.c. */
export function serviceFiles({
  host,
  homeFolder,
  build = likelyBuild(host),
}: Omit<ServiceQuestion, 'service'>): readonly ServiceFile[] {
  const own = host.env.PGSERVICEFILE;
  const home = build.windows ? windowsHome(host) : homeFolder;
  const shared = host.env.PGSYSCONFDIR ?? build.sysconfFolder;
  const files: ServiceFile[] = [];
  if (own !== undefined) files.push({ path: own, required: true });
  else if (home !== null) files.push({ path: `${home}/.pg_service.conf`, required: false });
  if (shared !== null) files.push({ path: `${shared}/pg_service.conf`, required: false });
  return files;
}

/**
 * The file's bytes, one character each. Null where libpq's fopen fails; a folder or a device reads as empty.
 * Throws PgRootCertError (`file-too-large`, `io-error`).
 */
function readBytes(host: Host, path: string): string | null {
  if (path === '') return null;
  try {
    return Buffer.from(host.files.read(host.path.resolve(host.cwd, path), LIMIT)).toString('latin1');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EISDIR' || errno === 'EINVAL') return host.platform === 'win32' ? null : '';
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'EACCES' || errno === 'EPERM') return null;
    if (errno === 'ENAMETOOLONG' || errno === 'ELOOP') return null;
    throw fileError(error, 'read', path);
  }
}

function isThere(host: Host, path: string): boolean {
  try {
    return host.files.lookThrough(host.path.resolve(host.cwd, path)) !== null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

/**
 * Looks a service up as libpq does. Sources: `parseServiceInfo` and `parseServiceFile` in fe-connect.c; lines that
 * ask an LDAP server are not supported. Throws PgRootCertError for a file that is too large or cannot be read.
 */
export function readService(question: ServiceQuestion): ServiceReading {
  const { host, service, major = NEWEST_MAJOR } = question;
  for (const file of serviceFiles(question)) {
    if (!file.required && !isThere(host, file.path)) continue;
    const bytes = readBytes(host, file.path);
    if (bytes === null) return { ok: false, libpqMessage: `service file "${file.path}" not found` };
    const section = findService(bytes, toBytes(service), major);
    if (section?.fault) {
      return { ok: false, libpqMessage: fromBytes(section.fault.format).replace('%s', () => file.path) };
    }
    if (section) return { ok: true, file: file.path, settings: textValues(section.values) };
  }
  return { ok: false, libpqMessage: `definition of service "${service}" not found` };
}

const textValues = (values: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...values].map(([name, value]) => [fromBytes(name), fromBytes(value)]));

export interface ListedService {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
  /** What libpq says of it instead of connecting, `%s` where the file's path goes; null where it reads it whole. */
  readonly libpqMessage: string | null;
}

/** Every service of a service file's bytes, in its order, as libpq of this major reads it. */
export function listServices(bytes: Uint8Array, { major }: { major: number }): readonly ListedService[] {
  const text = Buffer.from(bytes).toString('latin1');
  return serviceNames(text, major).map((name) => {
    const section = findService(text, name, major);
    return {
      name: fromBytes(name),
      settings: textValues(section?.values ?? new Map()),
      libpqMessage: section?.fault ? fromBytes(section.fault.format) : null,
    };
  });
}
