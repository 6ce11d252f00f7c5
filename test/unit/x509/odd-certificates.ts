import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { type CertificateOptions, makeCertificate, makeKey } from '../../support/make-certs.js';

export const NOW = new Date('2026-11-21T12:00:00Z');
const DAYS = 86_400_000;
export const daysFromNow = (days: number): Date => new Date(NOW.getTime() + days * DAYS);
export const VALID = { notBefore: daysFromNow(-1), notAfter: daysFromNow(365) };

export const made = (options: Partial<CertificateOptions> = {}): Uint8Array =>
  makeCertificate({ subject: 'Test Root', ...VALID, ...options }).der;

/** The same certificate with its last byte, which belongs to the signature, or a byte of its name changed. */
export function altered(der: Uint8Array, part: 'name' | 'signature'): Uint8Array {
  const copy = Buffer.from(der);
  if (part === 'name') {
    for (let at = copy.indexOf('Test Root'); at >= 0; at = copy.indexOf('Test Root', at + 1)) copy[at] = 0x42;
  } else copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1);
  return new Uint8Array(copy);
}

interface Resigned {
  readonly algorithm: pkijs.AlgorithmIdentifier;
  readonly signed: (tbs: Uint8Array) => Uint8Array;
  readonly inside?: pkijs.AlgorithmIdentifier;
  readonly publicKey?: pkijs.PublicKeyInfo;
  readonly extensions?: (all: readonly pkijs.Extension[]) => pkijs.Extension[];
}

/** A certificate put together again, for what `makeCertificate` rightly does not make. */
export function resigned(
  der: Uint8Array,
  { algorithm, signed, inside, publicKey, extensions }: Resigned,
): Uint8Array {
  const certificate = pkijs.Certificate.fromBER(der);
  certificate.signature = inside ?? algorithm;
  certificate.signatureAlgorithm = algorithm;
  if (publicKey !== undefined) certificate.subjectPublicKeyInfo = publicKey;
  if (extensions !== undefined) certificate.extensions = extensions(certificate.extensions ?? []);
  certificate.tbsView = new Uint8Array(certificate.encodeTBS().toBER());
  const signature = new Uint8Array(signed(certificate.tbsView));
  certificate.signatureValue = new asn1js.BitString({ valueHex: signature.buffer });
  return new Uint8Array(certificate.toSchema(true).toBER());
}

export const algorithm = (
  algorithmId: string,
  algorithmParams?: asn1js.BaseBlock,
): pkijs.AlgorithmIdentifier =>
  new pkijs.AlgorithmIdentifier(
    algorithmParams === undefined ? { algorithmId } : { algorithmId, algorithmParams },
  );

export const SHA256 = algorithm('2.16.840.1.101.3.4.2.1', new asn1js.Null());
export const ECDSA_SHA256 = algorithm('1.2.840.10045.4.3.2');

export function pssRoot(key: KeyObject, mgfDigest: pkijs.AlgorithmIdentifier): Uint8Array {
  const parameters = new pkijs.RSASSAPSSParams({
    hashAlgorithm: SHA256,
    maskGenAlgorithm: algorithm('1.2.840.113549.1.1.8', mgfDigest.toSchema()),
    saltLength: 32,
  });
  return resigned(made({ key, signWith: makeKey() }), {
    algorithm: algorithm('1.2.840.113549.1.1.10', parameters.toSchema()),
    signed: (tbs) => sign('sha256', tbs, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  });
}

export const ecKey = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;

/** With the public exponent 1 the padded digest is its own signature, and nobody needs a private key. */
export function exponentOneRoot(): Uint8Array {
  const modulus = Buffer.alloc(256, 0xff);
  const publicKey = new pkijs.PublicKeyInfo();
  publicKey.algorithm = algorithm('1.2.840.113549.1.1.1', new asn1js.Null());
  const key = new asn1js.Sequence({
    value: [
      asn1js.Integer.fromBigInt(BigInt(`0x${modulus.toString('hex')}`)),
      new asn1js.Integer({ value: 1 }),
    ],
  });
  publicKey.subjectPublicKey = new asn1js.BitString({ valueHex: key.toBER() });
  return resigned(made(), {
    algorithm: algorithm('1.2.840.113549.1.1.11', new asn1js.Null()),
    publicKey,
    signed: (tbs) => {
      const info = Buffer.concat([
        Buffer.from('3031300d060960864801650304020105000420', 'hex'),
        createHash('sha256').update(tbs).digest(),
      ]);
      const padding = Buffer.alloc(256 - info.length - 3, 0xff);
      return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), info]);
    },
  });
}

/** DER of `depth` sequences, one in the other. */
export function nested(depth: number): Uint8Array {
  const parts: number[] = [];
  for (let size = 0, level = 0; level < depth; level += 1) {
    const head = size < 0x80 ? [0x30, size] : [0x30, 0x83, size >> 16, (size >> 8) & 0xff, size & 0xff];
    parts.push(...head.reverse());
    size += head.length;
  }
  return Uint8Array.from(parts.reverse());
}

/** One sequence of so many nulls. */
export function flat(count: number): Uint8Array {
  const size = 2 * count;
  const der = new Uint8Array(5 + size);
  der.set([0x30, 0x83, size >> 16, (size >> 8) & 0xff, size & 0xff]);
  for (let at = 5; at < der.length; at += 2) der[at] = 0x05;
  return der;
}
