import { PgRootCertError } from '../core/errors.js';
import { errnoOf } from '../core/file-errors.js';
import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { libpqHome } from '../locate/homes.js';
import type { HostSpec } from '../postgres/host-list.js';
import { likelyBuild } from '../postgres/libpq-build.js';
import { passwordFromText } from '../postgres/passfile.js';
import { HIDDEN } from '../postgres/refusal.js';
import type { Settings } from '../postgres/settings.js';

export interface Password {
  readonly value: string;
  /** Where it comes from, for people: `PGPASSWORD`, `the password file ~/.pgpass`. */
  readonly from: string;
}

export interface Looked {
  readonly password: Password | null;
  /** Why a password file was passed over. */
  readonly findings: readonly Finding[];
}

const LIMIT = 1024 * 1024;
const OTHERS = 0o077;
const FROM = {
  conninfo: 'the connection string',
  service: 'the service file',
  env: 'PGPASSWORD',
  default: 'the settings',
};

/**
 * The password that libpq would send to this server, without asking anybody: the settings', else the password file's.
 * A password file that others may read is passed over, as libpq does.
 * Sources: `pqConnectOptions2` and `passwordFromFile` in fe-connect.c.
 */
export function findPassword(host: Host, settings: Settings, spec: HostSpec): Looked {
  const given = settings.get('password');
  if (given?.value) return { password: { value: given.value, from: FROM[given.origin] }, findings: [] };
  const path = passfilePath(host, settings);
  if (path === null) return { password: null, findings: [] };
  const text = readPassfile(host, path);
  if (typeof text !== 'string') return { password: null, findings: text === null ? [] : [text] };
  const question = {
    host: spec.host ?? spec.hostaddr ?? '',
    port: String(spec.port ?? ''),
    dbname: settings.get('dbname')?.value ?? '',
    user: settings.get('user')?.value ?? '',
  };
  const value = passwordFromText(text, question, likelyBuild(host));
  return { password: value ? { value, from: `the password file ${path}` } : null, findings: [] };
}

/** `passfile`, else `~/.pgpass`, on Windows `%APPDATA%\postgresql\pgpass.conf`; null where no home is known. */
function passfilePath(host: Host, settings: Settings): string | null {
  const named = settings.get('passfile')?.value;
  if (named) return host.path.resolve(host.cwd, named);
  const home = libpqHome(host);
  return home === null ? null : host.path.join(home, host.platform === 'win32' ? 'pgpass.conf' : '.pgpass');
}

/** null where there is none. */
function readPassfile(host: Host, path: string): string | Finding | null {
  try {
    const facts = host.files.lookThrough(path);
    if (facts === null) return null;
    if (facts.kind !== 'file') return ignored(path, 'is not a plain file');
    if (host.platform !== 'win32' && (facts.mode & OTHERS) !== 0) {
      const way = help('make it yours alone', [['chmod', '600', path]]);
      return ignored(path, 'has group or world access', way);
    }
    return Buffer.from(host.files.read(path, LIMIT)).toString('utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return ignored(path, `cannot be read (${errno})`);
  }
}

const ignored = (path: string, why: string, ...ways: readonly ReturnType<typeof help>[]): Finding =>
  finding('passfile-ignored', `the password file ${path} ${why}, so it is not used`, {
    notes: ['libpq passes such a file over, too'],
    help: ways,
  });

/** What the server asks for, as the probe saw it. */
export interface Asked {
  /** In require_auth's words, or `ok`. */
  readonly method: string;
  readonly mechanisms: readonly string[];
}

const BY_PASSWORD: readonly string[] = ['password', 'md5', 'scram-sha-256'];

/**
 * The password for a server that asks for one, from where libpq takes it or else from the person at the terminal; null
 * where it asks for none.
 *
 * @throws PgRootCertError `login-failed` where there is none, or where the server asks for what only libpq can do
 */
export async function passwordFor(
  host: Host,
  settings: Settings,
  spec: HostSpec,
  { method }: Asked,
): Promise<Looked> {
  if (method === 'ok') return { password: null, findings: [] };
  if (!BY_PASSWORD.includes(method)) {
    throw new PgRootCertError(
      'login-failed',
      `the server asks for a login by ${method}, which audit cannot do`,
      {
        help: ['name a user who logs in by password or certificate'],
      },
    );
  }
  const looked = findPassword(host, settings, spec);
  if (looked.password !== null) return looked;
  const user = settings.get('user');
  const typed = await host.askSecret(
    `Password for user ${user?.secret ? HIDDEN : printable(user?.value ?? '', 63)}: `,
  );
  if (typed) return { ...looked, password: { value: typed, from: 'the terminal' } };
  throw new PgRootCertError('login-failed', 'the server asks for a password, and there is none', {
    help: [
      'write it into ~/.pgpass (see docs: The Password File), set PGPASSWORD, or run this at a terminal',
    ],
    findings: looked.findings,
  });
}
