import { encode } from './asn1.js';
import { parseCertificate } from './certificate.js';
import { type DecodedCrl, decodeCrl } from './crl-decode.js';
import { decode } from './decode.js';
import { nameHash } from './distinguished-name.js';
import { certificatesOf, readPem, toText } from './pem.js';
import { verifySignature } from './signature.js';
import type { Certificate } from './types.js';

/** A certificate revocation list (RFC 5280, 5), as far as OpenSSL's check needs it. Times in milliseconds since 1970. */
export interface Crl {
  readonly der: Uint8Array;
  /** RFC 4514 order, as `Certificate.subject`. */
  readonly issuer: string;
  /** 1970-01-01 where OpenSSL cannot read it. */
  readonly thisUpdate: Date;
  /** null where the list names none. */
  readonly nextUpdate: Date | null;
  /** Serial numbers in upper-case hex without leading zeros. */
  readonly revoked: ReadonlySet<string>;
}

/** A CRL file as OpenSSL loads it. */
export interface CrlReading {
  readonly crls: readonly Crl[];
  /** They join the trust anchors: the store is the one that root.crt was loaded into. */
  readonly certificates: readonly Certificate[];
  /** libpq turns the checking on, even where the file holds certificates and no CRL. */
  readonly loads: boolean;
}

const NOTHING: CrlReading = { crls: [], certificates: [], loads: false };

/**
 * What X509_STORE_load_locations loads of a file for libpq's `sslcrl` (initialize_SSL in fe-secure-openssl.c): all of
 * its PEM, or nothing. libpq says nothing where it doesn't load: DER, garbage, an empty file. Never throws.
 */
export function readCrls(bytes: Uint8Array): CrlReading {
  const reading = readPem(toText(bytes));
  if (reading.problem !== null) return NOTHING;
  const blocks = reading.blocks.filter(({ label }) => label === 'X509 CRL');
  const crls = blocks.map(({ data }) => parseCrl(data)).filter((crl) => crl !== null);
  return { crls, certificates: certificatesOf(reading), loads: true };
}

const decodings = new WeakMap<Uint8Array, DecodedCrl | null>();

function decodingOf(der: Uint8Array): DecodedCrl | null {
  const known = decodings.get(der);
  if (known !== undefined) return known;
  const decoded = decodeCrl(der);
  decodings.set(der, decoded);
  return decoded;
}

/** null for bytes that are no CRL. Never throws. */
export function parseCrl(der: Uint8Array): Crl | null {
  const decoded = decodingOf(der);
  if (decoded === null) return null;
  const { thisUpdate, nextUpdate, revoked } = decoded;
  return {
    der,
    issuer: printedName(decoded.issuerDer),
    thisUpdate: new Date(thisUpdate ?? 0),
    nextUpdate: nextUpdate === undefined ? null : new Date(nextUpdate ?? 0),
    revoked,
  };
}

/** Throws where `crl.der` is no CRL, which parseCrl never gives. */
export function decodedCrl(crl: Crl): DecodedCrl {
  const decoded = decodingOf(crl.der);
  if (decoded === null) throw new Error('a CRL that was read could not be decoded');
  return decoded;
}

/** Whether this key of the issuer's has signed it (X509_CRL_verify). Says nothing of names or dates. */
export function verifyCrl(crl: Crl, issuer: Certificate): boolean {
  const { signed, algorithm, signature } = decodedCrl(crl);
  const { publicKey } = decode(issuer);
  return publicKey !== null && signature !== null && verifySignature(signed, algorithm, signature, publicKey);
}

/**
 * How the list must be called in `sslcrldir` (X509_LOOKUP_hash_dir, as `openssl rehash` names it), without the number
 * that follows: `5ad8a5d6.r`. Numbers count from 0, and the first that is missing ends the search.
 */
export const crlFolderName = (crl: Crl): string => `${nameHash(decodedCrl(crl).issuer)}.r`;

/** An Ed25519 key of zeros: OpenSSL reads any. */
const NO_KEY = Buffer.from(`302a300506032b6570032100${'00'.repeat(32)}`, 'hex');
const ED25519 = Buffer.from('300506032b6570', 'hex');

/** A Name as certificates' names are printed: by OpenSSL, as the name of a certificate made up for it. */
function printedName(der: Uint8Array): string {
  const noTime = encode(0x17, Buffer.from('700101000000Z'));
  const parts = [Buffer.of(2, 1, 0), ED25519, der, encode(0x30, noTime, noTime), der, NO_KEY];
  const certificate = encode(0x30, encode(0x30, ...parts), ED25519, Buffer.of(3, 1, 0));
  return parseCertificate(certificate)?.subject ?? '';
}
