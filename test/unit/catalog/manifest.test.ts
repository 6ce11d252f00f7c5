import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { BaseBlock, Constructed, fromBER, ObjectIdentifier, OctetString } from 'asn1js';
import { subjectKeyIdOf } from '../../../src/catalog/key-id.js';
import { embeddedDer, type ManifestRoot, readManifest } from '../../../src/catalog/manifest.js';
import { nodeHost } from '../../../src/core/node-host.js';

const host = nodeHost();
const { roots, providers, lineages, ...rest } = readManifest(host);
const asset = (name: string): string => new TextDecoder().decode(host.asset(name));
const pemOf = (id: string): string => asset(`certs/${id}.pem`);
const digest = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest('hex');

const DIGEST_OF: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
};
const CURVE_OF: Readonly<Record<string, string>> = { prime256v1: 'P256', secp384r1: 'P384' };

const children = (block: unknown): unknown[] => {
  if (block instanceof Constructed) return block.valueBlock.value;
  throw new Error('not a constructed value');
};
const oid = (block: unknown): string =>
  block instanceof ObjectIdentifier ? block.valueBlock.toString() : '';

/** The same figures by another reader than the one under test: asn1js. */
function byAsn1js(der: Uint8Array): { signatureHash: string | undefined; subjectKeyId: string | null } {
  const [tbs, algorithm] = children(fromBER(der).result);
  const signatureHash = DIGEST_OF[oid(children(algorithm)[0])];
  const wrapper = children(tbs).find(
    (block) => block instanceof BaseBlock && block.idBlock.tagClass === 3 && block.idBlock.tagNumber === 3,
  );
  for (const extension of children(children(wrapper)[0])) {
    const [id, ...others] = children(extension);
    const value = others.at(-1);
    if (oid(id) !== '2.5.29.14' || !(value instanceof OctetString)) continue;
    const inner = fromBER(value.valueBlock.valueHexView).result;
    if (inner instanceof OctetString) {
      return { signatureHash, subjectKeyId: Buffer.from(inner.valueBlock.valueHexView).toString('hex') };
    }
  }
  return { signatureHash, subjectKeyId: null };
}

function keyType(x509: X509Certificate): string {
  const { modulusLength, namedCurve = '' } = x509.publicKey.asymmetricKeyDetails ?? {};
  return modulusLength === undefined ? `EC-${CURVE_OF[namedCurve]}` : `RSA-${modulusLength}`;
}

const iso = (date: string): string => new Date(date).toISOString().replace('.000Z', 'Z');

function recomputed(root: ManifestRoot): Partial<ManifestRoot> {
  const x509 = new X509Certificate(pemOf(root.id));
  return {
    sha256: digest('sha256', x509.raw),
    sha1: digest('sha1', x509.raw),
    subject: x509.subject.split('\n').reverse().join(','),
    serial: x509.serialNumber.padStart(2, '0'),
    notBefore: iso(x509.validFrom),
    notAfter: iso(x509.validTo),
    keyType: keyType(x509),
    ...(byAsn1js(x509.raw) as { signatureHash: string; subjectKeyId: string | null }),
  };
}

test('there are 145 roots, each with one PEM and no file too many', () => {
  const files = readdirSync(host.path.join(import.meta.dirname, '../../../certs')).sort();
  expect(roots).toHaveLength(145);
  expect(files).toEqual([...roots.map(({ id }) => `${id}.pem`), 'manifest.json'].sort());
});

test('the manifest names its version and day', () => {
  expect(rest).toEqual({ schemaVersion: 1, asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
});

describe.each(roots.map((root) => [root.id, root] as const))('%s', (id, root) => {
  const x509 = new X509Certificate(pemOf(id));

  test('every figure is that of its PEM', () => {
    expect(root).toMatchObject(recomputed(root));
    expect(root.subjectKeyId).toBe(subjectKeyIdOf(x509.raw));
    expect(x509.subject).toContain(`CN=${root.name}`);
  });

  test('it is signed by its own key and is a certificate authority', () => {
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.checkIssued(x509)).toBe(true);
    expect(x509.ca).toBe(true);
  });

  test('its PEM is canonical: 64 columns, LF, nothing else', () => {
    const lines = x509.raw.toString('base64').match(/.{1,64}/g) ?? [];
    const armoured = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''];
    expect(pemOf(id)).toBe(armoured.join('\n'));
  });

  test('the bytes are read and compared with the pin', () => {
    expect(Buffer.from(embeddedDer(host, { ...root, origin: 'embedded' })).equals(x509.raw)).toBe(true);
  });

  test('its status, address and provenance are sound', () => {
    expect(['current', 'announced', 'preview', 'retired', 'expired']).toContain(root.status);
    expect(root.officialUrl === null || new URL(root.officialUrl).protocol === 'https:').toBe(true);
    expect(root.provenance.length).toBeGreaterThan(0);
    for (const key of root.provenance) expect(Object.keys(lineages)).toContain(key);
    expect(root.sourceCount).toBeGreaterThan(0);
  });
});

test('a root is listed as expired exactly if it had expired on the day of the manifest', () => {
  const expired = roots.filter(({ notAfter }) => notAfter.slice(0, 10) < rest.asOf).map(({ id }) => id);
  expect(roots.filter(({ status }) => status === 'expired').map(({ id }) => id)).toEqual(expired);
});

test('one root has no official address', () => {
  const without = roots.filter(({ officialUrl }) => officialUrl === null).map(({ id }) => id);
  expect(without).toEqual(['supabase-root-2021-rekey-2025']);
});

test('ids are unique and no id is both a root and a provider', () => {
  const ids = [...roots, ...providers].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(roots.map(({ sha256 }) => sha256)).size).toBe(roots.length);
});

test('one root or provider stands on a line, so that a difference can be reviewed', () => {
  const lines = asset('certs/manifest.json').split('\n');
  for (const { id } of [...roots, ...providers]) {
    expect(lines.filter((line) => line.startsWith(`    {"id":"${id}",`))).toHaveLength(1);
  }
});

test('the manifest is plain ASCII', () => {
  expect(asset('certs/manifest.json')).toMatch(/^[ -~\n]*$/);
});

test('a damaged package is told, not used', () => {
  const [first] = roots;
  if (first === undefined) throw new Error('no root');
  const swapped = { ...host, asset: () => host.asset('certs/isrg-root-x1.pem') };
  expect(() => embeddedDer(swapped, { ...first, origin: 'embedded' })).toThrow(/damaged/);
});
