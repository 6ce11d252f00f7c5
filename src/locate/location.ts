import { PgRootCertError } from '../core/errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { dockNotes, dockVariable } from './dock.js';
import { homeFindings } from './home-findings.js';
import { libpqFolder } from './homes.js';
import { faultForLibpq, unfitFinding } from './libpq-path.js';
import { misplacedFindings } from './misplaced.js';
import { type Override, overrideOf } from './override.js';
import { shellFolder } from './shell-folder.js';

/** Where root certificates are kept, and what libpq itself would read. Paths are absolute. */
export interface Location {
  /** The file that this run manages. */
  readonly path: string;
  /** True for libpq's own default file, false for `--file`. */
  readonly isDefault: boolean;
  /** libpq's default file; null where no home is known. */
  readonly defaultPath: string | null;
  /** What libpq reads without a connection string: a path, or `system` (PostgreSQL 16's word for the system's roots). */
  readonly libpqReads: string | null;
  readonly findings: readonly Finding[];
}

/**
 * Finds root.crt by libpq's rules for this system, user and environment (libpq-rules 1 to 3), or takes `file`. The
 * findings say when what is managed is not what libpq reads.
 *
 * @throws PgRootCertError `home-not-found` where neither `file` nor a home is known
 */
export async function locate(host: Host, file?: string): Promise<Location> {
  const folder = libpqFolder(host);
  const defaultPath = folder === null ? null : host.path.join(folder, 'root.crt');
  const path = file === undefined ? defaultPath : host.path.resolve(host.cwd, file);
  if (path === null) throw noHome(host);

  const shell = await shellFolder(host);
  const byDefault = shell === null ? defaultPath : host.path.join(shell.roaming, 'postgresql', 'root.crt');
  const isDefault = [defaultPath, byDefault].some((each) => each !== null && samePath(host, path, each));
  const override = overrideOf(host);
  const libpqReads = override?.value ?? byDefault;
  const findings: Finding[] = [];
  if (override !== null && !samePath(host, override.value, path))
    findings.push(await overrideFinding(host, override, path, defaultPath));
  if (override === null && isDefault) findings.push(...(await dockFindings(host, path)));
  if (file === undefined) findings.push(...homeFindings(host, path, shell));
  if (isDefault) findings.push(...misplacedFindings(host, path));
  const fault = isDefault ? await faultForLibpq(host, path) : null;
  if (fault !== null) findings.push(unfitFinding(path, fault));
  return { path, isDefault, defaultPath, libpqReads, findings };
}

function noHome(host: Host): PgRootCertError {
  const windows = host.platform === 'win32';
  return new PgRootCertError(
    'home-not-found',
    windows
      ? 'neither APPDATA nor USERPROFILE is set'
      : 'HOME is not set and the password database names no home',
    { help: [windows ? 'set APPDATA' : 'set HOME', 'or name the file: --file PATH'] },
  );
}

/** The same file, whatever links lie on the way and, on Windows, however it is spelled. */
export function samePath(host: Host, one: string, other: string): boolean {
  const real = (path: string): string => {
    try {
      return host.files.realPath(path);
    } catch {
      return path;
    }
  };
  const plain = (path: string): string => (host.platform === 'win32' ? path.toLowerCase() : path);
  return plain(one) === plain(other) || plain(real(one)) === plain(real(other));
}

const inWords = (value: string): string => (value === 'system' ? "the system's roots" : value);

async function overrideFinding(
  host: Host,
  override: Override,
  path: string,
  defaultPath: string | null,
): Promise<Finding> {
  const reads = inWords(override.value);
  const variable = override.from === 'service' ? 'PGSERVICE' : 'PGSSLROOTCERT';
  const dock = await dockNotes(host, variable, defaultPath);
  if (override.from === 'service') {
    return finding(
      'service-overrides-root-crt',
      `service "${override.name}" makes libpq read ${reads}, not ${path}`,
      {
        notes: ['PGSERVICE names this service, and its sslrootcert wins over the default file', ...dock],
        help: [
          help(
            'manage that file instead',
            reads === override.value ? [['pg-root-cert', 'install', 'NAME', '--file', reads]] : [],
            'review',
          ),
        ],
      },
    );
  }
  return finding('env-overrides-root-crt', `PGSSLROOTCERT makes libpq read ${reads}, not ${path}`, {
    notes: dock,
    help: [
      help('unset it where it is set (a shell start-up file, as a rule)', [], 'review'),
      ...(override.value === 'system'
        ? []
        : [
            help(
              'or manage that file instead',
              [['pg-root-cert', 'install', 'NAME', '--file', override.value]],
              'review',
            ),
          ]),
    ],
  });
}

/** A variable that only programs from the Dock have: nothing in a terminal shows it. */
async function dockFindings(host: Host, path: string): Promise<Finding[]> {
  const value = await dockVariable(host, 'PGSSLROOTCERT');
  if (!value || samePath(host, value, path)) return [];
  return [
    finding(
      'env-overrides-root-crt',
      `PGSSLROOTCERT makes programs started from the Dock read ${inWords(value)}, not ${path}`,
      {
        notes: ['launchd has this variable for them; programs in this terminal do not have it'],
        help: [
          help(
            'take it away, then start those programs anew',
            [['launchctl', 'unsetenv', 'PGSSLROOTCERT']],
            'review',
          ),
        ],
      },
    ),
  ];
}
