import type { ClientName, CrlName, RootName } from './parity-pieces.js';
import type { RealName, ScriptedName } from './parity-servers.js';

/** What else a case says: the client's files and settings. */
export interface Client {
  /** What sslrootcert names. Default: a file that is not there. */
  readonly root?: RootName;
  /** What sslcrl names. Default: a file that is not there. */
  readonly crl?: CrlName;
  /** What sslcert and sslkey name. Default: files that are not there. */
  readonly client?: ClientName;
  /** Default: `localhost`. */
  readonly host?: string;
  /** Default: `127.0.0.1`; null: not given. */
  readonly hostaddr?: string | null;
  /** More of the conninfo. PORT and CLOSED stand for the server's port and for one where nobody listens. */
  readonly more?: string;
  /** The majors that it is asked of, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Asked only of a libpq with this OpenSSL: the other says it in other words. */
  readonly openSsl?: '1.1.1' | '3';
  /** The files lie in ~/.postgresql and HOME leads there; libpq before 15 would not look. */
  readonly byHome?: true;
}

type Mode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export interface Combination {
  readonly title: string;
  readonly server: RealName | `scripted:${ScriptedName}`;
  readonly sslmode: Mode;
  readonly client: Client;
}

const MODES = {
  all: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
  tls: ['require', 'verify-ca', 'verify-full'],
  opt: ['allow', 'prefer'],
  prefer: ['prefer'],
  require: ['require'],
  ca: ['verify-ca'],
  full: ['verify-full'],
  names: ['verify-ca', 'verify-full'],
  some: ['prefer', 'require', 'verify-full'],
  weak: ['disable', 'allow', 'prefer', 'require'],
} as const satisfies Record<string, readonly Mode[]>;

type Line = readonly [server: Combination['server'], modes: keyof typeof MODES, client?: Client];
const byName = (host: string): Client => ({ root: 'root', host });
const byIp: Client = { root: 'root', host: '127.0.0.1', hostaddr: null };

/** A line is a case: the server, the sslmodes that it is asked with, and what the client has. */
const LINES: readonly Line[] = [
  // What the server shows, against what is in root.crt.
  ['plain', 'all', { root: 'root' }],
  ['plain', 'all'],
  ['plain', 'all', { root: 'other' }],
  ['plain', 'some', { root: 'both' }],
  ['plain', 'some', { root: 'impostor' }],
  ['plain', 'ca', { root: 'impostorAndRoot' }],
  ['plain', 'some', { root: 'expiredRoot' }],
  ['plain', 'ca', { root: 'expiredTwin' }],
  ['plain', 'ca', { root: 'interOnly' }],
  ['plain', 'some', { root: 'leafOnly' }],
  ['plain', 'ca', { root: 'twice' }],
  ['plain', 'ca', { root: 'crlf' }],
  ['plain', 'ca', { root: 'comments' }],
  ['plain', 'ca', { root: 'withKey' }],
  ['plain', 'ca', { root: 'noLastNewline' }],
  ['plain', 'all', { root: 'empty' }],
  ['plain', 'some', { root: 'text' }],
  ['plain', 'some', { root: 'der' }],
  ['plain', 'some', { root: 'badBase64' }],
  ['plain', 'require', { root: 'joined' }],
  ['plain', 'require', { root: 'cutOff', openSsl: '3' }],
  ['plain', 'require', { root: 'utf16' }],
  ['plain', 'require', { root: 'folder' }],
  ['viaInter', 'tls', { root: 'root' }],
  ['viaInter', 'ca', { root: 'interAndRoot' }],
  ['viaInter', 'ca', { root: 'interOnly' }],
  ['viaInter', 'ca', { root: 'other' }],
  ['interNotSent', 'some', { root: 'root' }],
  ['interNotSent', 'ca', { root: 'interAndRoot' }],
  ['interNotSent', 'ca', { root: 'interOnly' }],
  ['rootSent', 'ca', { root: 'root' }],
  ['rootSent', 'ca', { root: 'other' }],
  ['mixedUp', 'ca', { root: 'root' }],
  ['deep', 'ca', { root: 'root' }],
  ['tooDeep', 'ca', { root: 'root' }],
  ['expired', 'all', { root: 'root' }],
  ['expired', 'require'],
  ['future', 'some', { root: 'root' }],
  ['expiredInter', 'ca', { root: 'root' }],
  ['byNoCa', 'ca', { root: 'root' }],
  ['byNoSigner', 'ca', { root: 'root' }],
  ['wrongSignature', 'some', { root: 'root' }],
  ['wrongRsaSignature', 'ca', { root: 'rsaRoot' }],
  ['ecForRsaSignature', 'ca', { root: 'rsaRoot', openSsl: '3' }],
  ['selfSigned', 'some', { root: 'root' }],
  ['selfSigned', 'full', { root: 'selfSigned', openSsl: '3' }],
  ['selfSignedPlain', 'full', { root: 'selfSignedPlain' }],
  ['selfSignedCa', 'ca', { root: 'selfSignedCa' }],
  ['byVersion1', 'ca', { root: 'version1' }],
  ['bySha1Root', 'ca', { root: 'sha1Root' }],
  ['bySelfSignedNoCa', 'ca', { root: 'notCa' }],
  ['forServers', 'ca', { root: 'root' }],
  ['forClients', 'some', { root: 'root' }],
  ['rsa', 'full', { root: 'root' }],
  ['p384', 'full', { root: 'root' }],

  // The files where libpq looks unasked.
  ['plain', 'all', { root: 'root', byHome: true }],
  ['plain', 'tls', { byHome: true }],
  ['plain', 'some', { root: 'empty', byHome: true }],
  ['plain', 'ca', { root: 'root', crl: 'revoked', byHome: true }],
  ['wantsCert', 'require', { root: 'root', client: 'postgres', byHome: true }],

  // Host names.
  ['plain', 'names', byName('db.example.org')],
  ['plain', 'names', byName('other.example.org')],
  ['plain', 'full', byIp],
  ['plain', 'full', { root: 'root', host: '' }],
  ['wildcard', 'full', byName('db.example.org')],
  ['wildcard', 'full', byName('a.db.example.org')],
  ['wildcard', 'full', byName('example.org')],
  ['wildcardInCn', 'full', byName('db.example.org')],
  ['partWildcard', 'full', byName('db.example.org')],
  ['cnOnly', 'full', byName('localhost')],
  ['cnAndOtherDns', 'full', byName('localhost')],
  ['cnAndIp', 'full', byName('localhost')],
  ['cnAndIp', 'full', byIp],
  ['ipOnly', 'full', byIp],
  ['ipOnly', 'full', byName('localhost')],
  ['ipAsDns', 'full', byIp],
  ['ipInCn', 'full', byIp],
  ['ipInCnWithDns', 'full', byIp],
  ['v6', 'full', { root: 'root', host: '::1', hostaddr: null }],
  ['manyNames', 'full', byName('d.example.org')],
  ['twoNames', 'full', byName('c.example.org')],
  ['oneName', 'full', byName('c.example.org')],
  ['upperCase', 'full', byName('db.example.org')],
  ['upperCase', 'full', byName('DB.EXAMPLE.org')],
  ['withDot', 'full', byName('db.example.org')],
  ['withDot', 'full', byName('db.example.org.')],
  ['withNul', 'full', byName('db.example.org')],
  ['noName', 'full', byName('db.example.org')],
  ['twoCns', 'full', byName('db.example.org')],
  ['twoCns', 'full', byName('first.example.org')],

  // Revocation.
  ['plain', 'tls', { root: 'root', crl: 'root' }],
  ['plain', 'some', { root: 'root', crl: 'foreign' }],
  ['plain', 'some', { root: 'root', crl: 'revoked' }],
  ['plain', 'ca', { root: 'root', crl: 'expired' }],
  ['plain', 'ca', { root: 'root', crl: 'future' }],
  ['plain', 'ca', { root: 'root', crl: 'expiredAndCurrent' }],
  ['plain', 'ca', { root: 'root', crl: 'wrongSignature' }],
  ['plain', 'ca', { root: 'root', crl: 'revokedDer' }],
  ['plain', 'ca', { root: 'root', crl: 'empty' }],
  ['plain', 'ca', { root: 'root', crl: 'text' }],
  ['plain', 'ca', { root: 'root', crl: 'folder' }],
  ['plain', 'require', { crl: 'revoked' }],
  ['viaInter', 'ca', { root: 'root', crl: 'root' }],
  ['viaInter', 'ca', { root: 'root', crl: 'inter' }],
  ['viaInter', 'tls', { root: 'root', crl: 'all' }],
  ['viaInter', 'ca', { root: 'root', crl: 'revokedByInter' }],

  // Client certificates.
  ['wantsCert', 'all', { root: 'root', client: 'postgres' }],
  ['wantsCert', 'some'],
  ['wantsCert', 'require', { client: 'somebody' }],
  ['wantsCert', 'some', { client: 'foreign', since: 15 }],
  ['wantsCert', 'require', { client: 'expired', since: 15 }],
  ['wantsCert', 'require', { client: 'viaInter' }],
  ['wantsCert', 'require', { client: 'rsa' }],
  ['wantsCert', 'some', { root: 'root', client: 'wrongKey' }],
  ['wantsCert', 'some', { root: 'root', client: 'noKey' }],
  ['wantsCert', 'require', { client: 'openKey' }],
  ['wantsCert', 'require', { client: 'groupKey' }],
  ['wantsCert', 'require', { client: 'derKey' }],
  ['wantsCert', 'require', { client: 'lockedKey', more: 'sslpassword=secret', since: 13 }],
  ['wantsCert', 'require', { client: 'lockedKey', more: 'sslpassword=wrong', since: 13 }],
  ['wantsCert', 'require', { client: 'emptyCert' }],
  ['wantsCert', 'require', { client: 'textCert' }],
  ['wantsCert', 'require', { client: 'derCert' }],
  ['wantsCert', 'require', { client: 'textKey', openSsl: '3' }],
  ['wantsCert', 'full', { root: 'empty', client: 'noKey' }],
  ['wantsCert', 'ca', { root: 'other', client: 'postgres' }],
  ['wantsCertOrPlain', 'opt'],
  ['wantsCertOrPlain', 'opt', { client: 'foreign', since: 15 }],
  ['wantsCertOrPlain', 'opt', { client: 'noKey' }],
  ['wantsOwnCert', 'require', { client: 'postgres' }],
  ['wantsOwnCert', 'require', { client: 'somebody' }],
  ['wantsCertByTls12', 'some', { client: 'foreign' }],
  ['wantsCertByTls12', 'require', { client: 'postgres' }],
  ['wantsCertByTls12', 'ca', { root: 'other', client: 'foreign' }],
  ['asksForCert', 'require', { client: 'noKey' }],
  ['asksForCert', 'require', { client: 'noKey', more: 'sslcertmode=disable', since: 16 }],
  ['asksForCert', 'require', { client: 'postgres', more: 'sslcertmode=require', since: 16 }],
  ['asksForCert', 'require', { more: 'sslcertmode=require', since: 16 }],
  ['plain', 'require', { client: 'postgres', more: 'sslcertmode=require', since: 16 }],
  ['eitherWay', 'weak', { client: 'postgres', more: 'sslcertmode=require', since: 16 }],

  // With and without TLS.
  ['eitherWay', 'all', { root: 'root' }],
  ['eitherWayExpired', 'all', { root: 'root' }],
  ['noTls', 'all', { root: 'root' }],
  ['noTlsClosed', 'weak'],
  ['plainOnly', 'all', { root: 'root' }],
  ['rejected', 'all', { root: 'root' }],
  ['otherUsers', 'all', { root: 'root' }],
  ['scram', 'all', { root: 'root' }],

  // TLS versions.
  ['tls12', 'some', { more: 'ssl_min_protocol_version=TLSv1.3', since: 13 }],
  ['tls13', 'some', { more: 'ssl_max_protocol_version=TLSv1.2', since: 13 }],
  ['tls13', 'require', { more: 'ssl_min_protocol_version=TLSv1.1 ssl_max_protocol_version=tlsv1.2', since: 13 }],
  ['tls12', 'require', { more: 'ssl_max_protocol_version=TLSv1.2', since: 13 }],
  ['tls13', 'require', { more: 'ssl_min_protocol_version=TLSv1.3', since: 13 }],

  // Direct TLS.
  ['plain', 'all', { root: 'root', more: 'sslnegotiation=direct', since: 17 }],
  ['plain', 'tls', { root: 'other', more: 'sslnegotiation=direct', since: 17 }],
  ['eitherWay', 'require', { more: 'sslnegotiation=postgres', since: 17 }],

  // Where the server is.
  ['plain', 'some', { root: 'root', hostaddr: null }],
  ['plain', 'some', { root: 'root', more: 'port=CLOSED' }],
  ['plain', 'require', { host: 'localhost', hostaddr: null, more: 'port=CLOSED' }],
  ['plain', 'require', { host: '127.0.0.1', hostaddr: null, more: 'port=CLOSED' }],
  ['plain', 'require', { host: '', hostaddr: '127.0.0.1', more: 'port=CLOSED' }],
  ['plain', 'some', { root: 'root', host: 'a.example.org,localhost', hostaddr: '127.0.0.1,127.0.0.1', more: 'port=CLOSED,PORT' }],
  ['plain', 'some', { root: 'other', host: 'a.example.org,localhost', hostaddr: '127.0.0.1,127.0.0.1', more: 'port=CLOSED,PORT' }],
  ['plain', 'some', { root: 'other', host: 'localhost,localhost', hostaddr: '127.0.0.1,127.0.0.1', more: 'port=PORT,PORT' }],
  ['plain', 'require', { hostaddr: '127.0.0.1,127.0.0.1', host: 'a,b', more: 'port=CLOSED,CLOSED' }],
  ['plain', 'require', { hostaddr: '127.0.0.1,127.0.0.1', host: 'a,b', more: 'port=0,PORT' }],
  ['scripted:starting', 'prefer', { hostaddr: '127.0.0.1,127.0.0.1', host: 'a,b', more: 'port=PORT,CLOSED' }],
  ['plain', 'require', { host: 'no-such-host.invalid', hostaddr: null }],
  ['plain', 'require', { host: 'localhost', hostaddr: 'not-an-address' }],
  ['plain', 'all', { host: 'SOCKET', hostaddr: null, root: 'empty' }],
  ['rejected', 'all', { host: 'SOCKET', hostaddr: null }],
  ['plain', 'require', { host: '/no/such/folder', hostaddr: null }],
  ['plain', 'full', { host: 'SOCKET,localhost', hostaddr: null, root: 'root', more: 'port=CLOSED,PORT' }],

  // Servers that are none, or ill.
  ['scripted:closes', 'all'],
  ['scripted:closesAfterNo', 'all'],
  ['scripted:garbage', 'some'],
  ['scripted:http', 'some'],
  ['scripted:errorAtOnce', 'all'],
  ['scripted:saysYesAndTalks', 'some'],
  ['scripted:saysYesAndCloses', 'some'],
  ['scripted:injects', 'some'],
  ['scripted:injectsAfterNo', 'some'],
  ['scripted:tls', 'tls', { root: 'root' }],
  ['scripted:tls', 'require', { more: 'sslnegotiation=direct', since: 17 }],
  ['scripted:tlsThenCut', 'some'],
  ['scripted:tlsThenGoodbye', 'some'],
  ['scripted:tlsThenGarbage', 'some'],
  ['scripted:tlsThenError', 'weak'],
  ['scripted:silent', 'require', { more: 'connect_timeout=2' }],
  ['scripted:starting', 'weak'],
  ['scripted:hinting', 'weak'],
  ['scripted:wordy', 'prefer'],
  ['scripted:oldError', 'opt'],
  ['scripted:notice', 'prefer'],
  ['scripted:longRequest', 'prefer'],
  ['scripted:shortRequest', 'prefer'],
  ['scripted:longError', 'prefer'],
];

const titleOf = ([server, , client = {}]: Line, sslmode: Mode): string => {
  const said = Object.entries(client).map(([name, value]) => `${name}: ${value}`);
  return [server, sslmode, ...said].join(', ');
};

/** Every line with each of its sslmodes. */
export const COMBINATIONS: readonly Combination[] = LINES.flatMap((line) =>
  MODES[line[1]].map((sslmode) => ({ title: titleOf(line, sslmode), server: line[0], sslmode, client: line[2] ?? {} })),
);
