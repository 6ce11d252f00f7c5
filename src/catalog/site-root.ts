import { type KeyObject, X509Certificate } from 'node:crypto';
import { onFile } from '../core/file-errors.js';
import type { Host } from '../core/host.js';
import { printable } from '../core/printable.js';
import { readBundle } from '../x509/bundle.js';
import { formatPem, parseCertificate, publicKeyOf, sha1 } from '../x509/certificate.js';
import type { Certificate } from '../x509/types.js';
import { subjectKeyIdOf } from './key-id.js';
import type { Place } from './place.js';
import type { CatalogRoot, RootStatus } from './types.js';

export interface SiteRoot {
  readonly root: CatalogRoot;
  readonly der: Uint8Array;
}

const LIMIT = 64 * 1024;
const ROOT_ID = /^[a-z0-9][a-z0-9._-]{0,79}$/;
const STATUSES: readonly RootStatus[] = ['current', 'announced', 'preview', 'retired', 'expired'];
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P256', secp384r1: 'P384', secp521r1: 'P521' };
const DER_SEQUENCE = 0x30;

/** Such as `RSA-2048`, `EC-P384`, `ed25519`. */
function keyTypeOf(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const type = key.asymmetricKeyType ?? 'unknown';
  if (modulusLength !== undefined) return `${type.toUpperCase()}-${modulusLength}`;
  return namedCurve === undefined ? type : `EC-${CURVES[namedCurve] ?? namedCurve}`;
}

function readFile(host: Host, place: Place, folder: string): Uint8Array {
  const path = host.path.resolve(folder, place.text());
  const facts = onFile('read', path, () => host.files.lookThrough(path));
  if (facts === null) throw place.refusal(`names ${printable(path)}, which is not there`);
  if (facts.size > LIMIT)
    throw place.refusal(`names ${printable(path)}, which is larger than ${LIMIT} bytes`);
  return onFile('read', path, () => host.files.read(path, LIMIT));
}

function parsed(bytes: Uint8Array): readonly Certificate[] {
  if (bytes[0] !== DER_SEQUENCE) return readBundle(bytes).certificates;
  const certificate = parseCertificate(bytes);
  return certificate === null ? [] : [certificate];
}

/** The one certificate of `pem` or `file`, and where it stands. */
function readCertificate(host: Host, entry: Place, folder: string): Certificate {
  const pem = entry.optional('pem');
  const file = entry.optional('file');
  const place = pem ?? file;
  if (place === null) throw entry.refusal('has neither "pem" nor "file"');
  if (pem !== null && file !== null) throw file.refusal('stands beside "pem": one of the two is enough');
  const bytes = pem === null ? readFile(host, place, folder) : new TextEncoder().encode(pem.text());
  const [certificate, ...more] = parsed(bytes);
  if (certificate === undefined) throw place.refusal('holds no certificate');
  if (more.length > 0) throw place.refusal(`holds ${more.length + 1} certificates instead of one`);
  return certificate;
}

function readKey(certificate: Certificate, entry: Place): KeyObject {
  try {
    return publicKeyOf(certificate);
  } catch {
    throw entry.refusal('has a key of a kind that OpenSSL does not know');
  }
}

function readStatus(entry: Place): RootStatus {
  const place = entry.optional('status');
  if (place === null) return 'current';
  const text = place.text();
  const status = STATUSES.find((known) => known === text);
  if (status === undefined) throw place.refusal(`is none of ${STATUSES.join(', ')}`);
  return status;
}

const seconds = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

/** One entry of `roots` in a site's catalogue. */
export function readSiteRoot(host: Host, entry: Place, folder: string): SiteRoot {
  const idPlace = entry.required('id');
  const id = idPlace.text();
  if (!ROOT_ID.test(id)) throw idPlace.refusal('is not an id: lower-case letters, digits and . _ -');
  const name = entry.required('name').text();
  const pin = entry.required('sha256');
  const sha256 = pin.text().replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw pin.refusal('is not 64 hexadecimal digits');
  const certificate = readCertificate(host, entry, folder);
  if (certificate.sha256 !== sha256) {
    throw pin.refusal(`is not that of the certificate, which is ${certificate.sha256}`);
  }
  const { der } = certificate;
  const x509 = new X509Certificate(formatPem(der));
  const root: CatalogRoot = {
    id,
    name,
    sha256,
    sha1: sha1(certificate),
    subject: certificate.subject,
    serial: x509.serialNumber.padStart(2, '0'),
    notBefore: seconds(certificate.notBefore),
    notAfter: seconds(certificate.notAfter),
    keyType: keyTypeOf(readKey(certificate, entry)),
    status: readStatus(entry),
    publicCa: false,
    officialUrl: null,
    subjectKeyId: subjectKeyIdOf(der),
    note: entry.optional('note')?.text() ?? '',
    origin: 'site',
  };
  return { root, der };
}
