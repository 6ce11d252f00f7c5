import {
  type Asn1,
  attempt,
  bitsOf,
  constructed,
  elementsOf,
  fieldsOf,
  firstOf,
  hexOf,
  inside,
  integerOf,
  isTrue,
  listIn,
  malformed,
  octetsOf,
  oidOf,
  primitive,
  TAG,
} from './asn1.js';
import { type DistributionPoint, distributionPoint, hasPlace } from './distribution-point.js';
import { type GeneralName, generalName, generalNamesIn } from './general-name.js';

export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface AuthorityKeyId {
  /** Lower-case hex. */
  readonly keyId: string | null;
  readonly issuer: readonly GeneralName[];
  /** As `integerOf` writes it. */
  readonly serial: string | null;
}

export interface Subtree {
  readonly base: GeneralName;
  /** Neither a minimum above zero nor a maximum. */
  readonly isWhole: boolean;
}

export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

/** What OpenSSL keeps of a certificate's extensions (ossl_x509v3_cache_extensions in crypto/x509/v3_purp.c). */
export interface Extensions {
  readonly constraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  /** The first octet of KeyUsage; its highest bit is digitalSignature. */
  readonly keyUsage: number | null;
  readonly extendedKeyUsage: ReadonlySet<string> | null;
  readonly netscapeType: number | null;
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: AuthorityKeyId | null;
  readonly altNames: readonly GeneralName[] | null;
  readonly nameConstraints: NameConstraints | null;
  readonly distributionPoints: readonly DistributionPoint[];
  readonly isProxy: boolean;
  /** A critical one that OpenSSL does not know. */
  readonly unhandledCritical: boolean;
  /** One that cannot be read or stands there twice: OpenSSL finds no issuer for such a certificate. */
  readonly invalid: boolean;
}

export const KEY_USAGE = {
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
  crlSign: 0x02,
};

export const OID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  altName: '2.5.29.17',
  constraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  distributionPoints: '2.5.29.31',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  netscapeType: '2.16.840.1.113730.1.1',
  proxy: '1.3.6.1.5.5.7.1.14',
} as const;

/** X509_supported_extension. The key identifiers are not among them: they must not be critical. */
const HANDLED: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.altName,
  OID.constraints,
  OID.nameConstraints,
  OID.distributionPoints,
  OID.extendedKeyUsage,
  OID.netscapeType,
  OID.proxy,
  '2.5.29.32',
  '2.5.29.33',
  '2.5.29.36',
  '2.5.29.54',
  '1.3.6.1.5.5.7.1.7',
  '1.3.6.1.5.5.7.1.8',
  '1.3.6.1.5.5.7.48.1.5',
]);

/** The elements of an `Extensions`; `list` may be missing. */
export function rawExtensionsOf(list: Asn1 | undefined): RawExtension[] {
  if (list === undefined) return [];
  return listIn(list, TAG.sequence).map((extension) => {
    const [type, ...rest] = inside(extension, TAG.sequence);
    const flag = rest.find(({ tag }) => tag === TAG.boolean);
    const critical = flag !== undefined && isTrue(flag.content);
    return { oid: oidOf(type), critical, value: octetsOf(rest.at(-1)) };
  });
}

/** The value of the one extension of this kind; null where it is not there, undefined where X509V3_get_d2i fails. */
export function extensionValue<T>(
  extensions: readonly RawExtension[],
  oid: string,
  read: (value: Asn1) => T,
): T | null | undefined {
  const [extension, ...others] = extensions.filter((each) => each.oid === oid);
  if (extension === undefined) return null;
  if (others.length > 0) return undefined;
  return attempt(() => read(firstOf(extension.value))) ?? undefined;
}

export function readExtensions(extensions: readonly RawExtension[]): Extensions {
  let invalid = false;
  const value = <T>(oid: string, read: (value: Asn1) => T): T | null => {
    const found = extensionValue(extensions, oid, read);
    if (found === undefined) invalid = true;
    return found ?? null;
  };
  const ignored = (): true => true;
  const found = {
    constraints: value(OID.constraints, basicConstraints),
    keyUsage: value(OID.keyUsage, keyUsage),
    extendedKeyUsage: value(OID.extendedKeyUsage, (list) => new Set(listIn(list, TAG.sequence).map(oidOf))),
    netscapeType: value(OID.netscapeType, (bits) => bitsOf(bits)[0] ?? 0),
    subjectKeyId: value(OID.subjectKeyId, (id) => hexOf(octetsOf(id))),
    authorityKeyId: value(OID.authorityKeyId, authorityKeyId),
    altNames: value(OID.altName, (names) => listIn(names, TAG.sequence).map(generalName)),
    nameConstraints: value(OID.nameConstraints, nameConstraints),
    distributionPoints: value(OID.distributionPoints, distributionPoints) ?? [],
    isProxy: value(OID.proxy, ignored) ?? false,
    unhandledCritical: extensions.some(({ critical, oid }) => critical && !HANDLED.has(oid)),
  };
  return { ...found, invalid };
}

function basicConstraints(value: Asn1): { ca: boolean; pathLength: number | null } {
  const fields = fieldsOf(value, TAG.boolean, TAG.integer);
  const ca = fields.get(TAG.boolean);
  const length = fields.get(TAG.integer);
  const pathLength = length === undefined ? null : Number.parseInt(integerOf(length), 16);
  if (pathLength !== null && pathLength < 0) malformed('a negative path length');
  return { ca: ca !== undefined && isTrue(ca.content), pathLength };
}

function keyUsage(value: Asn1): number {
  const [first = 0, second = 0] = bitsOf(value);
  if (first === 0 && second === 0) malformed('a key usage of nothing');
  return first;
}

/** RFC 5280, 4.2.1.1. A CRL has it, too. */
export function authorityKeyId(value: Asn1): AuthorityKeyId {
  const fields = fieldsOf(value, primitive(0), constructed(1), primitive(2));
  const keyId = fields.get(primitive(0));
  const issuer = fields.get(constructed(1));
  const serial = fields.get(primitive(2));
  return {
    keyId: keyId === undefined ? null : hexOf(keyId.content),
    issuer: issuer === undefined ? [] : generalNamesIn(issuer.content),
    serial: serial === undefined ? null : integerOf(serial, primitive(2)),
  };
}

function nameConstraints(value: Asn1): NameConstraints {
  const fields = fieldsOf(value, constructed(0), constructed(1));
  const subtrees = (tag: number): Subtree[] =>
    elementsOf(fields.get(tag)?.content ?? new Uint8Array()).map(subtree);
  return { permitted: subtrees(constructed(0)), excluded: subtrees(constructed(1)) };
}

function subtree(element: Asn1): Subtree {
  const [base, ...limits] = inside(element, TAG.sequence);
  if (!limits.every(({ tag }) => tag === primitive(0) || tag === primitive(1))) malformed('an odd subtree');
  const isWhole = limits.every(({ tag, content }) => tag === primitive(0) && /^0*$/.test(hexOf(content)));
  return { base: generalName(base ?? malformed('a subtree without a base')), isWhole };
}

function distributionPoints(value: Asn1): DistributionPoint[] {
  const points = listIn(value, TAG.sequence).map(distributionPoint);
  if (!points.every(hasPlace)) malformed('a distribution point without a place');
  return points;
}
