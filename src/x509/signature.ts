import { constants, type KeyObject, verify } from 'node:crypto';
import { type Asn1, attempt, constructed, firstOf, inside, integerOf, oidOf, TAG } from './asn1.js';
import type { Decoded } from './decode.js';

type Kind = 'rsa' | 'rsa-pss' | 'ec' | 'dsa' | 'ed25519' | 'ed448';

interface Algorithm {
  readonly kind: Kind;
  /** Node's name of the digest; null where the algorithm has its own. */
  readonly digest: string | null;
}

const rsa = (digest: string): Algorithm => ({ kind: 'rsa', digest });
const ec = (digest: string): Algorithm => ({ kind: 'ec', digest });
const dsa = (digest: string): Algorithm => ({ kind: 'dsa', digest });

/** Signature algorithms that OpenSSL 3.0 knows: the kind of key, and the digest (crypto/objects/obj_xref.txt). */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  '1.2.840.113549.1.1.2': rsa('md2'),
  '1.2.840.113549.1.1.3': rsa('md4'),
  '1.2.840.113549.1.1.4': rsa('md5'),
  '1.2.840.113549.1.1.5': rsa('sha1'),
  '1.3.14.3.2.29': rsa('sha1'),
  '1.3.36.3.3.1.2': rsa('ripemd160'),
  '1.2.840.113549.1.1.14': rsa('sha224'),
  '1.2.840.113549.1.1.11': rsa('sha256'),
  '1.2.840.113549.1.1.12': rsa('sha384'),
  '1.2.840.113549.1.1.13': rsa('sha512'),
  '1.2.840.113549.1.1.15': rsa('sha512-224'),
  '1.2.840.113549.1.1.16': rsa('sha512-256'),
  '2.16.840.1.101.3.4.3.13': rsa('sha3-224'),
  '2.16.840.1.101.3.4.3.14': rsa('sha3-256'),
  '2.16.840.1.101.3.4.3.15': rsa('sha3-384'),
  '2.16.840.1.101.3.4.3.16': rsa('sha3-512'),
  '1.2.840.10045.4.1': ec('sha1'),
  '1.2.840.10045.4.3.1': ec('sha224'),
  '1.2.840.10045.4.3.2': ec('sha256'),
  '1.2.840.10045.4.3.3': ec('sha384'),
  '1.2.840.10045.4.3.4': ec('sha512'),
  '2.16.840.1.101.3.4.3.9': ec('sha3-224'),
  '2.16.840.1.101.3.4.3.10': ec('sha3-256'),
  '2.16.840.1.101.3.4.3.11': ec('sha3-384'),
  '2.16.840.1.101.3.4.3.12': ec('sha3-512'),
  '1.2.840.10040.4.3': dsa('sha1'),
  '2.16.840.1.101.3.4.3.1': dsa('sha224'),
  '2.16.840.1.101.3.4.3.2': dsa('sha256'),
  '1.3.101.112': { kind: 'ed25519', digest: null },
  '1.3.101.113': { kind: 'ed448', digest: null },
};

const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

/** Digests as parameters of RSA-PSS (RFC 4055, 2.1). */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Strength in bits against collisions, as OpenSSL counts it (x509_sig_info_init). Any other: 4 bits an octet. */
const DIGEST_BITS: Readonly<Record<string, number>> = { md2: 64, md4: 64, md5: 39, sha1: 63, ripemd160: 80 };

interface Parameters extends Algorithm {
  /** Of RSA-PSS only. */
  readonly pss: { readonly salt: number; readonly mask: string | null } | null;
}

/** null for an algorithm that OpenSSL does not know. */
function parametersOf(algorithm: Asn1): Parameters | null {
  return attempt(() => {
    const [type, parameters] = inside(algorithm, TAG.sequence);
    const oid = oidOf(type);
    if (oid === RSA_PSS) return pssParameters(parameters);
    const known = ALGORITHMS[oid];
    return known === undefined ? null : { ...known, pss: null };
  });
}

function pssParameters(parameters: Asn1 | undefined): Parameters {
  const parts = inside(parameters, TAG.sequence);
  const part = (n: number): Asn1 | undefined => {
    const wrapped = parts.find(({ tag }) => tag === constructed(n));
    return wrapped && firstOf(wrapped.content);
  };
  const nameOf = (digest: Asn1 | undefined): string | null =>
    digest === undefined ? 'sha1' : (DIGESTS[oidOf(inside(digest, TAG.sequence)[0])] ?? null);
  const mask = part(1);
  const [maskType, maskDigest] = mask === undefined ? [] : inside(mask, TAG.sequence);
  const isMgf1 = maskType === undefined || oidOf(maskType) === MGF1;
  const salt = part(2);
  return {
    kind: 'rsa-pss',
    digest: nameOf(part(0)),
    pss: {
      salt: salt === undefined ? 20 : Number.parseInt(integerOf(salt), 16),
      mask: isMgf1 ? nameOf(maskDigest) : null,
    },
  };
}

/** check_sig_alg_match in crypto/x509/v3_purp.c: could this key have signed it, by its kind? */
export function kindsAgree(key: KeyObject | null, signed: Decoded): boolean {
  const kind = attempt(() => kindOf(signed.algorithm)) ?? null;
  const type = key?.asymmetricKeyType;
  return kind !== null && (type === kind || (type === 'rsa' && kind === 'rsa-pss'));
}

function kindOf(algorithm: Asn1): Kind | null {
  const oid = oidOf(inside(algorithm, TAG.sequence)[0]);
  return oid === RSA_PSS ? 'rsa-pss' : (ALGORITHMS[oid]?.kind ?? null);
}

/** X509_get_signature_info's security bits; null where OpenSSL knows none. */
export function signatureBits({ algorithm }: Decoded): number | null {
  const parameters = parametersOf(algorithm);
  if (parameters === null) return null;
  const { kind, digest } = parameters;
  if (kind === 'ed25519') return 128;
  if (kind === 'ed448') return 224;
  if (digest === null) return null;
  return DIGEST_BITS[digest] ?? Number(/\d+$/.exec(digest)?.[0]) / 2;
}

/** X509_verify: the signature of a certificate by this key, its two algorithm identifiers being the same. */
export function isSignedBy(signed: Decoded, key: KeyObject): boolean {
  try {
    return signed.x509.verify(key);
  } catch {
    return false;
  }
}

/** ASN1_item_verify for what isn't a certificate. RSA-PSS with two different digests can't be checked: false. */
export function verifySignature(
  data: Uint8Array,
  algorithm: Asn1,
  signature: Uint8Array,
  key: KeyObject,
): boolean {
  const parameters = parametersOf(algorithm);
  if (parameters === null || !isKeyFor(parameters.kind, key)) return false;
  const { digest, pss } = parameters;
  if (pss !== null && (digest === null || pss.mask !== digest)) return false;
  const padding = pss === null ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.salt };
  try {
    return verify(digest, data, { key, ...padding }, signature);
  } catch {
    return false;
  }
}

const isKeyFor = (kind: Kind, { asymmetricKeyType: type }: KeyObject): boolean =>
  type === kind || (type === 'rsa' && kind === 'rsa-pss');
