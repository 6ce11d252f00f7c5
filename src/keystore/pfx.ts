import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  type Asn1,
  constructed,
  contentOf,
  firstOf,
  inside,
  malformed,
  octetsOf,
  oidOf,
  onlyOf,
  TAG,
} from '../x509/asn1.js';
import { countOf, digestIn } from './encryption.js';
import { type Budget, MOST_ENTRIES } from './limits.js';
import { OID } from './oids.js';
import type { PasswordForms } from './password.js';
import { derive, PURPOSE } from './pkcs12-kdf.js';
import type { StoreFault } from './types.js';

/** One ContentInfo of the AuthenticatedSafe; `raw` is the whole of it, to be kept as it is. */
export type Part =
  | { readonly kind: 'plain'; readonly raw: Uint8Array; readonly content: Uint8Array }
  | {
      readonly kind: 'encrypted';
      readonly raw: Uint8Array;
      readonly algorithm: Asn1 | undefined;
      readonly content: Uint8Array;
    }
  /** Encrypted for a public key: nothing that a password opens. */
  | { readonly kind: 'other'; readonly raw: Uint8Array };

export interface Mac {
  /** The digest's AlgorithmIdentifier, to be kept as it is; its name for OpenSSL, null where it is not known here. */
  readonly algorithm: Uint8Array;
  readonly hash: string | null;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
}

/** A PKCS#12 file taken apart (RFC 7292, 4), nothing decrypted. */
export interface Pfx {
  readonly parts: readonly Part[];
  /** What the MAC is made over. */
  readonly authenticated: Uint8Array;
  /** null where the store has no password of its own. */
  readonly mac: Mac | null;
}

/** @throws Malformed (see x509/asn1) */
export function readPfx(bytes: Uint8Array): Pfx | { readonly fault: StoreFault } {
  const [version, authSafe, mac] = inside(firstOf(bytes), TAG.sequence);
  if (countOf(version) !== 3) return { fault: 'unsupported' };
  const [type, content] = inside(authSafe, TAG.sequence);
  // Signed with a key instead of a password (RFC 7292, 3.1).
  if (oidOf(type) !== OID.data) return { fault: 'unsupported' };
  const authenticated = octetsOf(explicit(content));
  const parts = inside(onlyOf(authenticated), TAG.sequence);
  if (parts.length > MOST_ENTRIES) return { fault: 'too-costly' };
  return {
    parts: parts.map(partOf),
    authenticated,
    mac: mac === undefined ? null : macOf(mac),
  };
}

const explicit = (element: Asn1 | undefined): Asn1 => onlyOf(contentOf(element, constructed(0)));

function partOf(info: Asn1): Part {
  const { raw } = info;
  const [type, content] = inside(info, TAG.sequence);
  const oid = oidOf(type);
  if (oid === OID.data) return { kind: 'plain', raw, content: octetsOf(explicit(content)) };
  if (oid !== OID.encryptedData) return { kind: 'other', raw };
  const [, encryptedInfo] = inside(explicit(content), TAG.sequence);
  const [, algorithm, encrypted] = inside(encryptedInfo, TAG.sequence);
  return { kind: 'encrypted', raw, algorithm, content: implicitOctets(encrypted) };
}

/** `[0] IMPLICIT OCTET STRING`, whole or in pieces. */
function implicitOctets(element: Asn1 | undefined): Uint8Array {
  if (element === undefined) return new Uint8Array();
  const tag = (element.tag & 0x20) === 0 ? TAG.octetString : TAG.octetString | 0x20;
  return octetsOf({ ...element, tag });
}

function macOf(element: Asn1): Mac {
  const [info, salt, rounds] = inside(element, TAG.sequence);
  const [algorithm, digest] = inside(info, TAG.sequence);
  return {
    algorithm: algorithm?.raw ?? malformed('no digest'),
    hash: digestIn(algorithm),
    digest: octetsOf(digest),
    salt: octetsOf(salt),
    rounds: rounds === undefined ? 1 : countOf(rounds),
  };
}

/** RFC 7292, appendix B and 5.1: the MAC of the store's content. */
export function macFor(
  hash: string,
  authenticated: Uint8Array,
  password: PasswordForms,
  { salt, rounds }: Pick<Mac, 'salt' | 'rounds'>,
): Buffer {
  const size = createHmac(hash, '').digest().length;
  const key = derive(PURPOSE.mac, password.bmp, { hash, salt, rounds }, size);
  return createHmac(hash, key).update(authenticated).digest();
}

/** The first password that fits the MAC, or why none does. */
export function passwordOf(
  { mac, authenticated }: Pfx & { readonly mac: Mac },
  passwords: readonly PasswordForms[],
  budget: Budget,
): PasswordForms | { readonly fault: StoreFault } {
  const { hash, digest } = mac;
  if (hash === null) return { fault: 'unsupported' };
  for (const password of passwords) {
    if (!budget.spend(4 * mac.rounds, mac.salt)) return { fault: 'too-costly' };
    const found = macFor(hash, authenticated, password, mac);
    if (found.length === digest.length && timingSafeEqual(found, digest)) return password;
  }
  return { fault: 'password' };
}
