import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { integer, NULL, octets, oid, sequence } from './der-write.js';
import { algorithmIn } from './encryption.js';
import { OID } from './oids.js';
import type { PasswordForms } from './password.js';
import { derive, PURPOSE } from './pkcs12-kdf.js';
import type { Randomness } from './randomness.js';
import type { OpenedPkcs12 } from './read-pkcs12.js';

/** As the JDK and, for the newer of the two, OpenSSL have them; what is protected is known to everybody anyway. */
export const ROUNDS = 10_000;

export interface Encrypted {
  /** An AlgorithmIdentifier. */
  readonly algorithm: Uint8Array;
  readonly data: Uint8Array;
}

export type Protection = 'none' | 'pbes2' | 'triple-des';

/**
 * How a part that is added should be protected: as the certificates are that the store holds, so that whoever opens
 * the store can read the new part too. Every Java knows triple DES, and those before 8u301 and 11.0.12 little else.
 */
export function protectionFor({ pfx, parts }: OpenedPkcs12): Protection {
  const encrypted = (pfx?.parts ?? []).filter((part) => part.kind === 'encrypted');
  if (encrypted.length > 0) {
    const isNew = encrypted.some(({ algorithm }) => algorithmIn(algorithm).oid === OID.pbes2);
    return isNew ? 'pbes2' : 'triple-des';
  }
  const inPlain = parts.some(({ bags }) => bags.certificates.length > 0);
  return inPlain || pfx?.mac === null ? 'none' : 'pbes2';
}

/** PBES2 (RFC 8018, 6.2) with PBKDF2, HMAC-SHA-256 and AES-256-CBC, as the JDK writes it. */
export function encryptPbes2(
  plain: Uint8Array,
  { utf8 }: PasswordForms,
  { salt, iv }: Randomness,
): Encrypted {
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(utf8, salt, ROUNDS, 32, 'sha256'), iv);
  const prf = sequence(oid(OID.hmacSha256), NULL);
  const kdf = sequence(oid(OID.pbkdf2), sequence(octets(salt), integer(ROUNDS), integer(32), prf));
  const scheme = sequence(oid(OID.aes256), octets(iv));
  return {
    algorithm: sequence(oid(OID.pbes2), sequence(kdf, scheme)),
    data: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}

/** RFC 7292, appendix C: pbeWithSHAAnd3-KeyTripleDES-CBC. */
export function encryptTripleDes(plain: Uint8Array, { bmp }: PasswordForms, { salt }: Randomness): Encrypted {
  const derivation = { hash: 'sha1', salt, rounds: ROUNDS };
  const key = derive(PURPOSE.key, bmp, derivation, 24);
  const cipher = createCipheriv('des-ede3-cbc', key, derive(PURPOSE.iv, bmp, derivation, 8));
  return {
    algorithm: sequence(oid(OID.pbe3Des), sequence(octets(salt), integer(ROUNDS))),
    data: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}
