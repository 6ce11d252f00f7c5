import { constructed, encode, primitive } from '../x509/asn1.js';
import { bmpString, integer, NULL, octets, oid, sequence, setOf } from './der-write.js';
import { encryptPbes2, encryptTripleDes, type Protection, protectionFor, ROUNDS } from './encrypt.js';
import { OID } from './oids.js';
import { formsOf, type PasswordForms } from './password.js';
import { type Mac, macFor } from './pfx.js';
import type { Randomness } from './randomness.js';
import type { OpenedPkcs12 } from './read-pkcs12.js';
import type { NewEntry } from './types.js';

/**
 * A PKCS#12 store with certificates that Java trusts, or one that is there with them added: its parts stay byte for
 * byte, a part with the new certificates follows them, and its MAC is made anew by its own digest. Where the store
 * has no password it gets none.
 */
export function addToPkcs12(
  present: OpenedPkcs12 | null,
  entries: readonly NewEntry[],
  password: string,
  randomness: Randomness,
): Uint8Array {
  const forms = present?.password ?? formsOf(password)[0];
  const bags = sequence(...entries.map(certificateBag));
  const part = protectedPart(bags, present === null ? 'pbes2' : protectionFor(present), forms, randomness);
  const kept = present?.pfx?.parts.map(({ raw }) => raw) ?? [];
  const authenticated = sequence(...kept, part);
  const mac = present === null ? NEW_MAC : (present.pfx?.mac ?? null);
  return sequence(
    integer(3),
    contentInfo(OID.data, octets(authenticated)),
    ...(mac === null ? [] : [macData(authenticated, mac, forms, randomness)]),
  );
}

const NEW_MAC = { algorithm: sequence(oid(OID.sha256), NULL), hash: 'sha256', rounds: ROUNDS };

const explicit = (content: Uint8Array): Uint8Array => encode(constructed(0), content);

const contentInfo = (type: string, content: Uint8Array): Uint8Array => sequence(oid(type), explicit(content));

function protectedPart(
  bags: Uint8Array,
  protection: Protection,
  password: PasswordForms,
  randomness: Randomness,
): Uint8Array {
  if (protection === 'none') return contentInfo(OID.data, octets(bags));
  const encrypt = protection === 'pbes2' ? encryptPbes2 : encryptTripleDes;
  const { algorithm, data } = encrypt(bags, password, randomness);
  const encrypted = sequence(oid(OID.data), algorithm, encode(primitive(0), data));
  return contentInfo(OID.encryptedData, sequence(integer(0), encrypted));
}

/** A trusted certificate as the JDK writes one: the attribute says for which uses, and it says for any. */
function certificateBag({ alias, certificate }: NewEntry): Uint8Array {
  return sequence(
    oid(OID.certBag),
    explicit(sequence(oid(OID.x509Certificate), explicit(octets(certificate.der)))),
    setOf(
      sequence(oid(OID.friendlyName), setOf(bmpString(alias))),
      sequence(oid(OID.trustedKeyUsage), setOf(oid(OID.anyExtendedKeyUsage))),
    ),
  );
}

function macData(
  authenticated: Uint8Array,
  { algorithm, hash, rounds }: Pick<Mac, 'algorithm' | 'hash' | 'rounds'>,
  password: PasswordForms,
  { macSalt: salt }: Randomness,
): Uint8Array {
  if (hash === null) throw new Error('a store whose MAC could not be checked is not to be added to');
  const digest = macFor(hash, authenticated, password, { salt, rounds });
  return sequence(sequence(algorithm, octets(digest)), octets(salt), integer(rounds));
}
