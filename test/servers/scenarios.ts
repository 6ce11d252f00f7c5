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

const known = { site: 'current' } as const;

/** Every code that the doctor can find, and how it comes about. */
export const SCENARIOS: readonly Scenario[] = [
  // root.crt
  ['root-crt-missing', 'of a known root', 'plain', { root: 'missing', ...known }],
  ['root-crt-missing', 'of an unknown root', 'plain', { root: 'missing', also: 'unknown-ca' }],
  ['root-crt-missing', 'verify-ca', 'plain', { root: 'missing', mode: 'verify-ca', ...known }],
  ['root-crt-missing', 'where sslrootcert says', 'plain', { more: 'sslrootcert=HOME/nowhere.crt', ...known }],
  ['root-crt-unreadable', 'of another user', 'plain', { modes: { '.postgresql/root.crt': 0 }, as: 'nobody' }],
  ['root-crt-unparsable', 'a folder', 'plain', { root: 'folder' }],
  ['root-crt-unparsable', 'empty', 'plain', { root: 'empty' }],
  ['root-crt-unparsable', 'DER', 'plain', { root: 'der' }],
  ['root-crt-unparsable', 'DER, sslmode=require', 'plain', { root: 'der', mode: 'require' }],
  ['root-crt-unparsable', 'some text', 'plain', { root: 'text' }],
  ['root-crt-unparsable', 'bad base64', 'plain', { root: 'badBase64' }],
  ['root-crt-unparsable', 'UTF-16', 'plain', { root: 'utf16' }],
  ['root-crt-unparsable', 'joined without a line end', 'plain', { root: 'joined' }],
  ['root-crt-permissions', 'the file', 'plain', { modes: { '.postgresql/root.crt': 0o666 } }],
  ['root-crt-permissions', 'the folder', 'plain', { modes: { '.postgresql': 0o777 } }],
  ['root-crt-no-root', 'an intermediate only', 'viaInter', { root: 'interOnly', ...known }],
  ['root-crt-no-root', 'the server certificate only', 'plain', { root: 'leafOnly', also: 'unknown-ca' }],
  ['root-expired', 'the root in use', 'plain', { root: 'expiredRoot' }],
  ['root-expiring', 'the root in use', 'bySoon', { root: 'soon' }],
  ['root-not-yet-valid', 'the root in use', 'plain', { root: 'future' }],
  ['root-retired', 'by a site', 'plain', { site: 'retired' }],

  // Revocation lists, the client certificate and its key.
  ['crl-not-loaded', 'DER', 'plain', { crl: 'revokedDer' }],
  ['crl-not-loaded', 'empty', 'plain', { crl: 'empty' }],
  ['crl-not-loaded', 'some text', 'plain', { crl: 'text' }],
  ['crl-not-loaded', 'named, but not there', 'plain', { more: 'sslcrl=HOME/nowhere.crl' }],
  ['crl-expired', 'ended', 'plain', { crl: 'expired' }],
  ['crl-expired', 'ended, sslmode=require', 'plain', { crl: 'expired', mode: 'require' }],
  ['crl-expired', 'not begun', 'plain', { crl: 'future' }],
  ['crl-incomplete', 'of another authority', 'plain', { crl: 'foreign' }],
  ['crl-incomplete', "only the root's", 'viaInter', { crl: 'root' }],
  ['crl-incomplete', "only the intermediate's", 'viaInter', { crl: 'inter' }],
  ['crl-incomplete', 'with a wrong signature', 'plain', { crl: 'wrongSignature' }],
  ['client-cert-unreadable', 'an empty certificate', 'wantsCert', { client: 'emptyCert' }],
  ['client-cert-unreadable', 'some text', 'wantsCert', { client: 'textCert' }],
  ['client-cert-unreadable', 'DER', 'wantsCert', { client: 'derCert' }],
  ['client-key-permissions', 'others may read it', 'wantsCert', { client: 'openKey' }],
  ['client-key-permissions', 'a server that wants none', 'plain', { client: 'openKey' }],
  ['client-key-mismatch', "another certificate's", 'wantsCert', { client: 'wrongKey' }],
  ['client-key-missing', 'none there', 'wantsCert', { client: 'noKey' }],
  ['client-key-missing', 'a server that wants none', 'plain', { client: 'noKey' }],
  ['client-cert-expired', 'an expired one', 'wantsCert', { client: 'expired' }],
  [
    'permission-denied',
    'a closed folder',
    'plain',
    {
      more: 'sslrootcert=HOME/root.crt sslcert=HOME/closed/a.crt sslkey=HOME/closed/a.key',
      files: { 'root.crt': CAS.root.pem, 'closed/a.crt': '' },
      modes: { closed: 0 },
      as: 'nobody',
    },
  ],

  // Settings.
  ['settings-refused', 'an unknown value', 'plain', { mode: 'bogus' }],
  ['settings-refused', 'an unknown option', 'plain', { more: 'sslmoode=require' }],
  ['settings-refused', 'an open quote', 'plain', { more: "application_name='x" }],
  ['settings-refused', 'a service that is not there', 'plain', { more: 'service=nowhere' }],
  [
    'settings-refused',
    'weak mode with sslrootcert=system',
    'plain',
    { mode: 'require', more: 'sslrootcert=system' },
  ],
  [
    'env-overrides-root-crt',
    'to a good file',
    'plain',
    { env: { PGSSLROOTCERT: 'HOME/other.crt' }, files: { 'other.crt': CAS.root.pem } },
  ],
  [
    'env-overrides-root-crt',
    'to one that is not there',
    'plain',
    { env: { PGSSLROOTCERT: 'HOME/other.crt' }, also: 'root-crt-missing', ...known },
  ],
  [
    'service-overrides-root-crt',
    'PGSERVICE',
    'plain',
    {
      env: { PGSERVICE: 'ours' },
      files: { '.pg_service.conf': '[ours]\nsslrootcert=HOME/other.crt\n', 'other.crt': CAS.root.pem },
    },
  ],
  ['home-mismatch', 'HOME is another than the password database says', 'plain'],
  [
    'home-not-found',
    'neither HOME nor an entry',
    'plain',
    { env: { HOME: '' }, as: 'stranger', also: 'unknown-ca' },
  ],
  ['misplaced-root-crt', "by a vendor's page", 'plain', { files: { 'postgresql/root.crt': CAS.root.pem } }],
  ['weak-sslmode', 'disable', 'noTls', { mode: 'disable' }],
  ['weak-sslmode', 'allow', 'plain', { mode: 'allow' }],
  ['weak-sslmode', 'prefer', 'plain', { mode: 'prefer' }],
  ['weak-sslmode', 'the default', 'plain', { mode: null }],
  ['weak-sslmode', 'require', 'plain', { mode: 'require', root: 'missing' }],
  ['weak-sslmode', 'verify-ca', 'plain', { mode: 'verify-ca' }],
  ['weak-sslmode', 'PGSSLMODE', 'plain', { mode: null, env: { PGSSLMODE: 'require' } }],
  [
    'sslrootcert-system-unsupported',
    'libpq 15',
    'plain',
    { more: 'sslrootcert=system', libpq: '15', also: 'unknown-ca' },
  ],
  [
    'libpq-versions-differ',
    'an address in the SAN',
    'ipOnly',
    { host: '127.0.0.1', hostaddr: null, more: 'sslrootcert=HOME/.postgresql/root.crt' },
  ],
  ['require-now-verifies', 'and connects', 'plain', { mode: 'require' }],
  ['require-now-verifies', 'and fails', 'plain', { mode: 'require', root: 'other', also: 'unknown-ca' }],
  [
    'downgraded-to-plaintext',
    'an expired certificate',
    'eitherWayExpired',
    { mode: 'prefer', also: 'server-cert-expired' },
  ],
  [
    'downgraded-to-plaintext',
    'another root',
    'eitherWay',
    { mode: 'prefer', root: 'other', also: 'root-not-trusted', ...known },
  ],
  [
    'downgraded-to-plaintext',
    'an empty root.crt',
    'eitherWay',
    { mode: 'prefer', root: 'empty', also: 'root-crt-unparsable' },
  ],
  [
    'downgraded-to-plaintext',
    'an open key',
    'eitherWay',
    { mode: 'prefer', client: 'openKey', also: 'client-key-permissions' },
  ],

  // Before TLS, and TLS itself.
  ['host-unreachable', 'nobody listens', 'plain', { more: 'port=CLOSED' }],
  ['host-unreachable', 'no such name', 'plain', { host: 'no-such-host.invalid', hostaddr: null }],
  ['host-unreachable', 'silence', 'scripted:silent', { more: 'connect_timeout=2' }],
  ['ssl-not-supported', 'it says no', 'noTls'],
  ['ssl-not-supported', 'it is something else', 'scripted:garbage'],
  ['ssl-not-supported', 'a web server', 'scripted:http'],
  ['ssl-not-supported', 'it closes', 'scripted:closes'],
  ['ssl-not-supported', 'something was slipped in', 'scripted:injects'],
  ['tls-failed', 'closed in the midst', 'scripted:saysYesAndCloses'],
  ['tls-failed', 'direct, but without ALPN', 'scripted:tls', { more: 'sslnegotiation=direct' }],
  [
    'tls-version-mismatch',
    'the server has 1.2 at most',
    'tls12',
    { more: 'ssl_min_protocol_version=TLSv1.3' },
  ],
  ['tls-version-mismatch', 'the server wants 1.3', 'tls13', { more: 'ssl_max_protocol_version=TLSv1.2' }],

  // What the server shows.
  ['root-not-trusted', 'a known root, unsent', 'plain', { root: 'other', ...known }],
  ['root-not-trusted', 'a known root, sent', 'byRootSent', { root: 'other', ...known }],
  ['root-not-trusted', 'by an intermediate', 'viaInter', { root: 'other', ...known }],
  ['root-not-trusted', 'sslmode=require', 'plain', { root: 'other', mode: 'require', ...known }],
  [
    'root-not-trusted',
    "among the system's",
    'plain',
    {
      more: 'sslrootcert=system',
      env: { SSL_CERT_FILE: 'HOME/none.pem' },
      files: { 'none.pem': CAS.other.pem },
      ...known,
    },
  ],
  ['unknown-ca', 'unsent', 'plain', { root: 'other' }],
  ['unknown-ca', 'sent', 'byRootSent', { root: 'other' }],
  ['unknown-ca', 'where a catalogue knows others', 'byOtherSent', known],
  ['impostor-root', 'sent', 'byImpostorSent', known],
  ['impostor-root', 'unsent', 'byImpostor', known],
  ['impostor-root', 'trusted by root.crt', 'byImpostorSent', { root: 'impostor', ...known }],
  ['intermediate-missing', 'the only one', 'interNotSent'],
  ['intermediate-missing', 'sslmode=require', 'interNotSent', { mode: 'require' }],
  ['self-signed-server', 'no CA', 'selfSigned'],
  ['self-signed-server', 'a CA', 'selfSignedCa'],
  ['self-signed-server', 'without extensions', 'selfSignedPlain'],
  ['server-cert-expired', 'its own', 'expired'],
  ['server-cert-expired', "the intermediate's", 'expiredInter'],
  ['server-cert-expired', 'sslmode=require', 'expired', { mode: 'require' }],
  ['server-cert-not-yet-valid', 'its own', 'future'],
  ['server-cert-revoked', 'its own', 'plain', { crl: 'revoked' }],
  ['server-cert-revoked', 'by the intermediate', 'viaInter', { crl: 'revokedByInter' }],
  [
    'server-cert-revoked',
    'by a named list',
    'plain',
    { more: 'sslcrl=HOME/ours.crl', files: { 'ours.crl': CRL_FILES.revoked } },
  ],
  ['server-cert-invalid', 'a wrong signature', 'wrongSignature'],
  ['server-cert-invalid', 'by what is no CA', 'byNoCa'],
  ['server-cert-invalid', 'by what may not sign', 'byNoSigner'],
  ['server-cert-invalid', 'for clients only', 'forClients'],
  ['server-cert-invalid', 'too long a chain', 'tooDeep'],
  ['hostname-mismatch', 'DNS', 'plain', { host: 'other.example.org' }],
  ['hostname-mismatch', 'several names', 'manyNames', { host: 'd.example.org' }],
  ['hostname-mismatch', 'a wildcard for one label only', 'wildcard', { host: 'a.db.example.org' }],
  ['hostname-mismatch', 'a wildcard, its own domain', 'wildcard', { host: 'example.org' }],
  ['hostname-mismatch', 'a wildcard within a label', 'partWildcard', { host: 'db.example.org' }],
  ['hostname-mismatch', 'an address that the SAN lacks', 'cnAndIp', { host: '127.0.0.1', hostaddr: null }],
  ['hostname-mismatch', 'a name, for an address in the SAN', 'ipOnly', { host: 'db.example.org' }],
  ['hostname-mismatch', 'only a CN', 'cnOnly', { host: 'db.example.org' }],
  ['hostname-mismatch', 'the CN, but the SAN has others', 'cnAndOtherDns'],
  ['hostname-mismatch', 'a dot at the end', 'withDot', { host: 'db.example.org' }],
  ['hostname-mismatch', 'no name at all', 'noName'],
  ['hostname-mismatch', 'a NUL', 'withNul', { host: 'db.example.org' }],
  ['hostname-mismatch', 'no host to compare', 'plain', { host: '' }],

  // What the server says.
  ['client-cert-required', 'none there', 'wantsCert'],
  ['client-cert-required', 'TLS 1.2', 'wantsCertByTls12'],
  [
    'client-cert-required',
    'sslcertmode=disable',
    'wantsCert',
    { client: 'postgres', more: 'sslcertmode=disable' },
  ],
  ['client-cert-rejected', 'of another authority', 'wantsCert', { client: 'foreign' }],
  ['client-cert-rejected', 'of another authority, TLS 1.2', 'wantsCertByTls12', { client: 'foreign' }],
  ['client-cert-rejected', 'for another user', 'wantsOwnCert', { client: 'somebody' }],
  ['hba-rejected', 'a line says so', 'rejected'],
  ['hba-rejected', 'no line for the user', 'otherUsers'],
  ['hba-rejected', 'plain text only', 'plainOnly'],
  ['hba-rejected', 'TLS only, sslmode=disable', 'plain', { mode: 'disable' }],
  ['server-refused', 'it cannot make sense of an option', 'plain', { more: 'replication=bogus' }],
  ['server-refused', 'at once', 'scripted:errorAtOnce'],
  ['server-refused', 'after TLS', 'scripted:tlsThenError'],
  ['server-refused', 'a farewell without a word', 'scripted:tlsThenGoodbye'],
];

/** The codes that other commands alone can give. A code is either here or in the table. */
export const NOT_THE_DOCTORS: ReadonlySet<Code> = new Set<Code>([
  // A source of certificates, and the file operations of a change.
  'root-not-a-ca',
  'root-weak',
  'root-not-self-signed',
  'root-signature-invalid',
  'stale-root',
  'download-failed',
  'download-not-a-certificate',
  'fingerprint-mismatch',
  'fingerprint-required',
  'unknown-root',
  'unknown-host',
  'provider-own-ca',
  'certificate-skipped',
  'embedded-copy',
  'catalog-invalid',
  'usage',
  'disk-full',
  'read-only',
  'lock-timeout',
  'unsafe-path',
  'wrong-file-kind',
  'folder-missing',
  'file-too-large',
  'io-error',
  'changed-since',
  'nothing-to-undo',
  'successor-missing',
  'internal-error',
  // A change of root.crt. The doctor itself sees what `prefer` does.
  'prefer-may-fall-back',
  'require-no-longer-verifies',
  'public-root-widens-trust',
]);
