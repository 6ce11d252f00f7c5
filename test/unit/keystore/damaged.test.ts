import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addToStore } from '../../../src/keystore/add-to-store.js';
import { integer, octets, oid, sequence } from '../../../src/keystore/der-write.js';
import { OID } from '../../../src/keystore/oids.js';
import { readStore } from '../../../src/keystore/read-store.js';
import { constructed, encode, primitive, TAG } from '../../../src/x509/asn1.js';
import { bytesOf, catalogRoot, hasKeytool, keytoolStore } from '../../support/stores.js';

const FAULTS = [null, 'password', 'unsupported', 'too-costly', 'damaged'];
const LONGEST_MS = 20_000;

const withKeytool = hasKeytool ? describe : describe.skip;

withKeytool('a damaged store gives a fault and what can be read, in time', () => {
  const root = ['gts-root-r4'];
  const made = () => [
    keytoolStore({ type: 'PKCS12', roots: root, java: ['-Dkeystore.pkcs12.macAlgorithm=NONE'] }),
    keytoolStore({
      type: 'PKCS12',
      roots: root,
      java: [
        '-Dkeystore.pkcs12.macAlgorithm=NONE',
        '-Dkeystore.pkcs12.certProtectionAlgorithm=PBEWithSHA1AndRC2_40',
        '-Dkeystore.pkcs12.certPbeIterationCount=100',
      ],
    }),
    keytoolStore({
      type: 'PKCS12',
      roots: root,
      java: ['-Dkeystore.pkcs12.macAlgorithm=NONE', '-Dkeystore.pkcs12.certProtectionAlgorithm=NONE'],
    }),
    keytoolStore({ type: 'JKS', roots: root, key: true }),
  ];

  test('bytes changed, cut off, or put in', () => {
    const stores = made().map(bytesOf);
    const change = fc.record({
      store: fc.constantFrom(...stores),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      how: fc.constantFrom('change', 'cut', 'insert', 'double'),
      by: fc.uint8Array({ minLength: 1, maxLength: 6 }),
    });
    const start = performance.now();
    fc.assert(
      fc.property(change, ({ store, at, how, by }) => {
        // Headers and lengths are where it matters: half of all changes fall into the first 200 bytes.
        const place = Math.floor(at < 0.5 ? at * 400 : (at - 0.5) * 2 * store.length);
        const [head, tail] = [store.subarray(0, place), store.subarray(place)];
        const bytes = {
          change: () => Buffer.concat([head, by, tail.subarray(by.length)]),
          cut: () => Buffer.from(head),
          insert: () => Buffer.concat([head, by, tail]),
          double: () => Buffer.concat([head, tail, tail]),
        }[how]();
        const reading = readStore(bytes);
        expect(FAULTS).toContain(reading?.fault ?? null);
        expect(reading?.entries.length ?? 0).toBeLessThan(5);
      }),
      { numRuns: 1500 },
    );
    expect(performance.now() - start).toBeLessThan(LONGEST_MS);
  }, 60_000);
});

test('a store that somebody has changed is refused, or all that it held is still in it', () => {
  const root = { alias: 'one', certificate: catalogRoot('gts-root-r4') };
  const more = { alias: 'two', certificate: catalogRoot('isrg-root-x2') };
  const how = (format: 'pkcs12' | 'jks') => ({
    format,
    password: 'changeit',
    randomness: { salt: Buffer.alloc(20, 1), iv: Buffer.alloc(16, 2), macSalt: Buffer.alloc(20, 3) },
    now: new Date(0),
  });
  for (const format of ['pkcs12', 'jks'] as const) {
    const made = addToStore(null, [root], how(format));
    if ('refused' in made) throw new Error(made.refused);
    const { bytes } = made;
    let refusals = 0;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ by, at);
        const result = addToStore(changed, [more], how(format));
        if ('refused' in result) refusals++;
        else expect(result.kept.map(({ sha256 }) => sha256)).toEqual([root.certificate.sha256]);
      }),
      { numRuns: 300 },
    );
    expect(refusals).toBeGreaterThan(250);
  }
});

test('any bytes behind the beginning of a store', () => {
  const begins = ['308203ff020103', '3080020103', 'feedfeed0000000200000001', 'cececece0000000100000002'];
  fc.assert(
    fc.property(fc.constantFrom(...begins), fc.uint8Array({ maxLength: 300 }), (begin, rest) => {
      const reading = readStore(Buffer.concat([Buffer.from(begin, 'hex'), rest]));
      expect(reading?.fault).not.toBeNull();
      expect(reading?.entries).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});

test('many and deep: counted, not followed', () => {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(0x7fffffff);
  const jks = Buffer.concat([Buffer.from('feedfeed00000002', 'hex'), count, Buffer.alloc(64)]);
  expect(readStore(jks)?.fault).toBe('too-costly');

  let bags = Buffer.alloc(0);
  for (let depth = 0; depth < 2000; depth++)
    bags = Buffer.concat([Buffer.from([0x30, 0x80]), bags, Buffer.alloc(2)]);
  expect(readStore(Buffer.concat([Buffer.from('3080020103', 'hex'), bags]))?.fault).toBe('damaged');
});

describe('a store that is made to take long', () => {
  const LONG_MS = 8_000;
  const explicit = (content: Uint8Array) => encode(constructed(0), content);
  const info = (type: string, content: Uint8Array) => sequence(oid(type), explicit(content));
  const store = (...parts: readonly Uint8Array[]) =>
    sequence(integer(3), info(OID.data, octets(sequence(...parts))));
  const encrypted = (salt: Uint8Array) => {
    const algorithm = sequence(oid(OID.pbe3Des), sequence(octets(salt), integer(1)));
    const content = sequence(oid(OID.data), algorithm, encode(primitive(0), Buffer.alloc(8)));
    return info(OID.encryptedData, sequence(integer(0), content));
  };
  const faultInTime = (bytes: Uint8Array) => {
    const start = performance.now();
    const fault = readStore(bytes)?.fault;
    expect(performance.now() - start).toBeLessThan(LONG_MS);
    return fault;
  };

  test('by an object identifier of 400 KB', () => {
    const huge = Buffer.alloc(400_000, 0x81);
    huge[huge.length - 1] = 1;
    const type = encode(TAG.oid, huge);
    expect(faultInTime(sequence(integer(3), sequence(type, explicit(octets(sequence())))))).toBe(
      'unsupported',
    );
  }, 300_000);

  test('by the salts of many parts, or by one salt of 8 MB', () => {
    const salt = Buffer.alloc(8, 1);
    expect(faultInTime(store(...Array.from({ length: 9_000 }, () => encrypted(salt))))).toBe('password');
    expect(faultInTime(store(encrypted(Buffer.alloc(8 * 1024 ** 2))))).toBe('too-costly');
  }, 300_000);

  test('by more parts than a store has', () => {
    const part = info(OID.data, octets(sequence()));
    expect(faultInTime(store(...Array.from({ length: 20_000 }, () => part)))).toBe('too-costly');
  });

  test('what is added does not make it larger than what is read', () => {
    const certificate = catalogRoot('gts-root-r4');
    const many = Array.from({ length: 10_000 }, (_, at) => ({ alias: `root-${at}`, certificate }));
    const how = {
      format: 'jks' as const,
      password: 'changeit',
      randomness: { salt: Buffer.alloc(20), iv: Buffer.alloc(16), macSalt: Buffer.alloc(20) },
      now: new Date(0),
    };
    const full = addToStore(null, many, how);
    if ('refused' in full) throw new Error(full.refused);
    const two = { alias: 'two', certificate: catalogRoot('isrg-root-x2') };
    expect(addToStore(full.bytes, [two], how)).toEqual({ refused: 'too-costly' });
  }, 60_000);
});
