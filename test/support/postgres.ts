import { execFile } from 'node:child_process';
import { chown, cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Major, nativeFolder } from './parts.js';
import { RunningServer } from './postgres-process.js';

/** PEM texts. `cert` is the leaf and whatever intermediates the server shall send. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Asks the clients for certificates of these CAs. */
  readonly ca?: string;
  readonly crl?: string;
}

export interface ServerSettings {
  /** null: the server answers SSLRequest with no. */
  readonly tls: ServerTls | null;
  /** Lines of pg_hba.conf. Default: anybody over TLS, and over the Unix socket. */
  readonly hba?: readonly string[];
  /** More of postgresql.conf, such as `ssl_min_protocol_version`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface ServerOptions extends ServerSettings {
  /** Default: '18'. */
  readonly major?: Major;
  /** The user postgres then needs it, by SCRAM. Default: trust. */
  readonly password?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** Listens on 127.0.0.1, on ::1 where the machine has it, and on a Unix socket. User and database: postgres. */
export interface PostgresServer {
  readonly port: number;
  readonly listensOnIpv6: boolean;
  readonly socketFolder: string;
  logs(): string;
  /** New connections meet the new settings once it resolves. Throws, with the server's words, if it keeps the old. */
  reload(change: Partial<ServerSettings>): Promise<void>;
  swapCertificate(tls: ServerTls): Promise<void>;
  /** Ends the server and removes its files; a second call does nothing. */
  stop(): Promise<void>;
}

/** The user nobody: postgres refuses to run as root, and a user postgres isn't everywhere. */
const UNPRIVILEGED = 65_534;
const isRoot = process.getuid?.() === 0;
const asServerUser = isRoot
  ? ['setpriv', `--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups']
  : [];
const serverEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * A new cluster in a temporary folder, served by a real postgres. Once it serves, both go when this process does,
 * whatever ends it. Throws where that major is not installed, and with the server's log where it doesn't start.
 */
export async function startPostgres(options: ServerOptions): Promise<PostgresServer> {
  const major = options.major ?? '18';
  let native = nativeFolder(major);
  if (native === null) throw new Error(`PostgreSQL ${major} is not here; ask available() first`);

  const folder = await mkdtemp(join(tmpdir(), 'pg-server-'));
  const cluster = new Cluster(folder, options);
  const port = options.port ?? (await freePort());
  try {
    if (isRoot) await chown(folder, UNPRIVILEGED, UNPRIVILEGED);
    if (isRoot && !(await isOpenToAll(native))) {
      await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
      native = join(folder, 'native');
    }
    await cluster.init([...asServerUser, join(native, 'bin', 'initdb')], options.password);
    await cluster.configure({}, port);
    const command = [...asServerUser, join(native, 'bin', 'postgres'), '-D', cluster.data];
    const server = new RunningServer(command, folder, serverEnv);
    try {
      await server.logged('database system is ready to accept connections', 30_000);
      if (server.logs().includes('could not bind IPv4')) throw new Error(server.logs());
    } catch (error) {
      await server.stop();
      throw error;
    }
    return control(cluster, server, port);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function control(cluster: Cluster, server: RunningServer, port: number): PostgresServer {
  const reload = async (change: Partial<ServerSettings>): Promise<void> => {
    await cluster.configure(change, port);
    await server.reload(port);
  };
  return {
    port,
    listensOnIpv6: server.logs().includes(`listening on IPv6 address "::1", port ${port}`),
    socketFolder: cluster.folder,
    logs: () => server.logs(),
    reload,
    swapCertificate: (tls) => reload({ tls }),
    stop: () => server.stop(),
  };
}

/** The files of one server. */
class Cluster {
  readonly data: string;
  private settings: ServerSettings;
  private readonly method: 'trust' | 'scram-sha-256';

  constructor(
    readonly folder: string,
    options: ServerOptions,
  ) {
    this.data = join(folder, 'data');
    this.settings = options;
    this.method = options.password === undefined ? 'trust' : 'scram-sha-256';
  }

  async init(initdb: readonly string[], password: string | undefined): Promise<void> {
    const [file = '', ...args] = initdb;
    const passwordFile = join(this.folder, 'password');
    if (password !== undefined) await this.write(passwordFile, `${password}\n`);
    const login = [`--auth=${this.method}`, ...(password === undefined ? [] : [`--pwfile=${passwordFile}`])];
    const make = [
      '--username=postgres',
      '--no-sync',
      '--no-locale',
      '--encoding=UTF8',
      `--pgdata=${this.data}`,
    ];
    await promisify(execFile)(file, [...args, ...make, ...login], { env: serverEnv, cwd: this.folder });
  }

  async configure(change: Partial<ServerSettings>, port: number): Promise<void> {
    this.settings = { ...this.settings, ...change };
    const { tls, settings } = this.settings;
    const files = {
      ssl_cert_file: tls?.cert,
      ssl_key_file: tls?.key,
      ssl_ca_file: tls?.ca,
      ssl_crl_file: tls?.crl,
    };
    const fileSettings: Record<string, string> = {};
    for (const [name, pem] of Object.entries(files)) {
      if (pem !== undefined) await this.write(join(this.data, `${name}.pem`), pem);
      fileSettings[name] = pem === undefined ? '' : `${name}.pem`;
    }
    const conf = {
      listen_addresses: '127.0.0.1,::1',
      port: String(port),
      unix_socket_directories: this.folder,
      fsync: 'off',
      shared_buffers: '4MB',
      max_connections: '50',
      ssl: tls === null ? 'off' : 'on',
      ...fileSettings,
      ...settings,
    };
    const lines = Object.entries(conf).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    await this.write(join(this.data, 'postgresql.conf'), lines.join(''));
    const hba = this.settings.hba ?? [
      `hostssl all all 127.0.0.1/32 ${this.method}`,
      `hostssl all all ::1/128 ${this.method}`,
      `local all all ${this.method}`,
    ];
    await this.write(join(this.data, 'pg_hba.conf'), `${hba.join('\n')}\n`);
  }

  private async write(path: string, text: string): Promise<void> {
    await writeFile(path, text, { mode: 0o600 });
    if (isRoot) await chown(path, UNPRIVILEGED, UNPRIVILEGED);
  }
}

/** Whether the server's user can get there: a checkout in root's home is closed to it. */
async function isOpenToAll(path: string): Promise<boolean> {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
  }
  return true;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
