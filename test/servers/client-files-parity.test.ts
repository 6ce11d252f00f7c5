import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { isNativeError } from 'node:util/types';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as pkijs from 'pkijs';
import { nodeHost } from '../../src/core/node-host.js';
import type { ClientFiles } from '../../src/doctor/evidence.js';
import { readClientFiles, rootFileRefusal, userHome } from '../../src/doctor/files.js';
import { resolveSettings } from '../../src/postgres/settings.js';
import { encode } from '../../src/x509/asn1.js';
import { parseCertificate } from '../../src/x509/certificate.js';
import { crlFolderName, readCrls } from '../../src/x509/crl.js';
import { decode } from '../../src/x509/decode.js';
import { nameHash } from '../../src/x509/distinguished-name.js';
import { askLibpq } from '../support/libpq.js';
import { makeCertificate, makeKey, type TestCertificate, toPem } from '../support/make-certs.js';
import { available, type LibpqName, partsManifest } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';

/** What lies at a path below the home. Without more it is mode 0600, and whoever asks libpq owns it. */
interface Entry {
  readonly bytes?: string | Uint8Array;
  readonly folder?: boolean;
  readonly link?: string;
  readonly mode?: number;
  readonly ofRoot?: boolean;
}
type Files = Readonly<Record<string, Entry | string | Uint8Array>>;

interface Rest {
  /** Default: the first major that the tests know. */
  readonly since?: number;
  /** OpenSSL 1.1.1 gives this reason instead; null where it sees nothing wrong. */
  readonly openssl111?: string | null;
  /** Not for libpq with OpenSSL 1.1.1, which refuses what 3.0 takes. */
  readonly onlyOpenssl3?: boolean;
  /** libpq with OpenSSL 3 prints uninitialised memory for the reason. */
  readonly garbledBy3?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Only for an unprivileged user; or only where files can be given to root. */
  readonly needs?: 'unprivileged' | 'root';
  /** OpenSSL asks on the terminal, if there is one. */
  readonly asks?: boolean;
}
/** `~/` in the settings and in the environment is the home, `./` the way to it from the working directory. */
type Row = readonly [name: string, files: Files, settings: string, rest?: Rest];

const ca = makeCertificate({ subject: 'CA' });
const foreign = makeCertificate({ subject: 'Foreign CA' });
const server = makeCertificate({ subject: 'localhost', issuer: ca, ca: false, san: ['DNS:localhost'] });
const own = (more: Partial<Parameters<typeof makeCertificate>[0]> = {}): TestCertificate =>
  makeCertificate({ subject: 'postgres', issuer: ca, ca: false, ...more });
const ec = own();
const otherEc = own();
const rsa = own({ key: 'rsa-2048' });
const otherRsa = own({ key: 'rsa-2048' });
const weak = own({ key: 'rsa-1024' });
const sha1 = own({ digest: 'sha1' });
const sha1Self = makeCertificate({ subject: 'postgres', digest: 'sha1' });
const edwards = own({ key: 'ed25519' });
const x25519 = generateKeyPairSync('x25519').privateKey;
const JUNK = Buffer.from('junkjunkjunk');

const pkcs8 = (certificate: TestCertificate): Uint8Array =>
  certificate.privateKey.export({ type: 'pkcs8', format: 'der' });
const cipher = { cipher: 'aes-256-cbc', passphrase: 'right' };
const encrypted = ec.privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString();
const encryptedSec1 = ec.privateKey.export({ type: 'sec1', format: 'pem', ...cipher }).toString();
const encryptedDer = ec.privateKey.export({ type: 'pkcs8', format: 'der', ...cipher });

/** A password that fails by its padding: one in 256 does not, and the reason is then another. */
function wrongPassword(key: string): string {
  for (let n = 0; ; n++) {
    try {
      createPrivateKey({ key, passphrase: `wrong${n}` });
    } catch (error) {
      if (isNativeError(error) && error.message.endsWith('bad decrypt')) return `wrong${n}`;
    }
  }
}

function emptyCrl(issuer: TestCertificate): string {
  const name = new Uint8Array(pkijs.Certificate.fromBER(issuer.der).subject.toSchema().toBER());
  const algorithm = encode(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const day = (days: number): Uint8Array => {
    const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
    return encode(0x17, Buffer.from(text.slice(2)));
  };
  const signed = encode(0x30, algorithm, name, day(-1), day(30));
  const signature = sign('sha256', signed, issuer.privateKey);
  return toPem(encode(0x30, signed, algorithm, encode(3, Uint8Array.of(0), signature)), 'X509 CRL');
}

const crl = emptyCrl(ca);
const foreignCrl = emptyCrl(foreign);
const crlName = crlFolderName(readCrls(Buffer.from(crl)).crls[0] ?? expect.fail());
const rootName = nameHash(decode(parseCertificate(ca.der) ?? expect.fail()).subject);

const spoilt = (pem: string): string => pem.replace('MI', '!!');
const unended = (pem: string): string => pem.replace(/-----END.*\n/, '');
const relabelled = (pem: string, label: string): string => pem.replace(/(BEGIN|END) [^-]+/g, `$1 ${label}`);
const publicPem = `-----BEGIN PUBLIC KEY-----\nanVuaw==\n-----END PUBLIC KEY-----\n`;

const pair = 'sslcert=~/c.crt sslkey=~/c.key';
const cert = (content: string | Uint8Array): Files => ({ 'c.crt': content, 'c.key': ec.privateKeyPem });
const key = (bytes: string | Uint8Array, rest: Entry = {}, certificate = ec): Files => ({
  'c.crt': certificate.pem,
  'c.key': { bytes, ...rest },
});
const certificateAndKey = (certificate: TestCertificate): Files =>
  key(certificate.privateKeyPem, {}, certificate);
const root = (entry: Entry | string | Uint8Array): Files => ({ 'r.crt': entry });
const byRoot = 'sslrootcert=~/r.crt sslmode=verify-full';
const withCrl = (entry: Entry | string | Uint8Array): Files => ({ 'r.crt': ca.pem, 'r.crl': entry });
const byCrl = `${byRoot} sslcrl=~/r.crl`;
const inFolder = (files: Files): Files => ({
  'r.crt': ca.pem,
  ...Object.fromEntries(Object.entries(files).map(([name, entry]) => [`crls/${name}`, entry])),
});
const byFolder = `${byRoot} sslcrldir=~/crls`;

const ROWS: readonly Row[] = [
  ['no files, require', {}, 'sslmode=require'],
  ['no files, verify-ca', {}, 'sslmode=verify-ca'],
  ['no files, verify-full', {}, 'sslmode=verify-full'],
  ['default root.crt', { '.postgresql/root.crt': ca.pem }, 'sslmode=verify-full'],
  ['a given root', root(ca.pem), byRoot],
  ['a relative root that is not there', {}, 'sslrootcert=./none.crt sslmode=verify-ca'],
  ['a relative root', root(ca.pem), 'sslrootcert=./r.crt sslmode=verify-full'],
  ['an empty sslrootcert', {}, "sslrootcert='' sslmode=verify-ca"],
  ['a foreign root, require', root(foreign.pem), 'sslrootcert=~/r.crt sslmode=require'],
  ['an empty root, require', root(''), 'sslrootcert=~/r.crt sslmode=require'],
  ['a root in DER', root(ca.der), byRoot],
  ['a folder as root', root({ folder: true }), byRoot],
  ['/dev/null as root', {}, 'sslrootcert=/dev/null sslmode=require'],
  ['a spoilt root', root(ca.pem + spoilt(ca.pem)), byRoot],
  [
    'a root of mode 000',
    root({ bytes: ca.pem, mode: 0 }),
    byRoot,
    { needs: 'unprivileged', garbledBy3: true },
  ],
  [
    'a root in a closed folder',
    { x: { folder: true, mode: 0 } },
    'sslrootcert=~/x/r.crt sslmode=verify-ca',
    { needs: 'unprivileged' },
  ],
  ['a root whose link goes in circles', root({ link: 'r.crt' }), byRoot],
  ['the root and the certificate are both bad', { 'r.crt': '', 'c.crt': '' }, `${byRoot} ${pair}`],

  [
    'system, SSL_CERT_FILE has the root',
    root(ca.pem),
    'sslrootcert=system sslmode=verify-full',
    { env: { SSL_CERT_FILE: '~/r.crt' } },
  ],
  [
    'system, SSL_CERT_FILE has another',
    root(foreign.pem),
    'sslrootcert=system sslmode=verify-full',
    { env: { SSL_CERT_FILE: '~/r.crt' } },
  ],
  [
    'system, SSL_CERT_FILE is spoilt',
    root(ca.pem + spoilt(ca.pem)),
    'sslrootcert=system sslmode=verify-full',
    { env: { SSL_CERT_FILE: '~/r.crt' } },
  ],
  [
    'system, SSL_CERT_DIR has the root',
    { [`d/${rootName}.0`]: ca.pem },
    'sslrootcert=system sslmode=verify-full',
    { env: { SSL_CERT_DIR: '~/d' } },
  ],
  [
    'system, SSL_CERT_DIR by another name',
    { 'd/ca.pem': ca.pem },
    'sslrootcert=system sslmode=verify-full',
    { env: { SSL_CERT_DIR: '~/d' } },
  ],

  [
    'certificate and key by default',
    { '.postgresql/postgresql.crt': ec.pem, '.postgresql/postgresql.key': ec.privateKeyPem },
    'sslmode=require',
  ],
  ['no key by default', { '.postgresql/postgresql.crt': ec.pem }, 'sslmode=require'],
  [
    'a closed ~/.postgresql',
    { '.postgresql': { folder: true, mode: 0 } },
    'sslmode=require',
    { needs: 'unprivileged' },
  ],
  [
    'a closed ~/.postgresql, verify-full',
    { '.postgresql': { folder: true, mode: 0 } },
    'sslmode=verify-full',
    { needs: 'unprivileged' },
  ],
  ['sslcertmode=disable', cert('junk'), `${pair} sslcertmode=disable`, { since: 16 }],
  ['sslcertmode=allow', cert('junk'), `${pair} sslcertmode=allow`, { since: 16 }],

  ['no certificate', {}, pair],
  ['a file on the way to the certificate', { x: '' }, 'sslcert=~/x/c.crt'],
  ['a certificate whose link goes in circles', { 'c.crt': { link: 'c.crt' } }, pair],
  [
    'a certificate of mode 000',
    { 'c.crt': { bytes: ec.pem, mode: 0 } },
    pair,
    { needs: 'unprivileged', garbledBy3: true },
  ],
  ['an empty certificate', cert(''), pair],
  ['a certificate in DER', cert(ec.der), pair],
  ['a folder as certificate', { 'c.crt': { folder: true } }, pair],
  ['/dev/null as certificate', {}, 'sslcert=/dev/null'],
  ['a spoilt certificate', cert(spoilt(ec.pem)), pair],
  ['no END line', cert(unended(ec.pem)), pair, { openssl111: 'short header' }],
  ['a certificate of junk', cert(toPem(JUNK)), pair],
  ['the second certificate is spoilt', cert(ec.pem + spoilt(ca.pem)), pair],
  ['the second certificate is junk', cert(ec.pem + toPem(JUNK)), pair],
  ['the second certificate is weak', cert(ec.pem + weak.pem), pair, { openssl111: null }],
  ['the second is signed with SHA-1', cert(ec.pem + sha1.pem), pair, { openssl111: null }],
  ['the second signs itself with SHA-1', cert(ec.pem + sha1Self.pem), pair],
  ['a TRUSTED CERTIFICATE', cert(relabelled(ec.pem, 'TRUSTED CERTIFICATE')), pair],
  ['the key before the certificate', cert(ec.privateKeyPem + ec.pem), pair],
  ['both in one file', { 'c.crt': ec.pem + ec.privateKeyPem }, 'sslcert=~/c.crt sslkey=~/c.crt'],
  ['RSA-1024', certificateAndKey(weak), pair, { openssl111: null }],
  ['signed with SHA-1', certificateAndKey(sha1), pair, { openssl111: null }],
  ['self-signed with SHA-1', certificateAndKey(sha1Self), pair],
  ['Ed25519', certificateAndKey(edwards), pair],
  ['RSA', certificateAndKey(rsa), pair],
  ['relative names', certificateAndKey(ec), 'sslcert=./c.crt sslkey=./c.key'],

  ['no key', { 'c.crt': ec.pem }, pair],
  ['a file on the way to the key', { 'c.crt': ec.pem }, 'sslcert=~/c.crt sslkey=~/c.crt/c.key'],
  ['a key whose link goes in circles', key('', { link: 'c.key' }), pair],
  ['a key whose link goes nowhere', key('', { link: 'nowhere' }), pair],
  [
    'a key in a closed folder',
    { 'c.crt': ec.pem, x: { folder: true, mode: 0 } },
    'sslcert=~/c.crt sslkey=~/x/c.key',
    { needs: 'unprivileged' },
  ],
  ['a folder as key', key('', { folder: true }), pair],
  ['/dev/null as key', { 'c.crt': ec.pem }, 'sslcert=~/c.crt sslkey=/dev/null'],
  ['key 0640', key(ec.privateKeyPem, { mode: 0o640 }), pair, { needs: 'unprivileged' }],
  ['key 0604', key(ec.privateKeyPem, { mode: 0o604 }), pair],
  ['key 0700', key(ec.privateKeyPem, { mode: 0o700 }), pair],
  ['key 0400', key(ec.privateKeyPem, { mode: 0o400 }), pair],
  ['key 000', key(ec.privateKeyPem, { mode: 0 }), pair, { needs: 'unprivileged', garbledBy3: true }],
  ["root's key 0640", key(ec.privateKeyPem, { mode: 0o640, ofRoot: true }), pair, { needs: 'root' }],
  ["root's key 0644", key(ec.privateKeyPem, { mode: 0o644, ofRoot: true }), pair, { needs: 'root' }],
  ["root's key 0660", key(ec.privateKeyPem, { mode: 0o660, ofRoot: true }), pair, { needs: 'root' }],

  ["another's key", key(otherEc.privateKeyPem), pair],
  ["another's RSA key", key(otherRsa.privateKeyPem, {}, rsa), pair],
  [
    'a key of another curve',
    key(toPem(makeKey('ec-p384').export({ type: 'pkcs8', format: 'der' }), 'PRIVATE KEY')),
    pair,
  ],
  ['an RSA key for EC', key(rsa.privateKeyPem), pair],
  ['an EC key for RSA', key(ec.privateKeyPem, {}, rsa), pair],
  ['an X25519 key', key(x25519.export({ type: 'pkcs8', format: 'pem' })), pair],
  ['SEC1 in PEM', key(ec.privateKey.export({ type: 'sec1', format: 'pem' })), pair],
  ['a key behind a public key', key(publicPem + ec.privateKeyPem), pair],
  ['PKCS#8 in DER', key(pkcs8(ec)), pair, { since: 13 }],
  ['SEC1 in DER', key(ec.privateKey.export({ type: 'sec1', format: 'der' })), pair, { since: 13 }],
  [
    'PKCS#1 in DER',
    key(rsa.privateKey.export({ type: 'pkcs1', format: 'der' }), {}, rsa),
    pair,
    { since: 13 },
  ],
  ['DER before 13', key(pkcs8(ec)), `${pair} application_name=old`, { openssl111: 'no start line' }],
  ['DER with bytes behind it', key(Buffer.concat([pkcs8(ec), JUNK])), pair, { since: 13 }],
  ["another's key in DER", key(pkcs8(otherEc)), pair, { openssl111: 'no start line' }],
  ['an RSA key for EC in DER', key(pkcs8(rsa)), pair, { since: 13, openssl111: 'no certificate assigned' }],
  [
    'encrypted DER',
    key(encryptedDer),
    `${pair} sslpassword=right`,
    { since: 13, openssl111: 'no start line' },
  ],
  ['an empty key', key(''), pair, { openssl111: 'no start line' }],
  ['a certificate as key', key(ec.pem), pair, { openssl111: 'no start line' }],
  ['a spoilt key', key(spoilt(ec.privateKeyPem)), pair, { openssl111: 'bad base64 decode' }],
  ['a key without END line', key(unended(ec.privateKeyPem)), pair, { openssl111: 'short header' }],
  ['a key of junk', key(toPem(JUNK, 'PRIVATE KEY')), pair, { openssl111: 'too long' }],
  [
    'a key of junk before a good one',
    key(toPem(JUNK, 'PRIVATE KEY') + ec.privateKeyPem),
    pair,
    { onlyOpenssl3: true },
  ],
  ["OpenSSH's kind of key", key(toPem(JUNK, 'OPENSSH PRIVATE KEY')), pair, { openssl111: 'no start line' }],

  ['an encrypted key', key(encrypted), `${pair} sslpassword=right`, { since: 13 }],
  [
    'an encrypted key, wrong password',
    key(encrypted),
    `${pair} sslpassword=${wrongPassword(encrypted)}`,
    { since: 13 },
  ],
  ['an encrypted key, no password', key(encrypted), pair, { asks: true }],
  ['an encrypted key, empty password', key(encrypted), `${pair} sslpassword=''`, { since: 13, asks: true }],
  ['an encrypted SEC1 key', key(encryptedSec1), `${pair} sslpassword=right`, { since: 13 }],
  [
    'an encrypted SEC1 key, wrong password',
    key(encryptedSec1),
    `${pair} sslpassword=${wrongPassword(encryptedSec1)}`,
    { since: 13 },
  ],
  ['an encrypted SEC1 key, no password', key(encryptedSec1), pair, { asks: true }],
  ['a password that is not needed', certificateAndKey(ec), `${pair} sslpassword=x`, { since: 13 }],
  [
    'a key with a colon in its name',
    { 'c.crt': ec.pem, 'a:b': ec.privateKeyPem },
    'sslcert=~/c.crt sslkey=~/a:b',
  ],
  ['an engine without a name', { 'c.crt': ec.pem }, 'sslcert=~/c.crt sslkey=:b'],

  ['the CA’s CRL', withCrl(crl), byCrl],
  ['a foreign CRL', withCrl(foreignCrl), byCrl],
  ['no CRL at that name', { 'r.crt': ca.pem }, byCrl],
  ['a CRL in DER', withCrl(Buffer.from(foreignCrl.replace(/-----.*/g, ''), 'base64')), byCrl],
  ['a certificate as CRL', withCrl(foreign.pem), byCrl],
  ['/dev/null as CRL', { 'r.crt': ca.pem }, `${byRoot} sslcrl=/dev/null`],
  ['a CRL and a spoilt one', withCrl(foreignCrl + spoilt(foreignCrl)), byCrl],
  ['an unreadable CRL', withCrl({ bytes: foreignCrl, mode: 0 }), byCrl, { needs: 'unprivileged' }],
  ['the root among the CRLs', { 'r.crt': foreign.pem, 'r.crl': ca.pem + crl }, byCrl],
  ['a foreign CRL by default', { 'r.crt': ca.pem, '.postgresql/root.crl': foreignCrl }, byRoot],
  [
    'a foreign CRL by default, and none at sslcrl',
    { 'r.crt': ca.pem, '.postgresql/root.crl': foreignCrl },
    byCrl,
  ],
  ['a folder of CRLs', inFolder({ [`${crlName}0`]: crl }), byFolder, { since: 14 }],
  ['a folder of CRLs that begins at 1', inFolder({ [`${crlName}1`]: crl }), byFolder, { since: 14 }],
  ['a folder of CRLs by other names', inFolder({ 'ca.crl': crl }), byFolder, { since: 14 }],
  ['an empty folder of CRLs', { 'r.crt': ca.pem, crls: { folder: true } }, byFolder, { since: 14 }],
  ['no folder of CRLs at that name', { 'r.crt': ca.pem }, byFolder, { since: 14 }],
  [
    'two folders of CRLs',
    inFolder({ [`${crlName}0`]: crl }),
    `${byRoot} sslcrldir=/nowhere:~/crls`,
    { since: 14 },
  ],
  ['a folder of CRLs, and none at sslcrl', { 'r.crt': ca.pem }, `${byFolder} sslcrl=~/none`, { since: 14 }],
  [
    'a folder of CRLs beside a foreign CRL',
    { ...withCrl(foreignCrl), ...inFolder({ [`${crlName}0`]: crl }) },
    `${byFolder} sslcrl=~/r.crl`,
    { since: 14 },
  ],
];

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
/** Root reads everything; another user can stand in where the oracle's files are open to all. */
const user = isRoot && isOpenToAll(partsManifest()) ? NOBODY : undefined;

function isOpenToAll(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at))
    if ((statSync(at).mode & 0o001) === 0 && at !== path) return false;
  return true;
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

const terminal = hasTerminal();

function isPossible({ needs, asks }: Rest): boolean {
  if (asks && terminal) return false;
  if (needs === 'root') return isRoot;
  return needs !== 'unprivileged' || !isRoot || user !== undefined;
}

/** libpq's view of files is its user's, so ours must be, too. `look` does all of its work before it returns. */
function asUser<T>(look: () => T): T {
  if (user === undefined) return look();
  process.setegid?.(user);
  process.seteuid?.(user);
  try {
    return look();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

function lay(home: string, files: Files): void {
  const give = (path: string): void => {
    if (user !== undefined) chownSync(path, user, user);
  };
  mkdirSync(home);
  give(home);
  for (const [name, entry] of Object.entries(files)) {
    const path = join(home, name);
    const {
      bytes = '',
      folder,
      link,
      mode,
      ofRoot,
    }: Entry = typeof entry === 'string' || entry instanceof Uint8Array ? { bytes: entry } : entry;
    if (dirname(path) !== home) {
      mkdirSync(dirname(path), { recursive: true });
      give(dirname(path));
    }
    if (link !== undefined) {
      symlinkSync(link, path);
      continue;
    }
    if (folder) mkdirSync(path);
    else writeFileSync(path, bytes, { mode: 0o600 });
    if (ofRoot) chownSync(path, 0, user ?? 0);
    else give(path);
    if (mode !== undefined) chmodSync(path, mode);
  }
}

/** What libpq would say of a server whose chain ends at `ca`; null where it connects. */
function predicted(
  files: ClientFiles,
  sslmode: 'require' | 'verify-ca' | 'verify-full',
  major: number,
): string | null {
  const refusal = rootFileRefusal(files.root, sslmode, major) ?? files.client.refusal;
  if (refusal !== null || files.root.kind === 'absent' || files.root.kind === 'no-home') return refusal;
  const { root, crl } = files;
  const trusted = root.kind === 'system' ? root.certificates : (root.bundle?.certificates ?? []);
  const anchors = [...trusted, ...(crl.certificates ?? [])].map(({ sha256 }) => sha256);
  const unrevoked = !crl.active || crl.loaded.some(({ issuer }) => issuer === 'CN=CA');
  return anchors.includes(ca.sha256) && unrevoked ? null : 'SSL error: certificate verify failed';
}

const here = available();
const libraries = here.servers.includes('18') ? here.libpq : [];
const majorOf = (library: LibpqName): number => (library === 'debian' ? 15 : Number(library));
/** Without another user, libpq 14 and older would look into the home of whoever runs the tests. */
const tried = libraries.filter((library) => majorOf(library) >= 15 || user !== undefined);
const onServers = tried.length > 0 ? describe : describe.skip;

onServers('the client’s files are what libpq makes of them', () => {
  let running: PostgresServer;
  let base: string;

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'pg-files-'));
    chmodSync(base, 0o755);
    ROWS.forEach(([, files, , rest = {}], index) => {
      if (isPossible(rest)) lay(join(base, String(index)), files);
    });
    running = await startPostgres({ tls: { cert: server.pem, key: server.privateKeyPem } });
  });

  afterAll(async () => {
    rmSync(base, { recursive: true, force: true });
    await running.stop();
  });

  async function both(
    library: LibpqName,
    index: number,
    row: Row,
  ): Promise<{ ours: string | null; libpqs: string | null }> {
    const [, , settings, rest = {}] = row;
    const home = join(base, String(index));
    const place = (text: string): string =>
      text.replaceAll('~/', `${home}/`).replaceAll('=./', `=${relative(process.cwd(), home)}/`);
    const env = Object.fromEntries(
      Object.entries({ HOME: home, ...rest.env }).map(([name, value]) => [name, place(value)]),
    );
    const given = `${/sslmode=/.test(settings) ? '' : 'sslmode=require '}${place(settings)}`;
    const conninfo = `host=localhost hostaddr=127.0.0.1 port=${running.port} user=postgres dbname=postgres gssencmode=disable ${given}`;
    const major = majorOf(library);

    const files = await asUser(() => {
      const host = { ...nodeHost(), env };
      const homeFolder = userHome(host, major);
      const resolved = resolveSettings({ conninfo, host, homeFolder, major });
      if (!resolved.ok) throw new Error(resolved.libpqMessage);
      return readClientFiles(host, resolved.settings, { major, homeFolder });
    });
    const sslmode = /sslmode=(require|verify-ca|verify-full)/.exec(conninfo)?.[1];
    const ours = predicted(files, sslmode as 'require', major);

    const verdict = await askLibpq({
      conninfo,
      env,
      libpq: library,
      ...(user !== undefined && { uid: user }),
    });
    const message = verdict.message.replace(/^connection to server at .*?, port \d+ failed: /, '');
    return { ours, libpqs: verdict.connected ? null : message };
  }

  /** OpenSSL's version decides some words; the model is 3.0. */
  function inWordsOf(library: LibpqName, ours: string | null, { openssl111 }: Rest): string | null {
    if (library === 'debian' || openssl111 === undefined || ours === null) return ours;
    return openssl111 === null ? null : ours.replace(/: [^:]*$/, `: ${openssl111}`);
  }

  describe.each(tried)('libpq %s', (library) => {
    const rows = ROWS.map((row, index) => ({ name: row[0], row, index })).filter(
      ({ row: [, , , rest = {}] }) =>
        isPossible(rest) &&
        majorOf(library) >= (rest.since ?? 0) &&
        (library === 'debian' || rest.onlyOpenssl3 !== true),
    );
    test.concurrent.each(rows)('$name', async ({ row, index }) => {
      const { ours, libpqs } = await both(library, index, row);
      const rest = row[3] ?? {};
      if (rest.garbledBy3 && library === 'debian') {
        expect(libpqs?.replace(/: [^:]*$/, '')).toBe(ours?.replace(/: [^:]*$/, ''));
      } else expect(libpqs).toBe(inWordsOf(library, ours, rest));
    });
  });
});
