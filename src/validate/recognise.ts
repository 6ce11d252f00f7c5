import { printable } from '../core/printable.js';

/** What bytes without a certificate are, completing "it is …", and the way out where there is one. */
export interface Recognised {
  readonly what: string;
  readonly help: string | null;
}

const HEAD = 4096;

const SIGN_IN = 'get it again: what was saved is a page in its place, of a sign-in or of "not found"';
const OF_PKCS12 = 'take the certificates out: openssl pkcs12 -in FILE -nokeys -out root.pem';
const OF_PKCS7 = 'take the certificates out: openssl pkcs7 -in FILE -print_certs -out root.pem';
const OF_JKS = 'take the certificate out: keytool -exportcert -rfc -keystore FILE -alias NAME -file root.pem';

/** Where the value of a DER sequence starts, past its tag and length; null for anything else. */
function insideSequence(bytes: Uint8Array): Uint8Array | null {
  const [tag, length] = bytes;
  if (tag !== 0x30 || length === undefined) return null;
  return bytes.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f));
}

/** What stands first in the outermost sequence, as hex, tells these apart. */
const DER_KINDS: readonly (readonly [startsWith: string, what: string, help: string | null])[] = [
  // RFC 7292, 4: PFX has version 3.
  ['020103', 'a PKCS#12 store', OF_PKCS12],
  // RFC 2315, 14: signedData.
  ['06092a864886f70d010702', 'a PKCS#7 file in DER', OF_PKCS7.replace('pkcs7', 'pkcs7 -inform DER')],
  // RFC 5958, 2; RFC 8017, A.1.2; RFC 5915, 3: the version of PrivateKeyInfo, RSAPrivateKey, ECPrivateKey.
  ['020100', 'a private key in DER', null],
  ['02010104', 'a private key in DER', null],
  ['30', 'DER that is no certificate, or a cut-off one', 'get the file again'],
];

const MAGIC: readonly (readonly [startsWith: string, what: string, help: string | null])[] = [
  ['feedfeed', 'a Java key store', OF_JKS],
  ['cececece', 'a Java key store', OF_JKS],
  ['1f8b', 'a gzip archive', 'unpack it first'],
  ['504b0304', 'a zip archive', 'unpack it first'],
];

const PEM_KINDS: readonly (readonly [label: RegExp, what: string, help: string | null])[] = [
  [/PRIVATE KEY$/, 'a private key', null],
  [/PUBLIC KEY$/, 'a public key', null],
  [/CERTIFICATE REQUEST$/, 'a certificate request', null],
  [/^X509 CRL$/, 'a certificate revocation list', null],
  [/^PKCS7$|^CMS$/, 'a PKCS#7 file', OF_PKCS7],
  [/^TRUSTED CERTIFICATE$/, 'an OpenSSL trusted certificate', 'make it a plain one: openssl x509 -in FILE'],
  [/CERTIFICATE$/, 'a PEM block that cannot be read', null],
];

/** Says what bytes look like that hold no readable certificate. Nothing of their content is repeated but an XML error's code. */
export function recognise(bytes: Uint8Array): Recognised {
  const binary = recogniseBinary(bytes);
  if (binary !== null) return binary;
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, HEAD)).trimStart();
  return recogniseText(text);
}

function recogniseBinary(bytes: Uint8Array): Recognised | null {
  const find = (kinds: typeof MAGIC, of: Uint8Array): Recognised | null => {
    const hex = Buffer.from(of.subarray(0, 16)).toString('hex');
    const [, what, help = null] = kinds.find(([startsWith]) => hex.startsWith(startsWith)) ?? [];
    return what === undefined ? null : { what, help };
  };
  const known = find(MAGIC, bytes);
  if (known !== null) return known;
  const inside = insideSequence(bytes);
  const der = inside === null ? null : find(DER_KINDS, inside);
  if (der !== null) return der;
  return bytes.subarray(0, HEAD).includes(0) ? { what: 'binary data of another kind', help: null } : null;
}

function recogniseText(text: string): Recognised {
  if (text === '') return { what: 'empty', help: null };
  const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1];
  if (label !== undefined) {
    const [, what, help = null] = PEM_KINDS.find(([pattern]) => pattern.test(label)) ?? [];
    return { what: what ?? 'a PEM block of another kind', help };
  }
  if (/^(<!doctype html|<html|<head|<body)/i.test(text)) return { what: 'an HTML page', help: SIGN_IN };
  if (text.startsWith('<')) return recogniseXml(text);
  if (/^[[{]/.test(text)) return { what: 'a JSON document', help: SIGN_IN };
  if (text.startsWith('version https://git-lfs')) {
    return { what: 'a Git LFS pointer', help: 'fetch the file that it stands for: git lfs pull' };
  }
  return { what: 'text without a certificate', help: null };
}

/** Object stores answer `<Error><Code>AccessDenied</Code>…` (Amazon S3, Error responses). */
function recogniseXml(text: string): Recognised {
  if (/<html[\s>]/i.test(text)) return { what: 'an HTML page', help: SIGN_IN };
  const code = /<Error>.*?<Code>([^<]{1,60})<\/Code>/s.exec(text)?.[1];
  const what = code === undefined ? 'an XML document' : `an XML error document (${printable(code, 60)})`;
  return { what, help: SIGN_IN };
}
