import { latin1Of } from './asn1.js';
import type { Found } from './chain-fault.js';
import type { Decoded } from './decode.js';
import { COMMON_NAME, EMAIL_ADDRESS, textOf } from './distinguished-name.js';
import type { NameConstraints, Subtree } from './extensions.js';
import { directoryName, type GeneralName, NAME_TYPE } from './general-name.js';

/** 0 for no violation, else OpenSSL's number. */
type Outcome = 0 | 1 | 47 | 48 | 49 | 51 | 53;

const OUTSIDE = 47;
const BAD_NAME = 53;
const IA5_STRING = 0x16;
const MOST_COMPARISONS = 1 << 20;

/** check_name_constraints: every certificate under the constraints of all above it, the anchor's too. */
export function nameConstraintFault(chain: readonly Decoded[]): Found | null {
  for (let depth = chain.length - 1; depth >= 0; depth--) {
    const certificate = chain[depth];
    if (certificate === undefined || (depth > 0 && certificate.isSelfIssued)) continue;
    for (let above = chain.length - 1; above > depth; above--) {
      const constraints = chain[above]?.extensions.nameConstraints ?? null;
      if (constraints === null) continue;
      const outcome =
        check(certificate, constraints) || (depth === 0 ? checkHostNames(certificate, constraints) : 0);
      if (outcome !== 0) return { code: outcome, depth };
    }
  }
  return null;
}

/** NAME_CONSTRAINTS_check: the subject, its e-mail addresses and the alternative names. */
function check({ attributes, subject, extensions }: Decoded, constraints: NameConstraints): Outcome {
  const altNames = extensions.altNames ?? [];
  const names = attributes.length + altNames.length;
  if (names * (constraints.permitted.length + constraints.excluded.length) > MOST_COMPARISONS) return 1;
  if (attributes.length > 0) {
    const outcome = match(
      { type: NAME_TYPE.directory, content: new Uint8Array(), key: `4:${subject}` },
      constraints,
    );
    if (outcome !== 0) return outcome;
  }
  for (const { oid, value } of attributes) {
    if (oid !== EMAIL_ADDRESS) continue;
    if (value.tag !== IA5_STRING) return BAD_NAME;
    const outcome = match({ type: NAME_TYPE.email, content: value.content, key: '' }, constraints);
    if (outcome !== 0) return outcome;
  }
  for (const name of altNames) {
    const outcome = match(name, constraints);
    if (outcome !== 0) return outcome;
  }
  return 0;
}

/** NAME_CONSTRAINTS_check_CN: common names that look like host names count where no dNSName is there. */
function checkHostNames({ attributes, extensions }: Decoded, constraints: NameConstraints): Outcome {
  if (extensions.altNames?.some(({ type }) => type === NAME_TYPE.dns)) return 0;
  for (const { oid, value } of attributes) {
    if (oid !== COMMON_NAME) continue;
    const name = (textOf(value) ?? '').replace(/\0+$/, '');
    if (name.includes('\0')) return BAD_NAME;
    if (!looksLikeHost(name)) continue;
    const outcome = match({ type: NAME_TYPE.dns, content: Buffer.from(name), key: '' }, constraints);
    if (outcome !== 0) return outcome;
  }
  return 0;
}

/** cn2dnsid: two labels or more, a hyphen never beside a dot nor at an end. */
const looksLikeHost = (name: string): boolean =>
  /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)+$/.test(name);

/** nc_match: within one of the permitted subtrees of its type, if there are any, and in no excluded one. */
function match(name: GeneralName, { permitted, excluded }: NameConstraints): Outcome {
  let isInside: boolean | null = null;
  for (const { base, isWhole } of ofType(permitted, name)) {
    if (!isWhole) return 49;
    if (isInside) continue;
    const outcome = matchOne(name, base);
    if (outcome !== 0 && outcome !== OUTSIDE) return outcome;
    isInside = outcome === 0;
  }
  if (isInside === false) return OUTSIDE;
  for (const { base, isWhole } of ofType(excluded, name)) {
    if (!isWhole) return 49;
    const outcome = matchOne(name, base);
    if (outcome === 0) return 48;
    if (outcome !== OUTSIDE) return outcome;
  }
  return 0;
}

const ofType = (subtrees: readonly Subtree[], { type }: GeneralName): Subtree[] =>
  subtrees.filter(({ base }) => base.type === type);

function matchOne(name: GeneralName, base: GeneralName): Outcome {
  const [text, limit] = [latin1Of(name.content), latin1Of(base.content)];
  switch (name.type) {
    case NAME_TYPE.directory:
      return within(directoryName(name)?.startsWith(directoryName(base) ?? '\0') ?? false);
    case NAME_TYPE.dns:
      return within(isSubdomain(text, limit));
    case NAME_TYPE.email:
      return email(text, limit);
    case NAME_TYPE.uri:
      return uri(text, limit);
    case NAME_TYPE.ip:
      return address(name.content, base.content);
    default:
      return 51;
  }
}

const within = (is: boolean): Outcome => (is ? 0 : OUTSIDE);

const folded = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
const endsIn = (text: string, end: string): boolean => folded(text).endsWith(folded(end));

function isSubdomain(name: string, base: string): boolean {
  if (base === '' || folded(name) === folded(base)) return true;
  return endsIn(name, base) && (base.startsWith('.') || name.at(-base.length - 1) === '.');
}

function email(name: string, base: string): Outcome {
  const at = name.lastIndexOf('@');
  if (at === -1) return BAD_NAME;
  const baseAt = base.lastIndexOf('@');
  if (baseAt === -1 && base.startsWith('.')) return within(name.length > base.length && endsIn(name, base));
  if (baseAt > 0 && base.slice(0, baseAt) !== name.slice(0, at)) return OUTSIDE;
  return within(folded(base.slice(baseAt + 1)) === folded(name.slice(at + 1)));
}

function uri(name: string, base: string): Outcome {
  const host = /^[^:]*:\/\/(.*)$/s.exec(name)?.[1];
  if (host === undefined) return BAD_NAME;
  const end = host.includes(':') ? host.indexOf(':') : host.includes('/') ? host.indexOf('/') : host.length;
  const server = host.slice(0, end);
  if (server === '') return BAD_NAME;
  if (base.startsWith('.')) return within(server.length > base.length && endsIn(server, base));
  return within(folded(server) === folded(base));
}

function address(name: Uint8Array, base: Uint8Array): Outcome {
  if (![4, 16].includes(name.length) || ![8, 32].includes(base.length)) return BAD_NAME;
  if (base.length !== 2 * name.length) return OUTSIDE;
  const mask = base.subarray(name.length);
  return within(name.every((octet, i) => ((octet ^ (base[i] ?? 0)) & (mask[i] ?? 0)) === 0));
}
