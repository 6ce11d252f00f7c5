import type { Code } from '../../src/core/codes.js';
import { makeCertificate, type TestCertificate } from '../support/make-certs.js';
import type { LibpqName } from '../support/parts.js';
import type { ServerSettings, ServerTls } from '../support/postgres.js';
import {
  CAS,
  CLIENTS,
  type ClientName,
  CRL_FILES,
  type CrlName,
  days,
  ROOT_FILES,
  type RootName,
} from './parity-pieces.js';
import { type RealName, type ScriptedName, settingsOf } from './parity-servers.js';

const NAMES = ['DNS:localhost', 'DNS:db.example.org'];
const shown = (issuer: TestCertificate, ...sent: readonly TestCertificate[]): ServerTls => {
  const leaf = makeCertificate({ subject: 'localhost', issuer, ca: false, san: NAMES });
  return { cert: [leaf, ...sent].map(({ pem }) => pem).join(''), key: leaf.privateKeyPem };
};
const soon = makeCertificate({ subject: 'Ending Root', notAfter: days(10) });
const future = makeCertificate({ subject: 'Parity Root', key: CAS.root, notBefore: days(2) });

/** Roots that only this table needs. */
const OWN_ROOTS = { soon: soon.pem, future: future.pem } as const;

/** Servers that only this table needs: what they show. */
const OWN_SERVERS = {
  bySoon: shown(soon),
  byImpostor: shown(CAS.impostor),
  byImpostorSent: shown(CAS.impostor, CAS.impostor),
  byRootSent: shown(CAS.root, CAS.root),
  byOtherSent: shown(CAS.other, CAS.other),
} as const satisfies Record<string, ServerTls>;

export type RealServer = RealName | keyof typeof OWN_SERVERS;
export type ServerName = RealServer | `scripted:${ScriptedName}`;

export const serverSettings = (name: RealServer): Required<ServerSettings> =>
  name in OWN_SERVERS
    ? { ...settingsOf('plain'), tls: OWN_SERVERS[name as keyof typeof OWN_SERVERS] }
    : settingsOf(name as RealName);

/** What a scenario says beyond its server. */
export interface Situation {
  /** The error, at most one, that comes with it. */
  readonly also?: Code;
  /** Default: `verify-full`. null: the conninfo does not say. */
  readonly mode?: string | null;
  /** What lies in ~/.postgresql: root.crt (default `root`), root.crl, postgresql.crt and postgresql.key. */
  readonly root?: RootName | keyof typeof OWN_ROOTS;
  readonly crl?: CrlName;
  readonly client?: ClientName;
  /** More files by their path below the home, with mode 0600, and then modes, folders' too. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly host?: string;
  readonly hostaddr?: string | null;
  /** More of the conninfo. HOME, PORT and CLOSED stand for the home, the server's port, and one where nobody listens. */
  readonly more?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A site's catalogue has the root, with this status. */
  readonly site?: 'current' | 'retired';
  /** Default: '18'. */
  readonly libpq?: LibpqName;
  /** Asked as a user without special rights; a `stranger` is not in the password database. */
  readonly as?: 'nobody' | 'stranger';
}

export type Scenario = readonly [code: Code, title: string, server: ServerName, situation?: Situation];

/** A site's catalogue with one root, which its provider needs or needed. */
export function siteCatalog(status: NonNullable<Situation['site']>): string {
  const ids = { current: ['parity'], retired: [] }[status];
  const formerly = { current: [], retired: ['parity'] }[status];
  return JSON.stringify({
    schemaVersion: 1,
    roots: [{ id: 'parity', name: 'Parity Root', sha256: CAS.root.sha256, pem: CAS.root.pem, status }],
    providers: [{ id: 'site', name: 'Our Site', roots: ids, formerly, hosts: ['*.example.org'] }],
  });
}

export const rootBytes = (name: Exclude<NonNullable<Situation['root']>, 'missing' | 'folder'>) =>
  name in OWN_ROOTS ? OWN_ROOTS[name as keyof typeof OWN_ROOTS] : ROOT_FILES[name as keyof typeof ROOT_FILES];
export const crlBytes = (name: Exclude<CrlName, 'folder'>) => CRL_FILES[name];
export const clientFiles = (name: ClientName) => CLIENTS[name];
