import type { Row } from './login.js';

/** `unix`: by a Unix socket, which needs no TLS. `gss`: encrypted by GSSAPI. */
export type Encryption = 'none' | 'tls' | 'gss' | 'unix';

export interface Session {
  readonly pid: number;
  readonly user: string;
  /** null: a connection for physical replication. */
  readonly database: string | null;
  /** null with a Unix socket. */
  readonly address: string | null;
  readonly application: string;
  /** `client backend`, `walsender`; null before version 10, which does not tell. */
  readonly type: string | null;
  /** ISO 8601, UTC. */
  readonly since: string | null;
  readonly encryption: Encryption;
  readonly tls: Tls | null;
}

export interface Tls {
  /** `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
  readonly bits: number;
  /** The subject of the client's certificate; null where it showed none. */
  readonly clientDn: string | null;
}

export interface Sessions {
  readonly shown: readonly Session[];
  /** So many are there of which the server shows this user no more than that. */
  readonly hidden: number;
}

/** The sessions of clients; what the server runs for itself (workers, launchers) is left out. */
export function readSessions(rows: readonly Row[]): Sessions {
  const hidden = rows.filter((row) => row.hidden === 't');
  const shown = rows.filter((row) => row.hidden !== 't' && row.port !== null).map(readSession);
  return { shown, hidden: hidden.length };
}

/** client_port is -1 for a Unix socket, and null for what is no client ("The Statistics Collector", pg_stat_activity). */
function readSession(row: Row): Session {
  const isUnix = row.port === '-1';
  const encryption = isUnix ? 'unix' : row.ssl === 't' ? 'tls' : row.gss === 't' ? 'gss' : 'none';
  return {
    pid: Number(row.pid),
    user: row.user ?? '',
    database: row.database ?? null,
    address: row.address ?? null,
    application: row.application ?? '',
    type: row.type ?? null,
    since: row.since ?? null,
    encryption,
    tls:
      encryption === 'tls'
        ? {
            version: row.version ?? '',
            cipher: row.cipher ?? '',
            bits: Number(row.bits ?? 0),
            clientDn: row.dn || null,
          }
        : null,
  };
}

/** Sessions alike in everything that the table shows. */
export interface Group {
  readonly count: number;
  readonly first: Session;
}

const ORDER: readonly Encryption[] = ['none', 'tls', 'gss', 'unix'];

/** By user, database, address, application and encryption; plain text first, then the largest. */
export function grouped(sessions: readonly Session[]): readonly Group[] {
  const groups = new Map<string, { count: number; first: Session }>();
  for (const session of sessions) {
    const { user, database, address, application, encryption, tls } = session;
    const key = JSON.stringify([user, database, address, application, encryption, tls?.version, tls?.cipher]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { count: 1, first: session });
    else group.count++;
  }
  const rank = ({ first }: Group): number => ORDER.indexOf(first.encryption);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
}

/** How many sessions there are of each kind. */
export interface Summary {
  readonly total: number;
  readonly plaintext: number;
  readonly tls: number;
  readonly gss: number;
  readonly unix: number;
  readonly hidden: number;
  /** By version: `{ "TLSv1.3": 3 }`. */
  readonly tlsVersions: Readonly<Record<string, number>>;
}

export function summaryOf({ shown, hidden }: Sessions): Summary {
  const count = (encryption: Encryption): number =>
    shown.filter((session) => session.encryption === encryption).length;
  const versions = new Map<string, number>();
  for (const { tls } of shown) {
    if (tls !== null) versions.set(tls.version, (versions.get(tls.version) ?? 0) + 1);
  }
  return {
    total: shown.length + hidden,
    plaintext: count('none'),
    tls: count('tls'),
    gss: count('gss'),
    unix: count('unix'),
    hidden,
    tlsVersions: Object.fromEntries([...versions].sort()),
  };
}
