import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

/** Attribute types by short name, in the order in which they stand in the DER: the most general first. */
export type Name = readonly (readonly ['C' | 'ST' | 'L' | 'O' | 'OU' | 'CN' | 'emailAddress', string])[];
export type KeyKind = 'ec-p256' | 'ec-p384' | 'ec-p521' | 'ed25519' | `rsa-${number}`;
export type KeyUsage = keyof typeof KEY_USAGE_BITS;
export type Digest = 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5';

export interface CertificateOptions {
  /** A string is the common name alone. */
  readonly subject: string | Name;
  /** Who signs; a mere name is signed with the subject's own key unless `signWith` says otherwise. Default: itself. */
  readonly issuer?: TestCertificate | string | Name;
  /** basicConstraints CA:TRUE or CA:FALSE; null leaves the extension out. Default: true where nobody else signs. */
  readonly ca?: boolean | null;
  readonly pathLength?: number;
  /** Default: what suits `ca`; null leaves the extension out. */
  readonly keyUsage?: readonly KeyUsage[] | null;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Default: a new P-256 key. */
  readonly key?: KeyKind | KeyObject | TestCertificate;
  /** `DNS:name`, `IP:address` (IPv4 dotted, or hex digits for any bytes), as in openssl.cnf. */
  readonly san?: readonly string[];
  /** At most 20 bytes when encoded. Default: random. */
  readonly serial?: bigint;
  /** X.509 version 1, so without any extension. */
  readonly version1?: boolean;
  /** Signs in the issuer's stead, for a signature that is wrong. */
  readonly signWith?: KeyObject | TestCertificate;
  readonly digest?: Digest;
  /** More extensions, as they are. */
  readonly extensions?: readonly pkijs.Extension[];
}

export interface TestCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly privateKeyPem: string;
  readonly privateKey: KeyObject;
  readonly subject: Name;
  /** Of the DER, lower-case hex. */
  readonly sha256: string;
}

const KEY_USAGE_BITS = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
} as const;
const ATTRIBUTE_OIDS = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  emailAddress: '1.2.840.113549.1.9.1',
} as const;
const RSA_SIGNATURE_OIDS: Record<Digest, string> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
  sha1: '1.2.840.113549.1.1.5',
  md5: '1.2.840.113549.1.1.4',
};
const EC_SIGNATURE_OIDS: Partial<Record<Digest, string>> = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
  sha1: '1.2.840.10045.4.1',
};
const DAY = 86_400_000;

/** A new private key. RSA takes its bits from the name: `rsa-1024`, `rsa-2048`. */
export function makeKey(kind: KeyKind = 'ec-p256'): KeyObject {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  const [type, size = ''] = kind.split('-');
  return type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: Number(size) }).privateKey
    : generateKeyPairSync('ec', { namedCurve: size.replace('p', 'P-') }).privateKey;
}

/** PEM of any label, 64 columns, LF. */
export function toPem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** A certificate as the options say, with a valid signature unless `signWith` spoils it. */
export function makeCertificate(options: CertificateOptions): TestCertificate {
  const subject = nameOf(options.subject);
  const privateKey = keyOf(options.key ?? 'ec-p256');
  const issuer = options.issuer ?? subject;
  const isMade = !Array.isArray(issuer) && typeof issuer === 'object' && 'der' in issuer;
  const signer = keyOf(options.signWith ?? (isMade ? issuer : privateKey));

  const certificate = new pkijs.Certificate();
  certificate.version = options.version1 ? 0 : 2;
  certificate.serialNumber = serialOf(options.serial);
  certificate.subject = distinguishedName(subject);
  certificate.issuer = distinguishedName(isMade ? issuer.subject : nameOf(issuer as string | Name));
  certificate.notBefore = time(options.notBefore ?? new Date(Date.now() - DAY));
  certificate.notAfter = time(options.notAfter ?? new Date(Date.now() + 365 * DAY));
  certificate.subjectPublicKeyInfo.fromSchema(asn1js.fromBER(spki(privateKey)).result);
  if (!options.version1) {
    const ca = options.ca === undefined ? options.issuer === undefined : options.ca;
    certificate.extensions = [
      ...standardExtensions({ ...options, ca }),
      extension('2.5.29.14', new asn1js.OctetString({ valueHex: identify(privateKey) }), false),
      extension('2.5.29.35', authorityKeyIdentifier(isMade ? issuer.privateKey : privateKey), false),
      ...(options.extensions ?? []),
    ];
  }
  const digest = options.digest ?? 'sha256';
  certificate.signature = signatureAlgorithm(signer, digest);
  certificate.signatureAlgorithm = certificate.signature;
  certificate.tbsView = new Uint8Array(certificate.encodeTBS().toBER());
  const signature = sign(signer.asymmetricKeyType === 'ed25519' ? null : digest, certificate.tbsView, signer);
  certificate.signatureValue = new asn1js.BitString({ valueHex: exactBuffer(signature) });

  const der = new Uint8Array(certificate.toSchema(true).toBER());
  return {
    der,
    pem: toPem(der),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    subject,
    sha256: createHash('sha256').update(der).digest('hex'),
  };
}

function standardExtensions(
  options: CertificateOptions & { readonly ca: boolean | null },
): pkijs.Extension[] {
  const { ca, pathLength, san } = options;
  const usual: readonly KeyUsage[] = ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'];
  const keyUsage = options.keyUsage === undefined ? usual : options.keyUsage;
  const extensions: pkijs.Extension[] = [];
  if (ca !== null) {
    const constraints = new pkijs.BasicConstraints({
      cA: ca,
      ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
    });
    extensions.push(extension('2.5.29.19', constraints.toSchema(), true));
  }
  if (keyUsage !== null) extensions.push(extension('2.5.29.15', keyUsageBits(keyUsage), true));
  if (san !== undefined) {
    const altNames = new pkijs.GeneralNames({ names: san.map(generalName) });
    extensions.push(extension('2.5.29.17', altNames.toSchema(), false));
  }
  return extensions;
}

function authorityKeyIdentifier(issuerKey: KeyObject): asn1js.Sequence {
  const keyIdentifier = new asn1js.OctetString({ valueHex: identify(issuerKey) });
  return new pkijs.AuthorityKeyIdentifier({ keyIdentifier }).toSchema();
}

function keyUsageBits(usages: readonly KeyUsage[]): asn1js.BitString {
  let byte = 0;
  for (const usage of usages) byte |= 0x80 >> KEY_USAGE_BITS[usage];
  const unusedBits = byte === 0 ? 0 : 31 - Math.clz32(byte & -byte);
  return new asn1js.BitString({ valueHex: Uint8Array.of(byte).buffer, unusedBits });
}

function generalName(text: string): pkijs.GeneralName {
  const [, type, value] = /^(DNS|IP):(.*)$/s.exec(text) ?? [];
  if (type === 'DNS' && value !== undefined) return new pkijs.GeneralName({ type: 2, value });
  if (type !== 'IP' || value === undefined) throw new Error(`not DNS:name or IP:address: ${text}`);
  const bytes = value.includes('.') ? Buffer.from(value.split('.').map(Number)) : Buffer.from(value, 'hex');
  return new pkijs.GeneralName({ type: 7, value: new asn1js.OctetString({ valueHex: exactBuffer(bytes) }) });
}

function extension(oid: string, value: asn1js.AsnType, critical: boolean): pkijs.Extension {
  return new pkijs.Extension({ extnID: oid, critical, extnValue: value.toBER() });
}

/** One attribute per RDN; pkijs itself would write all of them into a single one. */
function distinguishedName(name: Name): pkijs.RelativeDistinguishedNames {
  const rdns = name.map(([type, value]) => {
    const text =
      type === 'C' || type === 'emailAddress'
        ? new asn1js.PrintableString({ value })
        : new asn1js.Utf8String({ value });
    const oid = new asn1js.ObjectIdentifier({ value: ATTRIBUTE_OIDS[type] });
    return new asn1js.Set({ value: [new asn1js.Sequence({ value: [oid, text] })] });
  });
  const der = new asn1js.Sequence({ value: rdns }).toBER();
  return new pkijs.RelativeDistinguishedNames({ schema: asn1js.fromBER(der).result });
}

/** RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
const time = (value: Date): pkijs.Time =>
  new pkijs.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });

function signatureAlgorithm(key: KeyObject, digest: Digest): pkijs.AlgorithmIdentifier {
  const type = key.asymmetricKeyType;
  if (type === 'ed25519') return new pkijs.AlgorithmIdentifier({ algorithmId: '1.3.101.112' });
  if (type === 'rsa') {
    return new pkijs.AlgorithmIdentifier({
      algorithmId: RSA_SIGNATURE_OIDS[digest],
      algorithmParams: new asn1js.Null(),
    });
  }
  const algorithmId = EC_SIGNATURE_OIDS[digest];
  if (type !== 'ec' || algorithmId === undefined) throw new Error(`no signature of ${type} with ${digest}`);
  return new pkijs.AlgorithmIdentifier({ algorithmId });
}

function serialOf(serial: bigint | undefined): asn1js.Integer {
  if (serial !== undefined) return asn1js.Integer.fromBigInt(serial);
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return new asn1js.Integer({ valueHex: exactBuffer(bytes) });
}

const nameOf = (name: string | Name): Name => (typeof name === 'string' ? [['CN', name]] : name);

function keyOf(key: KeyKind | KeyObject | TestCertificate): KeyObject {
  if (typeof key === 'string') return makeKey(key);
  return 'privateKey' in key ? key.privateKey : key;
}

function spki(privateKey: KeyObject): ArrayBuffer {
  return exactBuffer(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
}

const identify = (privateKey: KeyObject): ArrayBuffer =>
  exactBuffer(
    createHash('sha1')
      .update(new Uint8Array(spki(privateKey)))
      .digest(),
  );

const exactBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
