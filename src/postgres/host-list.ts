import type { LibpqBuild } from './libpq-build.js';
import { HIDDEN } from './refusal.js';
import type { Settings } from './setting.js';

/** One server that libpq would try. */
export interface HostSpec {
  /** The name or address, or the socket's folder; null where only hostaddr is given. */
  readonly host: string | null;
  /** The address to connect to; null where `host` is to be looked up. */
  readonly hostaddr: string | null;
  /** True if `host` may hold a part of a password: not to be shown. */
  readonly secret: boolean;
  /** True if nothing names a host, so that libpq takes its default. */
  readonly isDefault: boolean;
  /** True if it is a Unix socket, which never uses TLS. */
  readonly unixSocket: boolean;
  /** 1 to 65535; null where libpq refuses the port. */
  readonly port: number | null;
  /** What libpq says of the port; null where it is right. */
  readonly problem: PortProblem | null;
}

export interface PortProblem {
  readonly libpqMessage: string;
  /** True if libpq gives up at once; false if it goes on with the next host. */
  readonly fatal: boolean;
}

const DEFAULT_PORT = 5432;

/**
 * A decimal number as libpq takes it for an option, white space around it allowed; null where it refuses it.
 * Source: `pqParseIntParam` in fe-connect.c.
 */
export function parseIntParam(value: string): number | null {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+[ \t\n\v\f\r]*$/.test(value)) return null;
  const number = Number(value.trim());
  return number >= -(2 ** 31) && number < 2 ** 31 ? number : null;
}

/** A parameter's elements; null where it is not given or empty. */
function elements(settings: Settings, name: string): readonly string[] | null {
  const value = settings.get(name)?.value ?? '';
  return value === '' ? null : value.split(',');
}

/** What libpq says where hosts, addresses and ports are not as many. Source: `pqConnectOptions2`, fe-connect.c. */
export function hostCountProblem(settings: Settings): string | null {
  const addresses = elements(settings, 'hostaddr');
  const hosts = elements(settings, 'host');
  const ports = elements(settings, 'port');
  const count = (addresses ?? hosts ?? [null]).length;
  if (hosts !== null && hosts.length !== count) {
    return `could not match ${hosts.length} host names to ${count} hostaddr values`;
  }
  if (ports !== null && ports.length !== 1 && ports.length !== count) {
    return `could not match ${ports.length} port numbers to ${count} hosts`;
  }
  return null;
}

function portOf(text: string, shown: string): Pick<HostSpec, 'port' | 'problem'> {
  if (text === '') return { port: DEFAULT_PORT, problem: null };
  const port = parseIntParam(text);
  if (port === null) {
    const libpqMessage = `invalid integer value "${shown}" for connection option "port"`;
    return { port: null, problem: { libpqMessage, fatal: true } };
  }
  if (port < 1 || port > 65535) {
    return { port: null, problem: { libpqMessage: `invalid port number: "${shown}"`, fatal: false } };
  }
  return { port, problem: null };
}

function isSocketFolder(host: string, build: LibpqBuild, major: number): boolean {
  if (build.windows && /^(?:[a-z]:)?[\\/]/i.test(host)) return true;
  return host.startsWith('/') || (major >= 14 && host.startsWith('@'));
}

/**
 * The servers that libpq would try, in its order, from settings whose counts match.
 * Sources: `pqConnectOptions2` and `PQconnectPoll` in fe-connect.c.
 */
export function hostsOf(
  settings: Settings,
  { build, major }: { build: LibpqBuild; major: number },
): readonly HostSpec[] {
  const addresses = elements(settings, 'hostaddr');
  const hosts = elements(settings, 'host');
  const ports = elements(settings, 'port') ?? [''];
  const secret = settings.get('host')?.secret ?? false;
  const hidden = settings.get('port')?.secret ?? false;
  return (addresses ?? hosts ?? ['']).map((_, index) => {
    const hostaddr = addresses?.[index] || null;
    const named = hosts?.[index] || null;
    const host = named ?? (hostaddr === null ? (build.socketFolder ?? 'localhost') : null);
    const port = ports[ports.length === 1 ? 0 : index] ?? '';
    const unixSocket = hostaddr === null && host !== null && isSocketFolder(host, build, major);
    const isDefault = named === null && hostaddr === null;
    return { host, hostaddr, secret, isDefault, unixSocket, ...portOf(port, hidden ? HIDDEN : port) };
  });
}
