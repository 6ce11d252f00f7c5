import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readServerFlight } from '../../../src/postgres/server-flight.js';
import { serverNameOf, tlsVersionOf } from '../../../src/postgres/tls.js';

const length = (bytes: number, value: number): Buffer => {
  const field = Buffer.alloc(bytes);
  field.writeUIntBE(value, 0, bytes);
  return field;
};
const message = (type: number, body: Buffer) =>
  Buffer.concat([Buffer.of(type), length(3, body.length), body]);
const record = (type: number, body: Buffer) =>
  Buffer.concat([Buffer.of(type, 3, 3), length(2, body.length), body]);
const inRecordsOf = (size: number, bytes: Buffer) => {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(record(22, bytes.subarray(at, at + size)));
  return Buffer.concat(parts);
};

const certificates = [Buffer.from('leaf'), Buffer.from('intermediate'), Buffer.from('stranger')];
const list = Buffer.concat(certificates.map((der) => Buffer.concat([length(3, der.length), der])));
const serverHello = message(2, Buffer.concat([Buffer.alloc(34), Buffer.of(0, 0xc0, 0x2f, 0)]));
const certificate = message(11, Buffer.concat([length(3, list.length), list]));
const request = message(13, Buffer.alloc(10));
const done = message(14, Buffer.alloc(0));

describe("TLS 1.2's first flight", () => {
  const chain = certificates.map((der) => Uint8Array.from(der));

  test.each([1, 7, 4096])('in records of %i bytes', (size) => {
    const flight = inRecordsOf(size, Buffer.concat([serverHello, certificate, request, done]));
    expect(readServerFlight(flight, null)).toEqual({ chain, clientCertificateRequested: true });
  });

  test('without a request for a client certificate; what is encrypted behind it does not count', () => {
    const flight = record(22, Buffer.concat([serverHello, certificate, done]));
    const finished = Buffer.concat([record(20, Buffer.of(1)), record(22, Buffer.alloc(40, 13))]);
    const expected = { chain, clientCertificateRequested: false };
    expect(readServerFlight(flight, null)).toEqual(expected);
    expect(readServerFlight(Buffer.concat([flight, finished]), null)).toEqual(expected);
  });

  test('cut off: what there is of it', () => {
    const whole = Buffer.concat([serverHello, certificate]);
    expect(readServerFlight(record(22, whole), null)).toEqual({ chain, clientCertificateRequested: null });
    expect(readServerFlight(record(22, whole.subarray(0, -1)), null)).toBeNull();
    expect(readServerFlight(record(22, whole).subarray(0, -1), null)).toBeNull();
  });

  test('a certificate that is longer than its list', () => {
    const wrong = message(11, Buffer.concat([length(3, 4), length(3, 9), Buffer.of(1)]));
    expect(readServerFlight(record(22, wrong), null)).toBeNull();
  });
});

test('no bytes and no secret make it throw', () => {
  const header = fc.constantFrom(Buffer.alloc(0), record(22, serverHello), Buffer.from('1603030004', 'hex'));
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(
      header,
      bytes,
      fc.option(fc.uint8Array({ minLength: 32, maxLength: 48 })),
      (head, rest, secret) => {
        const flight = readServerFlight(
          Buffer.concat([head, rest, record(23, Buffer.from(rest))]),
          secret && Buffer.from(secret),
        );
        expect(flight === null || Array.isArray(flight.chain)).toBe(true);
      },
    ),
  );
});

describe('what libpq tells the server', () => {
  test.each([
    ['db.example.org', '1', 14, 'db.example.org'],
    ['db.example.org', '0', 18, null],
    ['db.example.org', '1', 13, null],
    ['192.0.2.1', '1', 18, null],
    ['1.2.3', '1', 18, null],
    ['2001:db8::1', '1', 18, null],
    ['', '1', 18, null],
    [null, '1', 18, null],
  ] as const)('SNI for %s with sslsni=%s in PostgreSQL %i: %s', (host, sslsni, major, name) => {
    expect(serverNameOf(host, sslsni, major)).toBe(name);
  });

  test('TLS versions in any case', () => {
    expect(['tlsv1.2', 'TLSv1', ''].map(tlsVersionOf)).toEqual(['TLSv1.2', 'TLSv1', null]);
  });
});
