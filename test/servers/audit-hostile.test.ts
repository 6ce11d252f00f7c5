import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type Behaviour, type HostileServer, overTls, startHostile } from '../support/hostile-servers.js';
import { available } from '../support/parts.js';
import { startPostgres } from '../support/postgres.js';
import { emptyHome, rootCrt, run } from '../support/run.js';
import { type Issued, makeTestCa } from '../support/test-ca.js';

jest.setTimeout(30_000);

const PASSWORD = 'correct-horse';
const ca = makeTestCa({ name: 'Our CA' });
const good = ca.issueServer({ names: ['localhost'] });
const foreign = makeTestCa({ name: 'Our CA' }).issueServer({ names: ['localhost'] });

function home(): string {
  const folder = emptyHome();
  mkdirSync(path.join(folder, '.postgresql'), { mode: 0o700 });
  writeFileSync(rootCrt(folder), ca.root.pem);
  return folder;
}

let server: HostileServer;
afterEach(() => server.stop());

async function audit(more = '', argv: readonly string[] = []) {
  const conninfo = `host=localhost hostaddr=127.0.0.1 port=${server.port} user=ana dbname=app ${more}`;
  const { status, stdout } = await run(home(), ['audit', conninfo, '--json', ...argv], {
    env: { PGPASSWORD: PASSWORD },
  });
  const document = JSON.parse(stdout) as {
    error?: { code: string; message: string; help: string[] };
    findings: { code: string }[];
  };
  return { status, error: document.error, codes: document.findings.map(({ code }) => code) };
}

const message = (type: string, body: Uint8Array | string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
};
const SASL = message('R', '\0\0\0\x0aSCRAM-SHA-256\0\0');
const CLEARTEXT = message('R', '\0\0\0\x03');
const MD5 = message('R', '\0\0\0\x05salt');
const AUTHENTICATED = message('R', '\0\0\0\0');
const READY = message('Z', 'I');

/** A server of the right certificate: what it answers to the first message over TLS, connection by connection. */
async function answering(...answers: readonly ((stream: TLSSocket) => unknown)[]): Promise<string[]> {
  const said: string[] = [];
  server = await startHostile((socket, received) => {
    const turn = said.push('') - 1;
    return withTls(good, (stream) => {
      let first = true;
      stream.on('data', (part: Buffer) => {
        said[turn] += part.toString('latin1');
        if (first) answers[turn]?.(stream);
        first = false;
      });
    })(socket, received);
  });
  return said;
}

const withTls = ({ cert, key }: Issued, serve: (stream: TLSSocket) => unknown): Behaviour =>
  overTls({ cert, key }, serve);
const write =
  (...parts: Buffer[]) =>
  (stream: TLSSocket) =>
    stream.write(Buffer.concat(parts));

describe('a server that is not the one', () => {
  test('a foreign root of the same name: nothing is sent over TLS, not even the user', async () => {
    let heard = '';
    server = await startHostile(
      withTls(foreign, (stream) => {
        stream.on('data', (part: Buffer) => {
          heard += part.toString('latin1');
        });
      }),
    );
    const { status, error, codes } = await audit();
    expect({ status, code: error?.code }).toEqual({ status: 4, code: 'server-not-verified' });
    expect(codes).toContain('unknown-ca');
    expect(error?.help).toEqual([
      `ask the doctor for more: pg-root-cert doctor 'host=localhost hostaddr=127.0.0.1 port=${server.port} dbname=app user=ana sslmode=verify-full'`,
    ]);
    expect(server.connections).toBe(1);
    expect(heard).toBe('');
    expect(server.received.toString('latin1')).not.toMatch(/ana|correct-horse/);
  });

  test('another name, no TLS, no PostgreSQL: refused as well', async () => {
    const other = ca.issueServer({ names: ['other.example'] });
    server = await startHostile(withTls(other, () => {}));
    expect((await audit()).codes).toContain('hostname-mismatch');
    await server.stop();
    server = await startHostile(async (socket, received) => {
      await received(8);
      socket.write('N');
    });
    const { status, error } = await audit('sslmode=prefer');
    expect({ status, code: error?.code }).toEqual({ status: 4, code: 'server-not-verified' });
    expect(server.received).toHaveLength(8);
  });
});

describe('a server that changes between the judging and the login', () => {
  const onServer = available().servers.includes('18') ? test : test.skip;

  async function proxyTo(port: number, second: Behaviour): Promise<void> {
    let turn = 0;
    server = await startHostile((socket, received) => {
      if (++turn > 1) return second(socket, received);
      return pipe(socket, port);
    });
  }
  const pipe = (socket: Socket, port: number): void => {
    const onward = connect(port, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    socket.removeAllListeners('data');
    socket.pipe(onward).pipe(socket);
  };

  onServer('to one of a foreign root: refused, and it learns nothing', async () => {
    const real = await startPostgres({ tls: good, password: PASSWORD });
    let heard = '';
    await proxyTo(
      real.port,
      withTls(foreign, (stream) => {
        stream.on('data', (part: Buffer) => {
          heard += part.toString('latin1');
        });
      }),
    );
    const { status, error, codes } = await audit('user=postgres dbname=postgres');
    expect(server.connections).toBe(2);
    expect({ status, code: error?.code }).toEqual({ status: 4, code: 'server-not-verified' });
    expect(codes).toContain('unknown-ca');
    expect(heard).toBe('');
    await real.stop();
  });

  onServer('to a new certificate of the same CA and name: fine', async () => {
    const real = await startPostgres({ tls: good, password: PASSWORD });
    await proxyTo(real.port, async (socket) => {
      socket.pause();
      await real.swapCertificate(ca.issueServer({ names: ['localhost'] }));
      pipe(socket, real.port);
      socket.resume();
    });
    expect(await audit('user=postgres dbname=postgres')).toMatchObject({ status: 0 });
    expect(server.connections).toBe(2);
    await real.stop();
  });
});

describe('a server that asks for less than it did when it was judged', () => {
  test.each([
    ['cleartext', CLEARTEXT],
    ['md5', MD5],
    ['nothing', Buffer.concat([AUTHENTICATED, READY])],
  ])('%s in place of SCRAM: the password does not go out', async (_, second) => {
    const said = await answering(write(SASL), write(second));
    const { status, error } = await audit();
    expect({ status, code: error?.code }).toEqual({ status: 3, code: 'login-failed' });
    expect(said).toHaveLength(2);
    expect(said[1]).not.toContain(PASSWORD);
    expect(said[1]).not.toMatch(/p\0\0\0.(md5|SCRAM)/s);
  });

  test('a SCRAM that it does not end: it has proved nothing', async () => {
    await answering(write(SASL), (stream) => {
      stream.write(SASL);
      stream.once('data', write(AUTHENTICATED, READY).bind(null, stream));
    });
    const { error } = await audit();
    expect(error?.code).toBe('login-failed');
    expect(error?.message).toContain('without a proof');
  });

  test('a cleartext password goes out once it is asked for over a verified connection', async () => {
    const said = await answering(write(CLEARTEXT), write(CLEARTEXT));
    await audit('', ['--timeout', '1']);
    expect(said[0]).not.toContain(PASSWORD);
    expect(said[1]).toContain(PASSWORD);
  });
});

describe('a server that is logged in to and then does not behave', () => {
  test('it falls silent: the time limit ends it', async () => {
    await answering(write(CLEARTEXT), write(CLEARTEXT));
    const start = Date.now();
    const { status, error } = await audit('', ['--timeout', '1']);
    expect({ status, code: error?.code }).toEqual({ status: 3, code: 'login-failed' });
    expect(Date.now() - start).toBeLessThan(8000);
  });

  test.each([
    ['it closes the connection', 'terminated', (stream: TLSSocket) => stream.end()],
    ['it says nothing', 'no answer in time', () => {}],
    ['it sends no end of rows', 'more than', (stream: TLSSocket) => flood(stream)],
    [
      'it is of a version without answers',
      'older than 9.5',
      (stream: TLSSocket) => {
        const done = Buffer.concat([message('C', 'BEGIN\0'), READY]);
        stream.on('data', () => stream.write(done));
        stream.write(done);
      },
    ],
  ])('%s: a typed error', async (_, why, act) => {
    await answering(write(AUTHENTICATED), (stream) => {
      stream.write(Buffer.concat([AUTHENTICATED, READY]));
      stream.once('data', () => act(stream));
    });
    const { status, error } = await audit('', ['--timeout', '3']);
    expect({ status, code: error?.code }).toEqual({ status: 3, code: 'audit-failed' });
    expect(error?.message).toContain(why);
  });

  function flood(stream: TLSSocket): void {
    const row = message('D', Buffer.concat([Buffer.from([0, 1, 0, 0, 0xff, 0]), Buffer.alloc(0xff00, 97)]));
    const column = Buffer.concat([Buffer.from('\0\x01version\0'), Buffer.alloc(18)]);
    stream.write(message('T', column));
    const pour = (): void => {
      while (stream.writable && stream.write(row));
    };
    stream.on('drain', pour);
    pour();
  }
});
