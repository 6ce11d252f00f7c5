import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeHost } from '../../src/core/node-host.js';
import { userHome } from '../../src/doctor/files.js';
import { gather } from '../../src/doctor/gather.js';
import { verdict } from '../../src/doctor/verdict.js';
import type { Verdict } from '../../src/doctor/verdict-types.js';
import type { LibpqBuild } from '../../src/postgres/libpq-build.js';
import { resolveSettings } from '../../src/postgres/settings.js';
import type { Combination } from './parity-combination.js';
import { CLIENTS, CRL_FILES, ROOT_FILES } from './parity-pieces.js';

/** Where the server of a combination is. */
export interface Place {
  readonly port: number;
  readonly closedPort: number;
  readonly socketFolder: string;
}

/** One question for libpq, and for us. */
export interface Asking {
  readonly conninfo: string;
  readonly env: Readonly<Record<string, string>>;
}

const NOWHERE = '/no/such/folder';

/** Every file of the table, each once, and a home for each case that has its files there. */
export class ClientFolder {
  private readonly homes = new Map<Combination['client'], string>();

  constructor(private readonly folder: string) {
    for (const kind of ['roots', 'crls', 'clients'])
      mkdirSync(path.join(folder, kind, 'folder'), { recursive: true });
    for (const [name, bytes] of Object.entries(ROOT_FILES)) writeFileSync(this.root(name), bytes);
    for (const [name, bytes] of Object.entries(CRL_FILES)) writeFileSync(this.crl(name), bytes);
    for (const name of Object.keys(CLIENTS))
      this.writeClient(name as keyof typeof CLIENTS, this.clientCert(name), this.clientKey(name));
  }

  asking({ client, sslmode }: Combination, place: Place): Asking {
    const {
      root = 'missing',
      crl,
      client: who,
      host = 'localhost',
      hostaddr = '127.0.0.1',
      more = '',
    } = client;
    const settings: Record<string, string> = {
      port: String(place.port),
      user: 'postgres',
      dbname: 'postgres',
    };
    settings.host = host.replace('SOCKET', place.socketFolder);
    if (hostaddr !== null) settings.hostaddr = hostaddr;
    Object.assign(settings, { gssencmode: 'disable', sslmode });
    const system = client.systemRoots && { SSL_CERT_FILE: this.root(client.systemRoots) };
    let home = NOWHERE;
    if (client.byHome) home = this.home(client);
    else {
      settings.sslrootcert = this.root(root);
      settings.sslcrl = crl === undefined ? `${NOWHERE}/root.crl` : this.crl(crl);
      settings.sslcert = who === undefined ? `${NOWHERE}/postgresql.crt` : this.clientCert(who);
      settings.sslkey = who === undefined ? `${NOWHERE}/postgresql.key` : this.clientKey(who);
    }
    const text = Object.entries(settings)
      .map(([name, value]) => `${name}='${value}'`)
      .join(' ');
    const added = more.replaceAll('CLOSED', String(place.closedPort)).replaceAll('PORT', String(place.port));
    return { conninfo: `${text} ${added}`.trim(), env: { HOME: home, ...system } };
  }

  private root = (name: string): string => path.join(this.folder, 'roots', name);
  private crl = (name: string): string => path.join(this.folder, 'crls', name);
  private clientCert = (name: string): string => path.join(this.folder, 'clients', `${name}.crt`);
  private clientKey = (name: string): string => path.join(this.folder, 'clients', `${name}.key`);

  private writeClient(name: keyof typeof CLIENTS, certPath: string, keyPath: string): void {
    const {
      cert,
      key,
      keyMode = 0o600,
    }: { cert: string | Uint8Array; key: string | Uint8Array | null; keyMode?: number } = CLIENTS[name];
    writeFileSync(certPath, cert);
    if (key !== null) writeFileSync(keyPath, key, { mode: keyMode });
  }

  private home(files: Combination['client']): string {
    const made = this.homes.get(files);
    if (made !== undefined) return made;
    const { root, crl, client } = files;
    const home = path.join(this.folder, `home-${this.homes.size}`);
    this.homes.set(files, home);
    const folder = path.join(home, '.postgresql');
    mkdirSync(folder, { recursive: true });
    if (root !== undefined && root in ROOT_FILES) {
      writeFileSync(path.join(folder, 'root.crt'), ROOT_FILES[root as keyof typeof ROOT_FILES]);
    }
    if (crl !== undefined && crl !== 'folder') writeFileSync(path.join(folder, 'root.crl'), CRL_FILES[crl]);
    if (client !== undefined) {
      this.writeClient(client, path.join(folder, 'postgresql.crt'), path.join(folder, 'postgresql.key'));
    }
    return home;
  }
}

/** libpq as the embedded packages build it: no GSSAPI. */
const BUILD: LibpqBuild = { socketFolder: '/tmp', sysconfFolder: null, gssapi: false, windows: false };
const LIMITS = { connectMs: 3000, stepMs: 3000, totalMs: 8000 };

/** `modes` is null where libpq refuses the settings. */
export type OurVerdict = Pick<Verdict, 'connects' | 'libpqMessage'> & {
  readonly modes: Verdict['modes'] | null;
};

/** What the doctor says of the same question, by the rules of that major. */
export async function ourVerdict({ conninfo, env }: Asking, major: number): Promise<OurVerdict> {
  const host = { ...nodeHost(), env };
  const resolved = resolveSettings({
    conninfo,
    host,
    homeFolder: userHome(host, major),
    major,
    build: BUILD,
  });
  if (!resolved.ok) return { connects: false, libpqMessage: resolved.libpqMessage, modes: null };
  return verdict(await gather(host, resolved, { major, limits: LIMITS }));
}
