import { createPrivateKey } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import {
  type CertificateOptions,
  makeCertificate,
  makeKey,
  type TestCertificate,
  toPem,
} from '../support/make-certs.js';
import { makeCrl } from './make-crl.js';

const DAY = 86_400_000;
export const days = (count: number): Date => new Date(Date.now() + count * DAY);

const ca = (subject: string, options: Partial<CertificateOptions> = {}) =>
  makeCertificate({ subject, ca: true, ...options });
const eku = (...oids: string[]) => {
  const purposes = new asn1js.Sequence({
    value: oids.map((value) => new asn1js.ObjectIdentifier({ value })),
  });
  return new pkijs.Extension({ extnID: '2.5.29.37', critical: false, extnValue: purposes.toBER() });
};
const FOR_SERVERS = '1.3.6.1.5.5.7.3.1';
const FOR_CLIENTS = '1.3.6.1.5.5.7.3.2';

const rootKey = makeKey();
const leafKey = makeKey();
const LONG_AGO = { notBefore: days(-900), notAfter: days(-1) };
const LATER = { notBefore: days(1), notAfter: days(900) };

/** The CAs of the table. */
export const CAS = {
  root: ca('Parity Root', { key: rootKey }),
  expiredRoot: ca('Parity Root', { key: rootKey, ...LONG_AGO }),
  impostor: ca('Parity Root'),
  other: ca('Other Root'),
  version1: makeCertificate({ subject: 'Old Root', version1: true }),
  sha1Root: ca('SHA-1 Root', { digest: 'sha1', key: 'rsa-2048' }),
  rsaRoot: ca('RSA Root', { key: 'rsa-2048' }),
  notCa: makeCertificate({ subject: 'Not A CA', ca: false }),
} as const;
const { root, other, version1, sha1Root, rsaRoot, notCa } = CAS;
const inter = (subject: string, issuer: TestCertificate, options: Partial<CertificateOptions> = {}) =>
  ca(subject, { issuer, ...options });
export const INTERMEDIATES = {
  inter: inter('Parity Intermediate', root),
  expired: inter('Expired Intermediate', root, LONG_AGO),
  notCa: inter('No Intermediate', root, { ca: false }),
  noSigning: inter('Weak Intermediate', root, { keyUsage: ['digitalSignature'] }),
  short: inter('Short Intermediate', root, { pathLength: 0 }),
} as const;
const deep = inter('Deep Intermediate', INTERMEDIATES.inter);
const tooDeep = inter('Too Deep Intermediate', INTERMEDIATES.short);

export interface Served {
  readonly cert: string;
  readonly key: string;
}
const NAMED = ['DNS:localhost', 'DNS:db.example.org', 'IP:127.0.0.1'];
function served(
  issuer: TestCertificate | null,
  options: Partial<CertificateOptions> = {},
  sent: readonly TestCertificate[] = [],
): Served {
  const leaf = makeCertificate({
    subject: 'localhost',
    ...(issuer === null ? {} : { issuer }),
    ca: false,
    key: leafKey,
    san: NAMED,
    serial: 4096n,
    ...options,
  });
  return { cert: [leaf, ...sent].map(({ pem }) => pem).join(''), key: leaf.privateKeyPem };
}
/** Another serial number under the same signature. */
const tampered = ({ cert, key }: Served): Served => {
  const der = Buffer.from(cert.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const serial = der.indexOf(Buffer.from([0x02, 0x02, 0x10, 0x00]));
  der[serial + 3] = 1;
  return { cert: toPem(der), key };
};
const named = (
  san: readonly string[] | undefined,
  subject: CertificateOptions['subject'] = 'localhost',
): Served => {
  const leaf = makeCertificate({ subject, issuer: root, ca: false, ...(san && { san }), key: leafKey });
  return { cert: leaf.pem, key: leaf.privateKeyPem };
};
const V6_LOOPBACK = `${'0'.repeat(31)}1`;

/** What a server shows: its own certificate, and behind it whatever else it sends. */
export const SERVED = {
  plain: served(root),
  viaInter: served(INTERMEDIATES.inter, {}, [INTERMEDIATES.inter]),
  interNotSent: served(INTERMEDIATES.inter),
  rootSent: served(INTERMEDIATES.inter, {}, [INTERMEDIATES.inter, root]),
  mixedUp: served(INTERMEDIATES.inter, {}, [root, other, INTERMEDIATES.inter]),
  deep: served(deep, {}, [deep, INTERMEDIATES.inter]),
  tooDeep: served(tooDeep, {}, [tooDeep, INTERMEDIATES.short]),
  expired: served(root, LONG_AGO),
  future: served(root, LATER),
  expiredInter: served(INTERMEDIATES.expired, {}, [INTERMEDIATES.expired]),
  byNoCa: served(INTERMEDIATES.notCa, {}, [INTERMEDIATES.notCa]),
  byNoSigner: served(INTERMEDIATES.noSigning, {}, [INTERMEDIATES.noSigning]),
  wrongSignature: served(root, { signWith: other }),
  wrongRsaSignature: served(rsaRoot, { signWith: sha1Root }),
  tamperedRsa: tampered(served(rsaRoot)),
  tampered: tampered(served(root)),
  ecForRsaSignature: served(rsaRoot, { signWith: other }),
  selfSigned: served(null, { subject: 'localhost' }),
  selfSignedPlain: served(null, { subject: 'localhost', ca: null, keyUsage: null }),
  selfSignedCa: served(null, { subject: 'localhost', ca: true, keyUsage: null }),
  byVersion1: served(version1),
  bySha1Root: served(sha1Root),
  bySelfSignedNoCa: served(notCa),
  forServers: served(root, { extensions: [eku(FOR_SERVERS)] }),
  forClients: served(root, { extensions: [eku(FOR_CLIENTS)] }),
  rsa: served(root, { key: 'rsa-2048' }),
  p384: served(root, { key: 'ec-p384' }),
  ed25519: served(root, { key: 'ed25519' }),
  wildcard: named(['DNS:*.example.org']),
  wildcardInCn: named(undefined, '*.example.org'),
  partWildcard: named(['DNS:d*.example.org']),
  cnOnly: named(undefined),
  cnAndOtherDns: named(['DNS:other.example.org']),
  cnAndIp: named(['IP:192.0.2.7']),
  ipOnly: named(['IP:127.0.0.1'], 'unrelated'),
  ipAsDns: named(['DNS:127.0.0.1'], 'unrelated'),
  ipInCn: named(undefined, '127.0.0.1'),
  ipInCnWithDns: named(['DNS:db.example.org'], '127.0.0.1'),
  v6: named([`IP:${V6_LOOPBACK}`], 'unrelated'),
  manyNames: named(['DNS:a.example.org', 'DNS:b.example.org', 'DNS:c.example.org'], 'd.example.org'),
  twoNames: named(['DNS:a.example.org', 'DNS:b.example.org']),
  oneName: named(['DNS:a.example.org']),
  upperCase: named(['DNS:DB.Example.ORG']),
  withDot: named(['DNS:db.example.org.']),
  withNul: named(['DNS:db.example.org\0.evil.example.net']),
  noName: named(undefined, [['O', 'Nobody']]),
  twoCns: named(undefined, [
    ['CN', 'first.example.org'],
    ['CN', 'db.example.org'],
  ]),
} as const satisfies Record<string, Served>;
export type ServedName = keyof typeof SERVED;

const leafPem = (name: ServedName): string =>
  SERVED[name].cert.slice(0, SERVED[name].cert.indexOf('-----END') + 26);
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

/** What can stand in root.crt. `folder` is one; `missing` is not there. */
export const ROOT_FILES = {
  root: root.pem,
  other: other.pem,
  both: other.pem + root.pem,
  impostor: CAS.impostor.pem,
  impostorAndRoot: CAS.impostor.pem + root.pem,
  expiredRoot: CAS.expiredRoot.pem,
  expiredTwin: CAS.expiredRoot.pem + root.pem,
  interOnly: INTERMEDIATES.inter.pem,
  interAndRoot: INTERMEDIATES.inter.pem + root.pem,
  leafOnly: leafPem('plain'),
  selfSigned: leafPem('selfSigned'),
  selfSignedPlain: leafPem('selfSignedPlain'),
  selfSignedCa: leafPem('selfSignedCa'),
  version1: version1.pem,
  sha1Root: sha1Root.pem,
  rsaRoot: rsaRoot.pem,
  notCa: notCa.pem,
  twice: root.pem + root.pem,
  crlf: crlf(root.pem),
  comments: `# ours\n\n${root.pem}trailing text`,
  withKey: `${root.privateKeyPem}${root.pem}`,
  noLastNewline: root.pem.trimEnd(),
  empty: '',
  text: 'not a certificate\n',
  der: root.der,
  badBase64: `${root.pem}${other.pem.replace(/^M.{20}/m, (line) => `${line.slice(0, 10)}***`)}`,
  joined: root.pem.trimEnd() + other.pem,
  cutOff: root.pem.slice(0, 200),
  utf16: Buffer.from(`\ufeff${root.pem}`, 'utf16le'),
} as const satisfies Record<string, string | Uint8Array>;
export type RootName = keyof typeof ROOT_FILES | 'missing' | 'folder';

const rootCrl = makeCrl({ issuer: root });
const interCrl = makeCrl({ issuer: INTERMEDIATES.inter });
const revoking = (issuer: TestCertificate) => makeCrl({ issuer, revoked: [4096n] });
const expiredCrl = makeCrl({ issuer: root, thisUpdate: days(-20), nextUpdate: days(-10) });
const futureCrl = makeCrl({ issuer: root, thisUpdate: days(1), nextUpdate: days(10) });

export const CRL_FILES = {
  root: rootCrl.pem,
  inter: interCrl.pem,
  all: rootCrl.pem + interCrl.pem,
  foreign: makeCrl({ issuer: other }).pem,
  revoked: revoking(root).pem,
  revokedByInter: rootCrl.pem + revoking(INTERMEDIATES.inter).pem,
  expired: expiredCrl.pem,
  future: futureCrl.pem,
  expiredAndCurrent: expiredCrl.pem + rootCrl.pem,
  wrongSignature: makeCrl({ issuer: root, signWith: other }).pem,
  revokedDer: revoking(root).der,
  empty: '',
  text: 'nothing\n',
} as const satisfies Record<string, string | Uint8Array>;
export type CrlName = keyof typeof CRL_FILES | 'folder';

const client = (subject: string, issuer: TestCertificate, options: Partial<CertificateOptions> = {}) =>
  makeCertificate({ subject, issuer, ca: false, ...options });
const postgres = client('postgres', root);
const lock = (key: string, passphrase: string): string =>
  createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();

export interface ClientFiles {
  readonly cert: string | Uint8Array;
  /** null: there is none. */
  readonly key: string | Uint8Array | null;
  readonly keyMode?: number;
}
const pair = ({ pem, privateKeyPem }: TestCertificate): ClientFiles => ({ cert: pem, key: privateKeyPem });
export const CLIENTS = {
  postgres: pair(postgres),
  somebody: pair(client('somebody', root)),
  foreign: pair(client('postgres', other)),
  expired: pair(client('postgres', root, LONG_AGO)),
  viaInter: {
    cert: client('postgres', INTERMEDIATES.inter, { key: leafKey }).pem + INTERMEDIATES.inter.pem,
    key: leafKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  },
  rsa: pair(client('postgres', root, { key: 'rsa-2048' })),
  wrongKey: { cert: postgres.pem, key: other.privateKeyPem },
  noKey: { cert: postgres.pem, key: null },
  openKey: { ...pair(postgres), keyMode: 0o644 },
  groupKey: { ...pair(postgres), keyMode: 0o640 },
  derKey: {
    cert: postgres.pem,
    key: createPrivateKey(postgres.privateKeyPem).export({ type: 'pkcs8', format: 'der' }),
  },
  lockedKey: { cert: postgres.pem, key: lock(postgres.privateKeyPem, 'secret') },
  emptyCert: { cert: '', key: postgres.privateKeyPem },
  textCert: { cert: 'not a certificate\n', key: postgres.privateKeyPem },
  derCert: { cert: postgres.der, key: postgres.privateKeyPem },
  textKey: { cert: postgres.pem, key: 'not a key\n' },
} as const satisfies Record<string, ClientFiles>;
export type ClientName = keyof typeof CLIENTS;
