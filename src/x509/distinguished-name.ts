import { createHash } from 'node:crypto';
import { type Asn1, contentOf, encode, inside, latin1Of, listIn, malformed, oidOf, TAG } from './asn1.js';

export interface NameAttribute {
  readonly oid: string;
  readonly value: Asn1;
}

export const COMMON_NAME = '2.5.4.3';
export const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

const UTF8_STRING = 0x0c;
const UNIVERSAL_STRING = 0x1c;
const BMP_STRING = 0x1e;
/** PrintableString, T61String, IA5String and VisibleString: a character an octet for ASN1_STRING_to_UTF8. */
const ONE_OCTET_STRINGS: ReadonlySet<number> = new Set([0x13, 0x14, 0x16, 0x1a]);

/** All attributes of a Name, in the DER's order. */
export const attributesOf = (name: Asn1 | undefined): NameAttribute[] =>
  listIn(name, TAG.sequence).flatMap((rdn) => listIn(rdn, TAG.set).map(attributeOf));

function attributeOf(element: Asn1): NameAttribute {
  const [type, value] = inside(element, TAG.sequence);
  return { oid: oidOf(type), value: value ?? malformed('an attribute without a value') };
}

/**
 * The form in which OpenSSL compares names (X509_NAME_cmp; x509_name_canon in crypto/x509/x_name.c): strings in UTF-8,
 * ASCII in lower case, white space trimmed and folded; everything else octet for octet. As latin1, and the names of a
 * subtree begin with their base.
 */
export const canonicalName = (name: Asn1 | undefined): string =>
  listIn(name, TAG.sequence)
    .map((rdn) => latin1Of(canonicalRdn(rdn)))
    .join('');

/** One RelativeDistinguishedName of it. `tag` is that of the set where it is implicit. */
export function canonicalRdn(rdn: Asn1, tag: number = TAG.set): Uint8Array {
  const attributes = listIn(rdn, tag).map((element) => {
    const [type, value] = inside(element, TAG.sequence);
    contentOf(type, TAG.oid);
    if (type === undefined || value === undefined) malformed('an attribute without a value');
    if (value.tag >= 0x80) malformed('a value of no universal type');
    return encode(TAG.sequence, type.raw, canonicalValue(value));
  });
  return encode(TAG.set, ...attributes.sort(Buffer.compare));
}

function canonicalValue(value: Asn1): Uint8Array {
  const text = textOf(value);
  if (text === null) return value.raw;
  const folded = text
    .replace(/^[\t-\r ]+|[\t-\r ]+$/g, '')
    .replace(/[\t-\r ]+/g, ' ')
    .replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
  return encode(UTF8_STRING, Buffer.from(folded));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** ASN1_STRING_to_UTF8 for the types of string that OpenSSL folds; null for any other type. */
export function textOf({ tag, content }: Asn1): string | null {
  const bytes = Buffer.from(content);
  if (tag === UTF8_STRING) return decodeUtf8(bytes);
  if (ONE_OCTET_STRINGS.has(tag)) return bytes.toString('latin1');
  const size = tag === BMP_STRING ? 2 : tag === UNIVERSAL_STRING ? 4 : null;
  if (size === null) return null;
  if (bytes.length % size !== 0) malformed('half a character');
  let text = '';
  for (let at = 0; at < bytes.length; at += size) {
    const code = bytes.readUIntBE(at, size);
    text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return text;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return malformed('not UTF-8');
  }
}

/** X509_NAME_hash: the first four octets of the SHA-1 of the canonical form, the least significant first. */
export function nameHash(canonical: string): string {
  const digest = createHash('sha1').update(Buffer.from(canonical, 'latin1')).digest();
  return digest.readUInt32LE(0).toString(16).padStart(8, '0');
}
