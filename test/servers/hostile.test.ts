import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from '@jest/globals';
import { OctetString } from 'asn1js';
import { Extension } from 'pkijs';
import {
  answering,
  type Behaviour,
  drip,
  flood,
  type HostileServer,
  inHandshake,
  mute,
  onceReceived,
  overTls,
  SSL_REQUEST_LENGTH,
  startHostile,
} from '../support/hostile-servers.js';
import { makeCertificate } from '../support/make-certs.js';
import { type Asked, probe } from '../support/probing.js';
import { makeTestCa } from '../support/test-ca.js';

const LIMITS = { connectMs: 300, stepMs: 300, totalMs: 500 };
/** What a busy machine may take beyond the limit. */
const SLACK_MS = 400;
const MEMORY_LIMIT = 32 * 1024 * 1024;
/** What a server of 10 MB of certificates takes for itself, as it runs in this process. */
const LARGE_SERVER = 96 * 1024 * 1024;
/** What the system's buffers hold before a sender has to wait. */
const SENT_LIMIT = 8 * 1024 * 1024;

const issued = makeTestCa().issueServer({ names: ['localhost'] });
const secure = { cert: issued.cert, key: issued.key };
const ERROR_HEAD = Buffer.from([0x45, 0, 0, 0x40, 0]);
const AUTHENTICATION_OK = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const close = (socket: { destroy(): unknown }) => socket.destroy();

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

let server: HostileServer | null = null;
afterEach(async () => {
  await server?.stop();
  server = null;
});

/** The probe of a server of that behaviour, within its limits of time, memory and bytes. */
async function ask(behaviour: Behaviour, asked: Partial<Asked> = {}, memoryLimit = MEMORY_LIMIT) {
  server = await startHostile(behaviour);
  collectGarbage();
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const result = await probe({ limits: LIMITS, ...asked, port: server.port });
  const ms = performance.now() - started;
  expect(ms).toBeLessThan(LIMITS.totalMs + SLACK_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(memoryLimit);
  expect(server.sent).toBeLessThan(SENT_LIMIT);
  expect(server.connections).toBe(1);
  return { ...result, ms };
}
const plain = { plan: { first: 'plain' as const } };

describe('the answer to SSLRequest', () => {
  test.each([
    ['an S with bytes behind it', 'SX', { kind: 'injection' }],
    [
      'an S with a whole message behind it',
      Buffer.concat([Buffer.from('S'), AUTHENTICATION_OK]),
      { kind: 'injection' },
    ],
    ['another byte', 'x', { kind: 'garbage', byte: 0x78 }],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', { kind: 'garbage', byte: 0x48 }],
    ['another TLS server', Buffer.from('15030300020228', 'hex'), { kind: 'garbage', byte: 0x15 }],
    ['zero', Buffer.of(0), { kind: 'garbage', byte: 0 }],
  ])('%s', async (_, answer, expected) => {
    expect((await ask(answering(answer))).tls).toEqual({ answer: expected, handshake: null, startup: null });
  });

  test.each([
    [
      'of protocol 3',
      '\0\0\0\x1cSFATAL\0C53300\0Mno more\0\0',
      { severity: 'FATAL', sqlstate: '53300', message: 'no more' },
    ],
    [
      'of the form before',
      'FATAL:  no fork\n\0',
      { severity: '', sqlstate: '', message: 'FATAL:  no fork\n' },
    ],
    ['of the form before, of the shortest', 'abc\0', { message: 'abc' }],
  ])('an error %s', async (_, text, error) => {
    const behaviour = onceReceived(SSL_REQUEST_LENGTH, (socket) => socket.end(`E${text}`));
    const { tls } = await ask(behaviour);
    expect(tls?.answer).toMatchObject({ kind: 'error', error });
  });

  test('an error that is cut short', async () => {
    expect((await ask(onceReceived(SSL_REQUEST_LENGTH, (socket) => socket.end('Eno')))).tls?.answer).toEqual({
      kind: 'closed',
    });
  });

  test('nothing', async () => {
    expect((await ask(mute)).tls?.answer).toEqual({ kind: 'timeout' });
  });

  test.each([
    ['before it', close, 'closed'],
    ['at once, by a reset', (socket: { resetAndDestroy(): unknown }) => socket.resetAndDestroy(), 'errno'],
  ] as const)('the end, %s', async (_, act, kind) => {
    const { tls } = await ask(onceReceived(SSL_REQUEST_LENGTH, act));
    expect(tls?.answer).toEqual(kind === 'errno' ? { kind, errno: 'ECONNRESET' } : { kind });
  });

  test('an error without end', async () => {
    const pour = onceReceived(SSL_REQUEST_LENGTH, (socket) => {
      socket.write('E');
      flood(socket, Buffer.alloc(65_536, 'x'));
    });
    expect((await ask(pour)).tls?.answer).toEqual({ kind: 'garbage', byte: 0x45 });
  });

  test('an error that never ends, byte by byte', async () => {
    const slowly = onceReceived(SSL_REQUEST_LENGTH, (socket) => drip(socket, Buffer.alloc(10_000, 'E'), 5));
    expect((await ask(slowly)).tls?.answer).toEqual({ kind: 'timeout' });
  });

  test('a no with bytes behind it: they are the answer to the start-up packet, as for libpq', async () => {
    const { plain } = await ask(answering('Nx'), { plan: { plainAfterTls: () => true } });
    expect(plain).toEqual({ kind: 'garbage', byte: 0x78 });
  });
});

describe('the handshake', () => {
  const hello = Buffer.from('160303003a02000036', 'hex');

  test.each([
    ['never begins', mute, 'timeout'],
    ['comes byte by byte', (socket: Parameters<typeof drip>[0]) => drip(socket, hello, 40), 'timeout'],
    ['is cut off', close, 'closed'],
    ['is cut off within a message', (socket: { end(bytes: Buffer): unknown }) => socket.end(hello), 'closed'],
  ] as const)('%s', async (_, act, reason) => {
    const { tls } = await ask(inHandshake((socket) => act(socket as never, null as never)));
    expect(tls).toEqual({
      answer: { kind: 'S' },
      handshake: { ok: false, kind: reason, reason, chain: [], clientCertificateRequested: null },
      startup: null,
    });
  });

  test('is reset', async () => {
    const { tls } = await ask(inHandshake((socket) => socket.resetAndDestroy()));
    expect(tls?.handshake).toMatchObject({ ok: false, kind: 'errno', reason: 'ECONNRESET' });
  });

  test.each([
    ['is HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'wrong version number'],
    ['is an alert', Buffer.from('15030300020228', 'hex'), 'sslv3 alert handshake failure'],
    ['is another alert', Buffer.from('15030300020278', 'hex'), 'tlsv1 alert no application protocol'],
  ])('%s', async (_, bytes, reason) => {
    const { tls } = await ask(inHandshake((socket) => socket.write(bytes)));
    expect(tls?.handshake).toMatchObject({ ok: false, kind: 'openssl', reason, chain: [] });
  });

  test('goes on without end', async () => {
    const helloRequest = Buffer.from('160303000400000000', 'hex');
    const { tls, ms } = await ask(
      inHandshake((socket) => flood(socket, Buffer.alloc(9 * 7000, helloRequest))),
    );
    expect(tls?.handshake).toMatchObject({ ok: false, kind: 'timeout' });
    expect(ms).toBeGreaterThan(LIMITS.stepMs - 50);
  });

  test('brings a Certificate message without end', async () => {
    const serverHello = Buffer.concat([
      Buffer.from('0200002d0303', 'hex'),
      Buffer.alloc(32),
      Buffer.from('00c02b000005ff01000100', 'hex'),
    ]);
    const { tls } = await ask(
      inHandshake((socket) => {
        socket.write(Buffer.concat([Buffer.from('1603030031', 'hex'), serverHello]));
        socket.write(Buffer.from('16030300040bffffff', 'hex'));
        flood(
          socket,
          Buffer.alloc(16_389, Buffer.concat([Buffer.from('1603034000', 'hex'), Buffer.alloc(16_384)])),
        );
      }),
    );
    expect(tls?.handshake).toMatchObject({
      ok: false,
      kind: 'openssl',
      reason: 'excessive message size',
      chain: [],
    });
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s brings 10 MB of certificates', async (version) => {
    const ballast = new Extension({
      extnID: '1.2.3.4',
      extnValue: new OctetString({ valueHex: new ArrayBuffer(1024 * 1024) }).toBER(),
    });
    const large = makeCertificate({ subject: 'large', extensions: [ballast] }).pem;
    const options = { ...secure, cert: issued.cert + large.repeat(10), maxVersion: version };
    const { tls } = await ask(
      overTls(options, () => {}),
      {},
      MEMORY_LIMIT + LARGE_SERVER,
    );
    expect(tls?.handshake).toEqual({
      ok: false,
      kind: 'openssl',
      reason: 'excessive message size',
      chain: [],
      clientCertificateRequested: null,
    });
  });
});

describe('over TLS', () => {
  const startup = async (serve: Parameters<typeof overTls>[1]) =>
    (await ask(overTls(secure, serve))).tls?.startup;
  /** What comes once the start-up packet has come. */
  const saying = (bytes: string | Buffer) =>
    startup((stream) => stream.once('data', () => stream.write(bytes)));

  test('nothing comes', async () => {
    expect(await startup(() => {})).toEqual({ kind: 'timeout' });
  });

  test('the connection ends', async () => {
    expect(await startup((stream) => stream.end())).toEqual({ kind: 'closed' });
    await server?.stop();
    expect(await startup((stream) => stream.once('data', () => stream.end('R\0\0')))).toEqual({
      kind: 'closed',
    });
    await server?.stop();
    expect(await startup((_, socket) => socket.resetAndDestroy())).toEqual({
      kind: 'closed',
      errno: 'ECONNRESET',
    });
  });

  test('HTTP answers', async () => {
    expect(await saying('HTTP/1.1 400 Bad Request\r\n\r\n')).toEqual({ kind: 'garbage', byte: 0x48 });
  });

  test('plain text answers', async () => {
    const result = await startup((stream, socket) =>
      stream.once('data', () => socket.write(AUTHENTICATION_OK)),
    );
    expect(result).toMatchObject({ kind: expect.stringMatching(/alert|timeout|closed/) });
  });

  test('an error flows without end', async () => {
    const result = await startup((stream) =>
      flood(stream, Buffer.concat([Buffer.from('E'), Buffer.alloc(65_536, 'x')])),
    );
    expect(result).toEqual({ kind: 'garbage', byte: 0x45 });
  });

  test('the server lets us in and talks on without end', async () => {
    const result = await startup((stream) =>
      stream.once('data', () => {
        stream.write(AUTHENTICATION_OK);
        flood(stream, Buffer.alloc(65_536, 'S'));
      }),
    );
    expect(result).toMatchObject({ kind: 'authentication', method: 'ok' });
  });
});

describe('in plain text', () => {
  const STARTUP_LENGTH = 30;
  const startup = async (act: Parameters<typeof onceReceived>[1]) =>
    (await ask(onceReceived(STARTUP_LENGTH, act), plain)).plain;

  test.each([
    ['a notice', 'N\0\0\0\x08Mhi\0', 0x4e],
    ['a negotiation of the version', 'v\0\0\0\x0c\0\0\0\0\0\0\0\0', 0x76],
    ['a request for authentication that is too short', 'R\0\0\0\x04', 0x52],
    ['one that is too long', 'R\0\x01\0\0\0\0\0\0', 0x52],
  ])('%s is garbage', async (_, text, byte) => {
    expect(await startup((socket) => socket.write(Buffer.from(text, 'latin1')))).toEqual({
      kind: 'garbage',
      byte,
    });
  });

  test('an error whose length is a promise only', async () => {
    expect(await startup((socket) => socket.write(ERROR_HEAD))).toEqual({ kind: 'timeout' });
  });

  test('bytes that drip', async () => {
    expect(await startup((socket) => drip(socket, ERROR_HEAD, 100))).toEqual({ kind: 'timeout' });
  });

  test('only the request itself is sent: no password follows', async () => {
    const cleartext = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
    expect(await startup((socket) => socket.write(cleartext))).toMatchObject({ method: 'password' });
    expect(server?.received.toString('latin1')).toBe(
      '\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0',
    );
  });
});

describe('many, and the end of it', () => {
  test('an abort ends it, at whatever stage', async () => {
    for (const behaviour of [mute, inHandshake(() => {}), overTls(secure, () => {})]) {
      server = await startHostile(behaviour);
      const controller = new AbortController();
      const asked = probe({
        port: server.port,
        signal: controller.signal,
        plan: { plainAfterTls: () => true },
      });
      setTimeout(() => controller.abort(new Error('enough')), 100);
      await expect(asked).rejects.toThrow('enough');
      expect(server.connections).toBe(1);
      await server.stop();
    }
    await expect(probe({ port: 1, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
    server = null;
  });

  test('what the plan throws comes out', async () => {
    const broken = () => {
      throw new Error('the plan is broken');
    };
    server = await startHostile(
      overTls({ ...secure, requestCert: true, rejectUnauthorized: false }, () => {}),
    );
    const { port } = server;
    await expect(probe({ port, plan: { mayStartup: broken } })).rejects.toThrow('the plan is broken');
    const identity = { cert: issued.cert, key: issued.key };
    await expect(probe({ port, tls: { identity }, plan: { mayIdentify: broken } })).rejects.toThrow('broken');
  });

  test('no second connection where the first could not go on, unless the plan says so; then one', async () => {
    server = await startHostile(answering('x'));
    const { plain } = await probe({ port: server.port, limits: LIMITS, plan: { plainAfterTls: () => true } });
    expect(plain).toEqual({ kind: 'garbage', byte: 0x78 });
    expect(server.connections).toBe(2);
  });

  test('1,000 probes leave nothing behind', async () => {
    const behaviours: readonly Behaviour[] = [
      overTls(secure, (stream) => stream.once('data', () => stream.write(AUTHENTICATION_OK))),
      inHandshake(close),
      answering('x'),
      onceReceived(SSL_REQUEST_LENGTH, close),
    ];
    let turn = 0;
    server = await startHostile((socket, received) =>
      behaviours[turn++ % behaviours.length]?.(socket, received),
    );
    const { port } = server;
    const ask = () => probe({ port, limits: { connectMs: 1000, stepMs: 1000, totalMs: 2000 } });
    const many = async (count: number) => {
      const lane = async () => {
        for (let done = 0; done < count / 8; done++) await ask();
      };
      await Promise.all(Array.from({ length: 8 }, lane));
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const warm = await many(200);
    const sockets = () =>
      process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Timeout|Pipe)/.test(name)).length;
    const idle = sockets();
    const later = await many(1000);
    expect(later - warm).toBeLessThan(12 * 1024 * 1024);
    expect(sockets()).toBeLessThanOrEqual(idle + 8);
  }, 30_000);
});
