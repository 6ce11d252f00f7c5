import {
  type Asn1,
  attempt,
  bitsOf,
  constructed,
  fieldsOf,
  firstOf,
  inside,
  integerOf,
  isTrue,
  malformed,
  onlyOf,
  primitive,
  TAG,
  timeOf,
} from './asn1.js';
import { canonicalName } from './distinguished-name.js';
import { type PointName, pointName, reasonsOf } from './distribution-point.js';
import {
  type AuthorityKeyId,
  authorityKeyId,
  extensionValue,
  OID,
  type RawExtension,
  rawExtensionsOf,
} from './extensions.js';
import { directoryName, generalNamesIn } from './general-name.js';

/** RFC 5280, 5.2.5. */
export interface IssuingPoint {
  readonly name: PointName | null;
  readonly onlyUsers: boolean;
  readonly onlyCas: boolean;
  readonly onlyAttributes: boolean;
  /** An indirect list, or one for some reasons only: OpenSSL passes these over unless asked not to. */
  readonly isUnsupported: boolean;
  /** Two limits at once. */
  readonly isInvalid: boolean;
}

/** A CRL in the parts that OpenSSL's check looks at (crypto/x509/x_crl.c). */
export interface DecodedCrl {
  readonly signed: Uint8Array;
  readonly algorithm: Asn1;
  /** null where it isn't a whole number of octets. */
  readonly signature: Uint8Array | null;
  /** Canonical form, and DER. */
  readonly issuer: string;
  readonly issuerDer: Uint8Array;
  /** Milliseconds; null for an error, undefined where there is no such date. */
  readonly thisUpdate: number | null;
  readonly nextUpdate: number | null | undefined;
  readonly authorityKeyId: AuthorityKeyId | null;
  readonly issuingPoint: IssuingPoint | null;
  readonly isDelta: boolean;
  readonly unhandledCritical: boolean;
  readonly revoked: ReadonlySet<string>;
}

const CRL_OID = {
  reason: '2.5.29.21',
  deltaOf: '2.5.29.27',
  issuingPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
} as const;

const HANDLED: ReadonlySet<string> = new Set([CRL_OID.issuingPoint, CRL_OID.deltaOf, OID.authorityKeyId]);
const REMOVE_FROM_CRL = '8';

/** null for bytes that are no CRL. */
export const decodeCrl = (der: Uint8Array): DecodedCrl | null => attempt(() => read(der));

function read(der: Uint8Array): DecodedCrl {
  const [signed, algorithm, signature] = inside(firstOf(der), TAG.sequence);
  const parts = inside(signed, TAG.sequence);
  if (parts[0]?.tag === TAG.integer) parts.shift();
  const [, issuer, thisUpdate, ...optional] = parts;
  const canonicalIssuer = canonicalName(issuer);
  const nextUpdate = optional.find(({ tag }) => tag === TAG.utcTime || tag === TAG.generalizedTime);
  const entries = optional.find(({ tag }) => tag === TAG.sequence);
  const wrapped = optional.find(({ tag }) => tag === constructed(0));
  const extensions = rawExtensionsOf(wrapped && onlyOf(wrapped.content));
  const { revoked, hasCritical } = revokedIn(entries, canonicalIssuer);
  const bits = bitsOf(signature);
  return {
    signed: signed?.raw ?? new Uint8Array(),
    algorithm: algorithm ?? malformed('no signature algorithm'),
    signature: signature?.content[0] === 0 ? bits : null,
    issuer: canonicalIssuer,
    issuerDer: issuer?.raw ?? new Uint8Array(),
    thisUpdate: timeOf(thisUpdate),
    nextUpdate: nextUpdate && timeOf(nextUpdate),
    authorityKeyId: extensionValue(extensions, OID.authorityKeyId, authorityKeyId) ?? null,
    issuingPoint: extensionValue(extensions, CRL_OID.issuingPoint, issuingPoint) ?? null,
    isDelta: (extensionValue(extensions, CRL_OID.deltaOf, (number) => integerOf(number)) ?? null) !== null,
    unhandledCritical: hasCritical || extensions.some(({ critical, oid }) => critical && !HANDLED.has(oid)),
    revoked,
  };
}

/**
 * The serial numbers that the list revokes for its own issuer. An entry's certificate issuer (RFC 5280, 5.3.3) holds
 * for those behind it, too; the first entry of a number decides, and `removeFromCRL` takes it out.
 */
function revokedIn(
  entries: Asn1 | undefined,
  issuer: string,
): { revoked: ReadonlySet<string>; hasCritical: boolean } {
  const isRevoked = new Map<string, boolean>();
  let hasCritical = false;
  let isOwn = true;
  for (const entry of entries === undefined ? [] : inside(entries, TAG.sequence)) {
    const [number, , list] = inside(entry, TAG.sequence);
    const extensions = rawExtensionsOf(list);
    hasCritical ||= extensions.some(({ critical, oid }) => critical && oid !== CRL_OID.certificateIssuer);
    isOwn = issuerAgrees(extensions, issuer) ?? isOwn;
    const serial = integerOf(number);
    if (!isOwn || isRevoked.has(serial)) continue;
    const reason = extensionValue(extensions, CRL_OID.reason, (value) => integerOf(value, TAG.enumerated));
    isRevoked.set(serial, reason !== REMOVE_FROM_CRL);
  }
  const revoked = [...isRevoked].filter(([, is]) => is).map(([serial]) => serial);
  return { revoked: new Set(revoked), hasCritical };
}

function issuerAgrees(extensions: readonly RawExtension[], issuer: string): boolean | null {
  if (extensions.length === 0) return null;
  const names = extensionValue(extensions, CRL_OID.certificateIssuer, (list) => generalNamesIn(list.content));
  return names?.some((name) => directoryName(name) === issuer) ?? null;
}

function issuingPoint(value: Asn1): IssuingPoint {
  const [name, reasons] = [constructed(0), primitive(3)];
  const fields = fieldsOf(value, name, primitive(1), primitive(2), reasons, primitive(4), primitive(5));
  const flag = (n: number): boolean => isTrue(fields.get(primitive(n))?.content ?? new Uint8Array());
  const limit = fields.get(reasons);
  const someReasons = limit === undefined ? null : reasonsOf(limit);
  const [onlyUsers, onlyCas, onlyAttributes] = [flag(1), flag(2), flag(5)];
  return {
    name: pointName(fields.get(name), null),
    onlyUsers,
    onlyCas,
    onlyAttributes,
    isUnsupported: flag(4) || someReasons !== null,
    isInvalid: [onlyUsers, onlyCas, onlyAttributes].filter((is) => is).length > 1,
  };
}
