import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { addToPkcs12 } from '../../../src/keystore/add-to-pkcs12.js';
import { type AddedToStore, type Adding, addToStore } from '../../../src/keystore/add-to-store.js';
import { integer, oid, sequence } from '../../../src/keystore/der-write.js';
import { jksDigest } from '../../../src/keystore/jks.js';
import { OID } from '../../../src/keystore/oids.js';
import { formsOf } from '../../../src/keystore/password.js';
import { openPkcs12 } from '../../../src/keystore/read-pkcs12.js';
import { readStore } from '../../../src/keystore/read-store.js';
import type { NewEntry } from '../../../src/keystore/types.js';
import { constructed, encode, firstOf, inside, octetsOf, TAG } from '../../../src/x509/asn1.js';
import { makeCertificate } from '../../support/make-certs.js';
import {
  bytesOf,
  catalogRoot,
  emptyFolder,
  fileOf,
  hasKeytool,
  hasOpenssl,
  keytool,
  keytoolStore,
  openssl,
  opensslInfo,
  PASSWORD,
  pemPath,
} from '../../support/stores.js';

const G2 = 'digicert-global-root-g2';
const X1 = 'isrg-root-x1';
const R4 = 'gts-root-r4';

const entry = (id: string, alias = id): NewEntry => ({ alias, certificate: catalogRoot(id) });
const adding = (format: Adding['format'], password = PASSWORD): Adding => ({
  format,
  password,
  randomness: { salt: Buffer.alloc(20, 1), iv: Buffer.alloc(16, 2), macSalt: Buffer.alloc(20, 3) },
  now: new Date('2026-11-21T10:00:00Z'),
});

function added(present: Uint8Array | null, entries: readonly NewEntry[], how: Adding): AddedToStore {
  const result = addToStore(present, entries, how);
  if ('refused' in result) throw new Error(result.refused);
  return result;
}

/** Alias and kind of each entry, as keytool lists them. */
function listed(bytes: Uint8Array, password = PASSWORD): string[] {
  const text = keytool(['-list', '-v', '-keystore', fileOf(bytes), '-storepass', password]);
  const aliases = [...text.matchAll(/^Alias name: (.*)$/gm)].map(([, alias]) => alias);
  const kinds = [...text.matchAll(/^Entry type: (.*)$/gm)].map(([, kind]) => kind);
  return aliases.map((alias, i) => `${alias} ${kinds[i]}`).sort();
}
const trusted = (alias: string) => `${alias} trustedCertEntry`;

const decrypted = (bytes: Uint8Array, ...more: readonly string[]): string =>
  openssl(['pkcs12', '-in', fileOf(bytes), '-passin', `pass:${PASSWORD}`, '-info', '-nodes', ...more]);

const withKeytool = hasKeytool ? describe : describe.skip;
const withOpenssl = hasOpenssl ? describe : describe.skip;
const withBoth = hasKeytool && hasOpenssl ? describe : describe.skip;

withKeytool('a new store, read by keytool', () => {
  test.each(['pkcs12', 'jks'] as const)('%s', (format) => {
    const { bytes } = added(null, [entry(G2), entry(X1)], adding(format));
    expect(listed(bytes)).toEqual([trusted(G2), trusted(X1)]);
    const text = keytool(['-list', '-v', '-keystore', fileOf(bytes), '-storepass', PASSWORD]);
    const sha256s = [G2, X1].map((id) => catalogRoot(id).sha256);
    for (const sha256 of sha256s) expect(text.replaceAll(':', '').toLowerCase()).toContain(sha256);
    expect(() => listed(bytes, 'Changeit')).toThrow('password was incorrect');
  });

  test('JKS with a password that is not ASCII', () => {
    const { bytes } = added(null, [entry(G2)], adding('jks', 'pässwörd€'));
    expect(listed(bytes, 'pässwörd€')).toEqual([trusted(G2)]);
  });

  test('keytool adds to it in its turn', () => {
    for (const format of ['pkcs12', 'jks'] as const) {
      const file = fileOf(added(null, [entry(G2)], adding(format)).bytes);
      keytool([
        '-importcert',
        '-noprompt',
        '-alias',
        R4,
        '-file',
        pemPath(R4),
        '-keystore',
        file,
        '-storepass',
        PASSWORD,
      ]);
      expect(
        readStore(bytesOf(file))
          ?.entries.map(({ alias }) => alias)
          .sort(),
      ).toEqual([G2, R4]);
    }
  });
});

withOpenssl('a new store, read by OpenSSL', () => {
  test('PKCS#12: modern algorithms, names and the mark of trust', () => {
    const file = fileOf(added(null, [entry(G2), entry(X1)], adding('pkcs12')).bytes);
    const shape = openssl(['asn1parse', '-inform', 'der', '-in', file]);
    expect(shape).toMatch(/OBJECT +:sha256/);
    const text = decrypted(bytesOf(file));
    expect(text).toContain('friendlyName: digicert-global-root-g2');
    expect(text.match(/2\.16\.840\.1\.113894\.746875\.1\.1/g)).toHaveLength(2);
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(() => openssl(['pkcs12', '-in', file, '-passin', 'pass:other', '-nokeys'])).toThrow(
      'invalid password',
    );
  });

  test('a password that is not ASCII', () => {
    const file = fileOf(added(null, [entry(G2)], adding('pkcs12', 'pässwörd€')).bytes);
    expect(openssl(['pkcs12', '-in', file, '-passin', 'pass:pässwörd€', '-nokeys'])).toContain(
      'BEGIN CERTIFICATE',
    );
  });
});

withBoth('a store made by keytool is added to and still opens', () => {
  const LEGACY = ['-Dkeystore.pkcs12.legacy'];
  const BARE = ['-Dkeystore.pkcs12.certProtectionAlgorithm=NONE', '-Dkeystore.pkcs12.macAlgorithm=NONE'];

  test.each<[string, readonly string[], string]>([
    ['as it is by default', [], 'PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256'],
    ['as of Java 8: what is added is no newer', LEGACY, 'pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000'],
  ])('PKCS#12 %s, with a private key', (_, java, protection) => {
    const before = bytesOf(keytoolStore({ type: 'PKCS12', roots: [R4], key: true, java }));
    const { bytes, kept, added: news } = added(before, [entry(G2), entry(R4)], adding('pkcs12'));
    expect(news.map(({ sha256 }) => sha256)).toEqual([catalogRoot(G2).sha256]);
    expect(kept.map(({ name }) => name).sort()).toEqual(['GTS Root R4', 'client']);
    expect(listed(bytes)).toEqual(['client PrivateKeyEntry', trusted(G2), trusted(R4)]);
    const text = decrypted(bytes, '-legacy');
    expect(text).toContain('BEGIN PRIVATE KEY');
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);

    const raw = (store: Uint8Array) =>
      openPkcs12(store, [PASSWORD]).pfx?.parts.map((part) => Buffer.from(part.raw));
    expect(raw(bytes)?.slice(0, -1)).toEqual(raw(before));
    expect(openPkcs12(bytes, [PASSWORD]).pfx?.mac?.algorithm).toEqual(
      openPkcs12(before, [PASSWORD]).pfx?.mac?.algorithm,
    );
    expect(opensslInfo(fileOf(bytes))).toContain(protection);
  });

  test('PKCS#12 without any password stays so', () => {
    const before = bytesOf(keytoolStore({ type: 'PKCS12', roots: [R4], java: BARE }));
    const { bytes } = added(before, [entry(G2)], adding('pkcs12', ''));
    expect(readStore(bytes, [])).toMatchObject({ fault: null, encrypted: false });
    expect(listed(bytes, 'anything')).toEqual([trusted(G2), trusted(R4)]);
  });

  test('JKS with a private key', () => {
    const before = bytesOf(keytoolStore({ type: 'JKS', roots: [R4], key: true }));
    const { bytes } = added(before, [entry(G2)], adding('jks'));
    expect(listed(bytes)).toEqual(['client PrivateKeyEntry', trusted(G2), trusted(R4)]);
    expect(Buffer.from(bytes.subarray(12, before.length - 20))).toEqual(
      Buffer.from(before.subarray(12, -20)),
    );
    const copy = path.join(emptyFolder(), 'copy.p12');
    const passwords = ['-srcstorepass', PASSWORD, '-deststorepass', PASSWORD];
    keytool([
      '-importkeystore',
      '-srckeystore',
      fileOf(bytes),
      '-destkeystore',
      copy,
      '-deststoretype',
      'PKCS12',
      ...passwords,
    ]);
    expect(decrypted(bytesOf(copy))).toContain('BEGIN PRIVATE KEY');
  });

  test('a store of the chain of a key only: the same certificate is added as an anchor', () => {
    const client = makeCertificate({ subject: 'client' });
    const file = path.join(emptyFolder(), 'store');
    const source = fileOf(Buffer.from(client.pem + client.privateKeyPem));
    openssl([
      'pkcs12',
      '-export',
      '-in',
      source,
      '-certfile',
      pemPath(G2),
      '-name',
      'mine',
      '-passout',
      `pass:${PASSWORD}`,
      '-out',
      file,
    ]);
    expect(listed(bytesOf(file))).toEqual(['mine PrivateKeyEntry']);
    const { bytes } = added(bytesOf(file), [entry(G2)], adding('pkcs12'));
    expect(listed(bytes)).toEqual([trusted(G2), 'mine PrivateKeyEntry']);
    expect(decrypted(bytes)).toContain('BEGIN PRIVATE KEY');
  });
});

describe.each(['pkcs12', 'jks'] as const)('%s', (format) => {
  const how = adding(format);
  const one = added(null, [entry(G2)], how).bytes;

  test('the same input gives the same bytes', () => {
    expect(added(null, [entry(G2)], how).bytes).toEqual(one);
    expect(added(one, [entry(X1)], how).bytes).toEqual(added(one, [entry(X1)], how).bytes);
  });

  test('what is there already, under whatever alias, is not added again: not a byte changes', () => {
    const again = added(one, [entry(G2, 'another')], how);
    expect(again).toEqual({ bytes: one, added: [], kept: [catalogRoot(G2)] });
    expect(again.bytes).toBe(one);
  });

  test('an alias that is taken gets a number', () => {
    const two = added(one, [entry(X1, G2), entry(R4, G2)], how).bytes;
    expect(readStore(two)?.entries.map(({ alias }) => alias)).toEqual([G2, `${G2}-2`, `${G2}-3`]);
  });

  test('a wrong password, another format, and what is no store are refused', () => {
    const refused = (present: Uint8Array, way: Adding) => addToStore(present, [entry(X1)], way);
    expect(refused(one, adding(format, 'other'))).toEqual({ refused: 'password' });
    expect(refused(one, adding(format === 'jks' ? 'pkcs12' : 'jks'))).toEqual({ refused: 'format' });
    expect(refused(Buffer.from('hello'), how)).toEqual({ refused: 'format' });
    expect(refused(new Uint8Array(), how)).toEqual({ refused: 'format' });
    expect(refused(Buffer.concat([one, Buffer.from('x')]), how)).toEqual({ refused: 'damaged' });
    expect(refused(one.subarray(0, -1), how)).toEqual({ refused: 'damaged' });
  });
});

describe('PKCS#12 as others write it', () => {
  const how = adding('pkcs12');
  const store = added(null, [entry(G2)], how).bytes;

  /** The same store in BER: lengths left open, the content in pieces (X.690, 8.1.3.6 and 8.7.3). */
  function asBer(der: Uint8Array): Uint8Array {
    const [version, content, mac] = inside(firstOf(der), TAG.sequence);
    const [type, explicit] = inside(content, TAG.sequence);
    const octets = octetsOf(inside(explicit, constructed(0))[0]);
    const open = (tag: number, ...parts: (Uint8Array | undefined)[]) =>
      Buffer.concat([
        Uint8Array.of(tag, 0x80),
        ...parts.map((each) => each ?? new Uint8Array()),
        Buffer.alloc(2),
      ]);
    const pieces = [octets.subarray(0, 100), octets.subarray(100)].map((each) =>
      encode(TAG.octetString, each),
    );
    const info = open(TAG.sequence, type?.raw, open(constructed(0), open(TAG.octetString | 0x20, ...pieces)));
    return open(TAG.sequence, version?.raw, info, mac?.raw);
  }

  test('BER is read, and becomes DER with all its parts', () => {
    const ber = asBer(store);
    expect(readStore(ber)).toEqual(readStore(store));
    expect(added(ber, [entry(X1)], how).bytes).toEqual(added(store, [entry(X1)], how).bytes);
  });

  test('a part with a password of its own: not known here, and left alone', () => {
    const other = { ...openPkcs12(store, [PASSWORD]), password: formsOf('another')[0] };
    const mixed = addToPkcs12(other, [entry(X1)], 'another', how.randomness);
    expect(readStore(mixed, ['another'])).toMatchObject({ fault: 'unsupported', entries: [{ alias: X1 }] });
    expect(addToStore(mixed, [entry(R4)], adding('pkcs12', 'another'))).toEqual({ refused: 'unsupported' });
  });

  /** A store without a password, in which one certificate lies in this many SafeContents inside each other. */
  function nested(depth: number): Uint8Array {
    const explicit = (content: Uint8Array) => encode(constructed(0), content);
    const data = (content: Uint8Array) => sequence(oid(OID.data), explicit(encode(TAG.octetString, content)));
    const certificate = encode(TAG.octetString, catalogRoot(G2).der);
    const typed = sequence(oid(OID.x509Certificate), explicit(certificate));
    let bags = sequence(sequence(oid(OID.certBag), explicit(typed)));
    for (let left = depth; left > 0; left--) {
      bags = sequence(sequence(oid(OID.safeContentsBag), explicit(bags)));
    }
    return sequence(integer(3), data(sequence(data(bags))));
  }

  test('certificates in nested SafeContents are found, to a limit', () => {
    for (const depth of [0, 1, 8]) {
      expect(readStore(nested(depth))).toMatchObject({
        fault: null,
        entries: [{ alias: null, use: 'other' }],
      });
    }
    expect(readStore(nested(9))).toMatchObject({ fault: 'damaged', entries: [] });
  });
});

(hasKeytool ? test : test.skip)('a JKS store of version 1 stays one, and keytool reads it', () => {
  const content = Buffer.from('feedfeed0000000100000000', 'hex');
  const empty = Buffer.concat([content, jksDigest(PASSWORD, content)]);
  const { bytes } = added(empty, [entry(G2), entry(X1)], adding('jks'));
  expect(Buffer.from(bytes.subarray(0, 12)).toString('hex')).toBe('feedfeed0000000100000002');
  expect(listed(bytes)).toEqual([trusted(G2), trusted(X1)]);
});
