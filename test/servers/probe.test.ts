import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nodeHost } from '../../src/core/node-host.js';
import { lookup } from '../../src/postgres/lookup.js';
import { unixSocketPath } from '../../src/postgres/probe.js';
import type { Handshake, Probe } from '../../src/postgres/probe-types.js';
import { makeCertificate } from '../support/make-certs.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { type Asked, probe as ask } from '../support/probing.js';
import { makeTestCa } from '../support/test-ca.js';

const onServers = available().servers.includes('18') ? describe : describe.skip;
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

const ca = makeTestCa({ withIntermediate: true });
const issued = ca.issueServer({ names: ['localhost'] });
const der = (...certificates: readonly ({ readonly der: Uint8Array } | null)[]) =>
  certificates.map((certificate) => Buffer.from(certificate?.der ?? []));
const only = (version: (typeof VERSIONS)[number]) => ({ minVersion: version, maxVersion: version });
const succeeded = (probe: Probe): Extract<Handshake, { ok: true }> => {
  const handshake = probe.tls?.handshake;
  if (!handshake?.ok) throw new Error(`no handshake: ${JSON.stringify(probe)}`);
  return handshake;
};

onServers('a real PostgreSQL', () => {
  let server: PostgresServer;
  const probe = (asked: Omit<Asked, 'port'> = {}) => ask({ port: server.port, ...asked });

  beforeAll(async () => {
    server = await startPostgres({ tls: issued });
  });
  afterAll(() => server.stop());

  test.each(VERSIONS)('%s: the whole chain, and the server lets us in', async (version) => {
    const result = await probe({ tls: only(version) });
    expect(result).toMatchObject({
      address: '127.0.0.1',
      port: server.port,
      connectErrno: null,
      plain: null,
      tls: {
        answer: { kind: 'S' },
        handshake: { ok: true, version, alpn: 'postgresql', clientCertificateRequested: false },
        startup: { kind: 'authentication', method: 'ok', mechanisms: [] },
      },
    });
    expect(succeeded(result).cipher).toMatch(/GCM|CHACHA20/);
    expect(succeeded(result).chain.map((cert) => Buffer.from(cert))).toEqual(
      der(issued.leaf, ca.intermediate),
    );
    expect(server.logs()).not.toMatch(/could not (receive|send|accept)/);
  });

  test.each(VERSIONS)(
    '%s: certificates that have nothing to do with the chain are shown, in their order',
    async (version) => {
      const strangers = [
        makeCertificate({ subject: 'stranger' }),
        makeCertificate({ subject: 'other' }),
      ] as const;
      const pems = [issued.leaf, strangers[0], ca.root, strangers[1], ca.intermediate];
      await server.swapCertificate({ cert: pems.map((one) => one?.pem).join(''), key: issued.key });
      try {
        const { chain } = succeeded(await probe({ tls: only(version) }));
        expect(chain.map((cert) => Buffer.from(cert))).toEqual(der(...pems));
      } finally {
        await server.swapCertificate(issued);
      }
    },
  );

  test.each(['aes-128', 'aes-256', 'chacha20'])('TLS 1.3 with %s', async (name) => {
    const suites = {
      'aes-128': 'TLS_AES_128_GCM_SHA256',
      'aes-256': 'TLS_AES_256_GCM_SHA384',
      chacha20: 'TLS_CHACHA20_POLY1305_SHA256',
    };
    const cipher = suites[name as keyof typeof suites];
    await server.reload({ settings: { ssl_tls13_ciphers: cipher } });
    const handshake = succeeded(await probe());
    await server.reload({ settings: {} });
    expect(handshake.cipher).toBe(cipher);
    expect(handshake).toMatchObject({ clientCertificateRequested: false });
    expect(handshake.chain).toHaveLength(2);
  });

  test('a server that wants another group is asked again (HelloRetryRequest)', async () => {
    await server.reload({ settings: { ssl_groups: 'secp521r1' } });
    const handshake = succeeded(await probe());
    await server.reload({ settings: {} });
    expect(handshake).toMatchObject({ version: 'TLSv1.3', clientCertificateRequested: false });
    expect(handshake.chain).toHaveLength(2);
  });

  test('no name and no user goes out where the plan says so', async () => {
    const before = server.logs();
    const seen: number[] = [];
    const result = await probe({
      user: 'secret-user',
      plan: {
        mayStartup: (chain, { ok }) => {
          seen.push(chain.length);
          return !ok;
        },
      },
    });
    expect(result.tls).toMatchObject({ handshake: { ok: true }, startup: null });
    expect(seen).toEqual([2]);
    expect(server.logs().slice(before.length)).not.toContain('secret-user');
  });

  test('IPv6', async () => {
    const result = await probe({ address: '::1' });
    expect(result).toMatchObject(
      server.listensOnIpv6
        ? { address: '::1', tls: { startup: { kind: 'authentication' } } }
        : { address: '::1', connectErrno: expect.stringMatching(/^E/) },
    );
  });

  test('direct TLS, with ALPN whatever is asked', async () => {
    const result = await probe({ negotiation: 'direct', tls: { alpn: false } });
    expect(result.tls).toMatchObject({
      answer: { kind: 'direct' },
      handshake: { ok: true, alpn: 'postgresql' },
      startup: { kind: 'authentication', method: 'ok' },
    });
  });

  test('without ALPN none is agreed on', async () => {
    expect(succeeded(await probe({ tls: { alpn: false } })).alpn).toBeNull();
  });

  test('TLS versions apart', async () => {
    await server.reload({ settings: { ssl_min_protocol_version: 'TLSv1.3' } });
    const result = await probe({ tls: only('TLSv1.2') });
    await server.reload({ settings: { ssl_max_protocol_version: 'TLSv1.2' } });
    const other = await probe({ tls: only('TLSv1.3') });
    await server.reload({ settings: {} });
    for (const { tls } of [result, other]) {
      expect(tls).toMatchObject({
        handshake: { ok: false, kind: 'openssl', reason: 'tlsv1 alert protocol version', chain: [] },
        startup: null,
      });
    }
  });

  test('pg_hba lets only TLS in: in plain text its error comes', async () => {
    const result = await probe({ plan: { first: 'plain' } });
    expect(result).toMatchObject({
      tls: null,
      plain: {
        kind: 'error',
        error: {
          severity: 'FATAL',
          sqlstate: '28000',
          message:
            'no pg_hba.conf entry for host "127.0.0.1", user "postgres", database "postgres", no encryption',
          detail: null,
        },
      },
    });
  });

  test('pg_hba rejects over TLS; then plain text, and plain text before TLS', async () => {
    const hba = ['hostnossl all all all trust', 'hostssl all all all reject'];
    await server.reload({ hba });
    const prefer = await probe({ plan: { plainAfterTls: ({ startup }) => startup?.kind === 'error' } });
    await server.reload({ hba: ['hostssl all all all trust'] });
    const allow = await probe({ plan: { first: 'plain', tlsAfterPlain: ({ kind }) => kind === 'error' } });
    await server.reload({ hba: ['hostssl all all all trust', 'local all all trust'] });
    expect(prefer).toMatchObject({
      tls: {
        startup: { kind: 'error', error: { sqlstate: '28000', message: expect.stringContaining('rejects') } },
      },
      plain: { kind: 'authentication', method: 'ok' },
    });
    expect(allow).toMatchObject({
      plain: { kind: 'error' },
      tls: { startup: { kind: 'authentication', method: 'ok' } },
    });
  });

  test('a Unix socket is asked in plain text', async () => {
    const address = unixSocketPath(server.socketFolder, server.port);
    expect(await probe({ address })).toMatchObject({ address, tls: null, plain: { kind: 'authentication' } });
    expect(unixSocketPath('@abstract', 5432)).toBe('@abstract/.s.PGSQL.5432');
    const nothing = unixSocketPath(server.socketFolder, 1);
    expect(await probe({ address: nothing })).toMatchObject({ connectErrno: 'ENOENT', plain: null });
  });

  test('a full server says so', async () => {
    await server.reload({ hba: ['host all all all trust'] });
    const held = Array.from({ length: 60 }, () => connect(server.port, '127.0.0.1'));
    const packet = Buffer.from('\0\0\0\0\0\x03\0\0user\0postgres\0\0', 'latin1');
    packet.writeUInt32BE(packet.length);
    for (const socket of held) socket.on('error', () => {}).write(packet);
    await Promise.all(held.map((socket) => once(socket, 'data')));
    const result = await probe();
    for (const socket of held) socket.destroy();
    expect(result.tls?.startup).toMatchObject({ kind: 'error', error: { sqlstate: '53300' } });
  });
});

onServers('client certificates', () => {
  const clients = makeTestCa({ name: 'Client Root' });
  const client = clients.issueClient('postgres');
  const identity = { cert: client.cert, key: client.key };
  let server: PostgresServer;
  const probe = (version: (typeof VERSIONS)[number], tls: Asked['tls'] = {}, plan: Asked['plan'] = {}) =>
    ask({ port: server.port, tls: { ...only(version), ...tls }, plan });
  const hba = (clientcert: string) => server.reload({ hba: [`hostssl all all all trust ${clientcert}`] });

  beforeAll(async () => {
    server = await startPostgres({ tls: { ...issued, ca: clients.root.pem } });
  });
  afterAll(() => server.stop());

  test.each(VERSIONS)('%s: asked for, not needed', async (version) => {
    await hba('');
    const { tls } = await probe(version);
    expect(tls).toMatchObject({
      handshake: { ok: true, clientCertificateRequested: true },
      startup: { kind: 'authentication', method: 'ok' },
    });
    expect(tls?.handshake?.chain).toHaveLength(2);
  });

  test.each(VERSIONS)('%s: needed, with and without', async (version) => {
    await hba('clientcert=verify-full');
    expect((await probe(version)).tls?.startup).toMatchObject({
      kind: 'error',
      error: { sqlstate: '28000', message: 'connection requires a valid client certificate' },
    });
    expect((await probe(version, { identity })).tls?.startup).toMatchObject({ kind: 'authentication' });
  });

  test.each(VERSIONS)('%s: refused, and the chain is known', async (version) => {
    const stranger = makeTestCa({ name: 'Stranger' }).issueClient('postgres');
    const asked = { identity: { cert: stranger.cert, key: stranger.key } };
    for (let turn = 0; turn < 20; turn++) {
      const { tls } = await probe(version, asked);
      const reason = 'tlsv1 alert unknown ca';
      expect(tls).toMatchObject(
        version === 'TLSv1.2'
          ? {
              handshake: { ok: false, kind: 'openssl', reason, clientCertificateRequested: true },
              startup: null,
            }
          : { handshake: { ok: true, clientCertificateRequested: true }, startup: { kind: 'alert', reason } },
      );
      expect(tls?.handshake?.chain).toHaveLength(2);
    }
  });

  test.each(VERSIONS)('%s: not shown to a server that may not see it', async (version) => {
    const seen: number[] = [];
    const mayIdentify = (chain: readonly Uint8Array[]) => {
      seen.push(chain.length);
      return false;
    };
    const { tls } = await probe(version, { identity }, { mayIdentify });
    expect(tls).toMatchObject({
      handshake: { ok: false, kind: 'withheld', clientCertificateRequested: true },
      startup: null,
    });
    expect(tls?.handshake?.chain).toHaveLength(2);
    expect(seen).toEqual([2]);
  });

  test('a key of another certificate ends as OpenSSL puts it', async () => {
    const { tls } = await probe('TLSv1.3', { identity: { ...identity, key: issued.key } });
    expect(tls?.handshake).toMatchObject({ ok: false, kind: 'openssl', reason: 'key values mismatch' });
  });
});

onServers('a server without TLS, with passwords', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ tls: null, password: 'x', hba: ['host all all all scram-sha-256'] });
  });
  afterAll(() => server.stop());

  test('says no, and the same connection goes on in plain text', async () => {
    const from = server.logs().length;
    await server.reload({ settings: { log_connections: 'receipt' } });
    const result = await ask({
      port: server.port,
      plan: { plainAfterTls: ({ answer }) => answer.kind === 'N' },
    });
    expect(result).toMatchObject({
      tls: { answer: { kind: 'N' }, handshake: null, startup: null },
      plain: { kind: 'authentication', method: 'scram-sha-256', mechanisms: ['SCRAM-SHA-256'] },
    });
    const received = server
      .logs()
      .slice(from)
      .match(/connection received: host=127/g);
    expect(received).toHaveLength(1);
  });

  test('is not asked in plain text against the plan', async () => {
    expect(await ask({ port: server.port })).toMatchObject({ tls: { answer: { kind: 'N' } }, plain: null });
  });

  test('a mere connection', async () => {
    const result = await ask({ port: server.port, plan: { first: 'none' } });
    expect(result).toEqual({
      address: '127.0.0.1',
      port: server.port,
      connectErrno: null,
      tls: null,
      plain: null,
    });
  });
});

describe('names and closed ports', () => {
  const host = nodeHost();

  test('nobody listens', async () => {
    expect(await ask({ port: 1 })).toMatchObject({ connectErrno: 'ECONNREFUSED', tls: null, plain: null });
  });

  test('an address that never answers', async () => {
    const silent = { ...host, network: { ...host.network, connect: () => new Socket() } };
    const limits = { connectMs: 50, stepMs: 5000, totalMs: 5000 };
    expect(await ask({ port: 5432, limits }, silent)).toMatchObject({ connectErrno: 'ETIMEDOUT', tls: null });
    const late = { ...limits, connectMs: 5000, totalMs: 50 };
    expect(await ask({ port: 5432, limits: late }, silent)).toMatchObject({ connectErrno: 'ETIMEDOUT' });
  });

  test('localhost, an address, a name that leads nowhere', async () => {
    expect((await lookup(host, 'localhost', 5000)).addresses).toContain('127.0.0.1');
    expect(await lookup(host, '::1', 5000)).toEqual({ addresses: ['::1'], errno: null });
    const nowhere = await lookup(host, 'nowhere.invalid', 20_000);
    expect(nowhere.addresses).toEqual([]);
    expect(nowhere.errno).toMatch(/^(ENOTFOUND|ENODATA|EAI_AGAIN)$/);
  });

  test('a resolver that is silent', async () => {
    const silent = { ...host, network: { ...host.network, lookup: () => new Promise<never>(() => {}) } };
    expect(await lookup(silent, 'db.example.org', 20)).toEqual({ addresses: [], errno: 'ETIMEDOUT' });
  });
});
