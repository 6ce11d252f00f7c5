import { type Asn1, bitsOf, constructed, fieldsOf, latin1Of, malformed, onlyOf, primitive } from './asn1.js';
import { canonicalRdn } from './distinguished-name.js';
import { directoryName, type GeneralName, generalNamesIn } from './general-name.js';

/** RFC 5280, 4.2.1.13: full names, or one RDN (in its canonical form) relative to the CRL's issuer. */
export type PointName =
  | { readonly full: readonly GeneralName[] }
  | { readonly relative: string; readonly to: string | null };

export interface DistributionPoint {
  readonly name: PointName | null;
  /** OpenSSL's mask: the first octet, and the second shifted by 8. */
  readonly reasons: number;
  readonly crlIssuer: readonly GeneralName[] | null;
}

/** CRLDP_ALL_REASONS. */
export const ALL_REASONS = 0x807f;

export function distributionPoint(element: Asn1): DistributionPoint {
  const fields = fieldsOf(element, constructed(0), primitive(1), constructed(2));
  const issuer = fields.get(constructed(2));
  const crlIssuer = issuer === undefined ? null : generalNamesIn(issuer.content);
  const reasons = fields.get(primitive(1));
  const to = crlIssuer?.map(directoryName).find((name) => name !== null) ?? null;
  return {
    name: pointName(fields.get(constructed(0)), to),
    reasons: reasons === undefined ? ALL_REASONS : reasonsOf(reasons),
    crlIssuer,
  };
}

export const hasPlace = ({ name, crlIssuer }: DistributionPoint): boolean =>
  name !== null || (crlIssuer !== null && crlIssuer.length > 0);

export function reasonsOf(element: Asn1): number {
  const [first = 0, second = 0] = bitsOf(element, element.tag);
  return (first | (second << 8)) & ALL_REASONS;
}

/** `to`: the name to which a relative one is relative, where it isn't the issuer's own. */
export function pointName(element: Asn1 | undefined, to: string | null): PointName | null {
  if (element === undefined) return null;
  const choice = onlyOf(element.content);
  if (choice.tag === constructed(0)) return { full: generalNamesIn(choice.content) };
  if (choice.tag !== constructed(1)) malformed('a name that is neither full nor relative');
  return { relative: latin1Of(canonicalRdn(choice, constructed(1))), to };
}

/**
 * Whether two names share a place (idp_check_dp in crypto/x509/x509_vfy.c); a missing one matches any.
 *
 * @param issuer the canonical name of the certificate's and the CRL's issuer
 */
export function namesMeet(a: PointName | null, b: PointName | null, issuer: string): boolean {
  if (a === null || b === null) return true;
  const [one, other] = [a, b].map((name) => new Set(keysOf(name, issuer)));
  return one !== undefined && [...one].some((key) => other?.has(key));
}

function keysOf(name: PointName, issuer: string): readonly string[] {
  if ('full' in name) return name.full.map(({ key }) => key);
  return [`4:${(name.to ?? issuer) + name.relative}`];
}
