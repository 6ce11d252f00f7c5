import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { type Asn1, inside, integerOf, octetsOf, oidOf, TAG } from '../x509/asn1.js';
import type { Budget } from './limits.js';
import { CIPHERS, DIGESTS, OID, OLD_CIPHERS, PRFS } from './oids.js';
import type { PasswordForms } from './password.js';
import { derive, PURPOSE } from './pkcs12-kdf.js';
import { decryptRc2Cbc } from './rc2.js';
import type { StoreFault } from './types.js';

export type Decrypted = { readonly plain: Uint8Array } | { readonly fault: StoreFault };

/** The parts of an AlgorithmIdentifier. */
export function algorithmIn(element: Asn1 | undefined): {
  readonly oid: string;
  readonly parameters: Asn1 | undefined;
} {
  const [oid, parameters] = inside(element, TAG.sequence);
  return { oid: oidOf(oid), parameters };
}

/** A count as it stands in a store; NaN for what is past any use. */
export function countOf(element: Asn1 | undefined): number {
  const hex = integerOf(element);
  return hex.length > 8 ? Number.NaN : Number.parseInt(hex === '' ? '0' : hex, 16);
}

/** The digest of an AlgorithmIdentifier, as OpenSSL calls it; null for one that is not known here. */
export const digestIn = (element: Asn1 | undefined): string | null =>
  DIGESTS[algorithmIn(element).oid] ?? null;

/**
 * Decrypts what PKCS#12 software encrypts certificates with: PBES2 (RFC 8018, 6.2) or PKCS#12's own scheme (RFC 7292,
 * appendix B and C). A wrong password mostly shows as bad padding: `password`.
 *
 * @throws Malformed (see x509/asn1) where the algorithm's parameters are
 */
export function decrypt(
  algorithm: Asn1 | undefined,
  data: Uint8Array,
  password: PasswordForms,
  budget: Budget,
): Decrypted {
  const { oid, parameters } = algorithmIn(algorithm);
  if (oid === OID.pbes2) return decryptPbes2(parameters, data, password, budget);
  const cipher = OLD_CIPHERS[oid];
  if (cipher === undefined) return { fault: 'unsupported' };
  const [saltElement, count] = inside(parameters, TAG.sequence);
  const [salt, rounds] = [octetsOf(saltElement), countOf(count)];
  if (!budget.spend(2 * 4 * rounds, salt)) return { fault: 'too-costly' };
  const derivation = { hash: 'sha1', salt, rounds };
  const [name, keySize] = cipher;
  const key = derive(PURPOSE.key, password.bmp, derivation, keySize);
  const iv = derive(PURPOSE.iv, password.bmp, derivation, 8);
  if (name === 'rc2') {
    // In JavaScript a byte takes about as long as a round.
    return budget.spend(data.length) ? unpadded(decryptRc2Cbc(key, iv, data), 8) : { fault: 'too-costly' };
  }
  if (name === 'des-ede-cbc') {
    return deciphered('des-ede3-cbc', Buffer.concat([key, key.subarray(0, 8)]), iv, data);
  }
  return deciphered(name, key, iv, data);
}

function decryptPbes2(
  parameters: Asn1 | undefined,
  data: Uint8Array,
  password: PasswordForms,
  budget: Budget,
): Decrypted {
  const [derivation, encryption] = inside(parameters, TAG.sequence);
  const kdf = algorithmIn(derivation);
  const scheme = algorithmIn(encryption);
  const cipher = CIPHERS[scheme.oid];
  if (kdf.oid !== OID.pbkdf2 || cipher === undefined) return { fault: 'unsupported' };
  const [salt, count, ...rest] = inside(kdf.parameters, TAG.sequence);
  const prfElement = rest.find(({ tag }) => tag === TAG.sequence);
  const prf = prfElement === undefined ? 'sha1' : PRFS[algorithmIn(prfElement).oid];
  if (salt?.tag !== TAG.octetString || prf === undefined) return { fault: 'unsupported' };
  const rounds = countOf(count);
  if (!budget.spend(rounds, salt.content)) return { fault: 'too-costly' };
  const [name, keySize] = cipher;
  const key = pbkdf2Sync(password.utf8, salt.content, rounds, keySize, prf);
  return deciphered(name, key, octetsOf(scheme.parameters), data);
}

function deciphered(name: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Decrypted {
  const blockSize = name.startsWith('aes') ? 16 : 8;
  if (iv.length !== blockSize || data.length % blockSize !== 0) return { fault: 'damaged' };
  const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
  return unpadded(Buffer.concat([decipher.update(data), decipher.final()]), blockSize);
}

/** RFC 8018, 6.1.1, step 4. */
function unpadded(plain: Uint8Array, blockSize: number): Decrypted {
  const size = plain.at(-1) ?? 0;
  const padding = plain.subarray(plain.length - size);
  const isPadding = size > 0 && size <= blockSize && padding.length === size;
  if (!isPadding || padding.some((byte) => byte !== size)) return { fault: 'password' };
  return { plain: plain.subarray(0, plain.length - size) };
}
