import { latin1Of } from './asn1.js';
import { decode } from './decode.js';
import { COMMON_NAME } from './distinguished-name.js';
import { NAME_TYPE } from './general-name.js';
import { formatIp, parseIpv4, parseIpv6 } from './ip-address.js';
import type { Certificate } from './types.js';

export interface HostMatch {
  readonly matches: boolean;
  /** What libpq prints behind `connection to server at … failed: `; null where it matches. */
  readonly libpqMessage: string | null;
}

/** A name as the certificate has it: a dNSName, an iPAddress, or the first common name of its subject. */
interface Name {
  readonly type: 'dns' | 'ip' | 'cn';
  readonly octets: Uint8Array;
}

/** A match, a mismatch, or an error that ends the comparison. */
type Comparison = boolean | { readonly error: string };

/** The first major whose libpq looks at iPAddress names. */
const FIRST_WITH_ADDRESSES = 15;

/**
 * libpq's comparison for sslmode=verify-full (pq_verify_peer_name_matches_certificate in fe-secure-common.c, and its
 * `guts` in fe-secure-openssl.c). `host` is the parameter `host`, never `hostaddr`; `major` is libpq's, 12 to 18.
 * Until 14 an address is compared as a string, and the common name counts where there is no dNSName.
 */
export function matchHostName(
  certificate: Certificate,
  host: string | null,
  { major }: { readonly major: number },
): HostMatch {
  if (host === null || host === '') {
    return failed('host name must be specified for a verified SSL connection');
  }
  const hasAddresses = major >= FIRST_WITH_ADDRESSES;
  const names = namesIn(certificate);
  const alternatives = names.filter(({ type }) => type === 'dns' || (type === 'ip' && hasAddresses));
  const ownType = hasAddresses && isAddress(host) ? 'ip' : 'dns';
  const hidesCommonName = alternatives.some(({ type }) => type === ownType);

  const examined: Name[] = [];
  for (const name of [...alternatives, ...(hidesCommonName ? [] : names.filter(isCommonName))]) {
    examined.push(name);
    const comparison = compare(name, host);
    if (comparison === true) return { matches: true, libpqMessage: null };
    if (comparison !== false) return failed(comparison.error);
  }
  return failed(mismatch(examined.map(printed), host));
}

/**
 * The host names and addresses that a certificate is for, as libpq prints them, in its order; its common name where it
 * has none. Octets that aren't UTF-8 are replaced.
 */
export function hostNamesOf(certificate: Certificate): readonly string[] {
  const names = namesIn(certificate);
  const alternatives = names.filter((name) => !isCommonName(name));
  return (alternatives.length > 0 ? alternatives : names).map(printed);
}

const failed = (libpqMessage: string): HostMatch => ({ matches: false, libpqMessage });

const isCommonName = ({ type }: Name): boolean => type === 'cn';

const isAddress = (host: string): boolean => parseIpv4(host) !== null || parseIpv6(host) !== null;

/** The alternative names, then the first common name. */
function namesIn(certificate: Certificate): Name[] {
  const { attributes, extensions } = decode(certificate);
  const names = (extensions.altNames ?? []).flatMap(({ type, content }): Name[] => {
    if (type === NAME_TYPE.dns) return [{ type: 'dns', octets: content }];
    return type === NAME_TYPE.ip ? [{ type: 'ip', octets: content }] : [];
  });
  const commonName = attributes.find(({ oid }) => oid === COMMON_NAME);
  return commonName === undefined ? names : [...names, { type: 'cn', octets: commonName.value.content }];
}

function compare({ type, octets }: Name, host: string): Comparison {
  if (type === 'ip') {
    if (octets.length !== 4 && octets.length !== 16) {
      return { error: `certificate contains IP address with invalid length ${octets.length}` };
    }
    const address = octets.length === 4 ? parseIpv4(host) : parseIpv6(host);
    return address !== null && octets.every((octet, i) => octet === address[i]);
  }
  if (octets.includes(0)) return { error: "SSL certificate's name contains embedded null" };
  const [name, wanted] = [folded(latin1Of(octets)), folded(latin1Of(Buffer.from(host)))];
  return name === wanted || matchesWildcard(name, wanted);
}

/** wildcard_certificate_match: `*.` in front stands for one label (which may end in a dot of its own). */
function matchesWildcard(pattern: string, name: string): boolean {
  if (!/^\*\../s.test(pattern) || pattern.length > name.length) return false;
  const at = name.length - pattern.length + 1;
  return name.slice(at) === pattern.slice(1) && !name.slice(0, at - 1).includes('.');
}

const folded = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());

const printed = ({ type, octets }: Name): string =>
  type === 'ip' ? formatIp(octets) : Buffer.from(octets).toString('utf8');

function mismatch([first, ...others]: readonly string[], host: string): string {
  if (first === undefined) return "could not get server's host name from server certificate";
  const more = others.length === 1 ? '1 other name' : `${others.length} other names`;
  const names = others.length === 0 ? `"${first}"` : `"${first}" (and ${more})`;
  return `server certificate for ${names} does not match host name "${host}"`;
}
