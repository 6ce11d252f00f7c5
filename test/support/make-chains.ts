import { createHash, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { type CertificateOptions, makeCertificate, type TestCertificate, toPem } from './make-certs.js';

/** One DER element of a low tag. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const hex = content.length.toString(16);
  const size = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const length = content.length < 0x80 ? [content.length] : [0x80 | size.length, ...size];
  return Buffer.concat([Uint8Array.of(tag, ...length), content]);
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents);
export const oid = (value: string): Buffer => Buffer.from(new asn1js.ObjectIdentifier({ value }).toBER());
export const integer = (value: bigint | number): Buffer =>
  Buffer.from(asn1js.Integer.fromBigInt(BigInt(value)).toBER());
export const bits = (...octets: readonly number[]): Buffer => der(0x03, Uint8Array.of(0, ...octets));
const ascii = (tag: number, text: string): Buffer => der(tag, Buffer.from(text, 'latin1'));

export interface TestExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export const extension = (id: string, value: Uint8Array, critical = false): TestExtension => ({
  oid: id,
  critical,
  value,
});

const extensionDer = ({ oid: id, critical, value }: TestExtension): Buffer =>
  sequence(oid(id), ...(critical ? [Buffer.of(1, 1, 0xff)] : []), der(0x04, value));

/** GeneralName, by `DNS:`, `email:`, `URI:`, `IP:` with hex, `dir:` for a common name, or `RID:`. */
export function generalName(text: string): Buffer {
  const [, type = '', value = ''] = /^(\w+):(.*)$/s.exec(text) ?? [];
  const tags: Record<string, number> = { email: 0x81, DNS: 0x82, URI: 0x86 };
  if (type === 'IP') return der(0x87, Buffer.from(value, 'hex'));
  if (type === 'RID') return der(0x88, oid(value).subarray(2));
  if (type === 'dir') return der(0xa4, nameDer(value));
  return ascii(tags[type] ?? 0x82, value);
}

/** A Name of one common name, as UTF8String unless said otherwise. */
export const nameDer = (commonName: string | Uint8Array, tag = 0x0c): Buffer =>
  sequence(der(0x31, attributeDer(commonName, tag)));

const attributeDer = (commonName: string | Uint8Array, tag: number): Buffer =>
  sequence(oid('2.5.4.3'), der(tag, Buffer.from(commonName)));

export const usages = (...ids: readonly string[]): TestExtension =>
  extension('2.5.29.37', sequence(...ids.map(oid)));

export function nameConstraints(
  permitted: readonly string[],
  excluded: readonly string[] = [],
  limits: Uint8Array = Buffer.alloc(0),
): TestExtension {
  const trees = (tag: number, names: readonly string[]): Buffer[] =>
    names.length === 0 ? [] : [der(tag, ...names.map((name) => sequence(generalName(name), limits)))];
  return extension('2.5.29.30', sequence(...trees(0xa0, permitted), ...trees(0xa1, excluded)), true);
}

export interface Point {
  readonly at?: string;
  readonly reasons?: readonly number[];
  readonly issuer?: string;
}

export const distributionPoints = (...points: readonly Point[]): TestExtension =>
  extension('2.5.29.31', sequence(...points.map(pointDer)));

function pointDer({ at, reasons, issuer }: Point): Buffer {
  return sequence(
    ...(at === undefined ? [] : [placeDer(at)]),
    ...(reasons === undefined ? [] : [der(0x81, Uint8Array.of(0, ...reasons))]),
    ...(issuer === undefined ? [] : [der(0xa2, generalName(issuer))]),
  );
}

/** A DistributionPointName: `relative:` and a common name, or one general name. */
function placeDer(at: string): Buffer {
  const [, commonName] = /^relative:(.*)$/s.exec(at) ?? [];
  const relative = commonName === undefined ? null : attributeDer(commonName, 0x0c);
  return der(0xa0, relative === null ? der(0xa0, generalName(at)) : der(0xa1, relative));
}

/** Fields by their number: 1 users only, 2 CAs only, 3 reasons, 4 indirect, 5 attributes only. */
export function issuingPoint(at: string | null, ...fields: readonly number[]): TestExtension {
  const name = at === null ? [] : [placeDer(at)];
  const flags = fields.map((n) => (n === 3 ? Buffer.of(0x83, 2, 0, 0x40) : Buffer.of(0x80 | n, 1, 0xff)));
  return extension('2.5.29.28', sequence(...name, ...flags), true);
}

export interface KeyIdOptions {
  readonly keyId?: string;
  readonly issuer?: string;
  readonly serial?: bigint;
}

export const authorityKeyId = ({ keyId, issuer, serial }: KeyIdOptions): TestExtension =>
  extension(
    '2.5.29.35',
    sequence(
      ...(keyId === undefined ? [] : [der(0x80, Buffer.from(keyId, 'hex'))]),
      ...(issuer === undefined ? [] : [der(0xa1, generalName(issuer))]),
      ...(serial === undefined ? [] : [der(0x82, integer(serial).subarray(2))]),
    ),
  );

export const SKI = '2.5.29.14';
export const AKI = '2.5.29.35';

export interface ChainCertificateOptions extends Omit<CertificateOptions, 'extensions'> {
  /** Extensions of makeCertificate's that shall not be there. */
  readonly without?: readonly string[];
  readonly plus?: readonly TestExtension[];
  /** In the subject's stead, for names that makeCertificate cannot write. */
  readonly subjectDer?: Uint8Array;
  /** Octets of what is signed, changed before it is. */
  readonly edit?: (signed: Buffer) => Buffer;
}

/** makeCertificate, and what no good CA makes. Signed with ECDSA or RSA and SHA-256 where it is changed. */
export function makeChainCertificate(options: ChainCertificateOptions): TestCertificate {
  const { without = [], plus = [], edit, subjectDer, ...rest } = options;
  const made = makeCertificate(rest);
  if (without.length + plus.length === 0 && edit === undefined && subjectDer === undefined) return made;
  const certificate = pkijs.Certificate.fromBER(made.der);
  if (subjectDer !== undefined) {
    const schema = asn1js.fromBER(new Uint8Array(subjectDer)).result;
    certificate.subject = new pkijs.RelativeDistinguishedNames({ schema });
  }
  certificate.extensions = [
    ...(certificate.extensions ?? []).filter(({ extnID }) => !without.includes(extnID)),
    ...plus.map(
      ({ oid: extnID, critical, value }) =>
        new pkijs.Extension({ extnID, critical, extnValue: new Uint8Array(value).buffer }),
    ),
  ];
  const signed = Buffer.from(certificate.encodeTBS().toBER());
  return resign(made, edit?.(signed) ?? signed, signerOf(options, made));
}

function signerOf({ issuer, signWith }: ChainCertificateOptions, made: TestCertificate): KeyObject {
  const signer = signWith ?? (typeof issuer === 'object' && 'der' in issuer ? issuer : made);
  return 'privateKey' in signer ? signer.privateKey : signer;
}

function resign(made: TestCertificate, signed: Uint8Array, key: KeyObject): TestCertificate {
  const algorithm = signatureAlgorithm(key);
  const whole = sequence(signed, algorithm, bits(...sign('sha256', signed, key)));
  const bytes = new Uint8Array(whole);
  return { ...made, der: bytes, pem: toPem(bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
}

const signatureAlgorithm = (key: KeyObject): Buffer =>
  key.asymmetricKeyType === 'rsa'
    ? sequence(oid('1.2.840.113549.1.1.11'), Buffer.of(5, 0))
    : sequence(oid('1.2.840.10045.4.3.2'));

export interface Revocation {
  readonly of: TestCertificate | bigint;
  readonly extensions?: readonly TestExtension[];
}

export interface CrlOptions {
  readonly issuer: TestCertificate;
  readonly revoked?: readonly (TestCertificate | bigint | Revocation)[];
  readonly thisUpdate: Date;
  /** null: it names none. */
  readonly nextUpdate: Date | null;
  readonly extensions?: readonly TestExtension[];
  /** Default: the issuer's. */
  readonly signWith?: TestCertificate;
  /** Default: the issuer's name. */
  readonly issuerName?: Uint8Array;
  readonly edit?: (signed: Buffer) => Buffer;
  /** In the stead of ECDSA or RSA with SHA-256. */
  readonly signer?: Signer;
}

export interface Signer {
  /** An AlgorithmIdentifier. */
  readonly algorithm: Uint8Array;
  readonly sign: (data: Uint8Array) => Uint8Array;
}

/** A CRL's DER. */
export function makeCrl(options: CrlOptions): Uint8Array {
  const { issuer, revoked = [], thisUpdate, nextUpdate, extensions = [] } = options;
  const signer = options.signer ?? usualSigner((options.signWith ?? issuer).privateKey);
  const entries = revoked.map((each) =>
    entryDer(typeof each === 'object' && 'of' in each ? each : { of: each }),
  );
  const made = sequence(
    integer(1),
    signer.algorithm,
    options.issuerName ?? subjectOf(issuer),
    time(thisUpdate),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(extensions.length === 0 ? [] : [der(0xa0, sequence(...extensions.map(extensionDer)))]),
  );
  const signed = options.edit?.(made) ?? made;
  return new Uint8Array(sequence(signed, signer.algorithm, bits(...signer.sign(signed))));
}

const usualSigner = (key: KeyObject): Signer => ({
  algorithm: signatureAlgorithm(key),
  sign: (data) => sign('sha256', data, key),
});

function entryDer({ of, extensions = [] }: Revocation): Buffer {
  const list = extensions.length === 0 ? [] : [sequence(...extensions.map(extensionDer))];
  return sequence(integer(typeof of === 'bigint' ? of : serialOf(of)), time(new Date('2026-01-01')), ...list);
}

export const serialOf = ({ der: bytes }: TestCertificate): bigint =>
  BigInt(`0x${new X509Certificate(bytes).serialNumber}`);

const subjectOf = ({ der: bytes }: TestCertificate): Buffer =>
  Buffer.from(pkijs.Certificate.fromBER(bytes).subject.toSchema().toBER());

const time = (date: Date): Buffer => ascii(0x17, `${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`);

/** makeCertificate's subjectKeyIdentifier, in hex. */
export const keyIdOf = ({ privateKey }: TestCertificate): string =>
  createHash('sha1')
    .update(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
    .digest('hex');
