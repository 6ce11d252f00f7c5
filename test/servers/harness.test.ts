import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transform } from 'esbuild';
import { askLibpq, askOpenSsl, type LibpqVerdict, parseConninfo } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { makeTestCa } from '../support/test-ca.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;
const onLibraries = here.libpq.includes('18') ? describe : describe.skip;

onServers('a real PostgreSQL, asked through the real libpq', () => {
  const ca = makeTestCa({ withIntermediate: true });
  let server: PostgresServer;
  let home: string;
  let rootCrt: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'pg-home-'));
    rootCrt = join(home, '.postgresql', 'root.crt');
    mkdirSync(join(home, '.postgresql'), { mode: 0o700 });
    server = await startPostgres({
      tls: ca.issueServer({ names: ['localhost'], ips: ['127.0.0.1', '::1'] }),
    });
  });

  afterAll(async () => {
    rmSync(home, { recursive: true });
    await server.stop();
    expect(existsSync(server.socketFolder)).toBe(false);
  });

  const ask = (settings: string): Promise<LibpqVerdict> =>
    askLibpq({
      conninfo: `port=${server.port} user=postgres dbname=postgres ${settings}`,
      env: { HOME: home },
    });
  const installRoot = (content: string): void => writeFileSync(rootCrt, content);

  test('verify-full is refused without root.crt', async () => {
    rmSync(rootCrt, { force: true });
    const verdict = await ask('host=localhost hostaddr=127.0.0.1 sslmode=verify-full');
    expect(verdict).toMatchObject({
      connected: false,
      message: [
        `connection to server at "127.0.0.1", port ${server.port} failed: root certificate file "${rootCrt}" does not exist`,
        "Either provide the file, use the system's trusted roots with sslrootcert=system, or change sslmode to disable server certificate verification.",
      ].join('\n'),
      sslInUse: null,
      needsPassword: false,
    });
  });

  test('verify-full connects with the CA in root.crt', async () => {
    installRoot(ca.root.pem);
    for (const hostaddr of server.listensOnIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
      const verdict = await ask(`host=localhost hostaddr=${hostaddr} sslmode=verify-full`);
      expect(verdict).toMatchObject({ connected: true, message: '', sslInUse: true });
    }
  });

  test('another host name is refused', async () => {
    installRoot(ca.root.pem);
    const { connected, message } = await ask('host=db.example.org hostaddr=127.0.0.1 sslmode=verify-full');
    expect(connected).toBe(false);
    expect(message).toBe(
      `connection to server at "127.0.0.1", port ${server.port} failed: server certificate for "localhost" (and 2 other names) does not match host name "db.example.org"`,
    );
  });

  test('a root.crt of no certificate is refused, even by require', async () => {
    installRoot('not a certificate\n');
    const { connected, message } = await ask('host=localhost hostaddr=127.0.0.1 sslmode=require');
    expect(connected).toBe(false);
    expect(message).toContain(
      `could not read root certificate file "${rootCrt}": no certificate or crl found`,
    );
  });

  test('plain text is refused by pg_hba, the Unix socket is not', async () => {
    expect((await ask('host=localhost sslmode=disable')).message).toContain('no pg_hba.conf entry');
    expect(await ask(`host=${server.socketFolder}`)).toMatchObject({ connected: true, sslInUse: false });
  });

  test("the next connection meets a swapped certificate; one that doesn't load is reported", async () => {
    installRoot(ca.root.pem);
    const settings = 'host=localhost hostaddr=127.0.0.1 sslmode=verify-full';
    await server.swapCertificate(makeTestCa().issueServer({ names: ['localhost'] }));
    expect((await ask(settings)).message).toContain('SSL error: certificate verify failed');
    await expect(server.swapCertificate({ cert: 'junk', key: 'junk' })).rejects.toThrow('ssl_cert_file.pem');
    await server.swapCertificate(ca.issueServer({ names: ['localhost'] }));
    expect((await ask(settings)).connected).toBe(true);
  });

  test('the oracle inherits nothing of our environment', async () => {
    process.env.PGSSLMODE = 'bogus';
    const verdict = await ask('host=localhost hostaddr=127.0.0.1 sslmode=require').finally(() => {
      delete process.env.PGSSLMODE;
    });
    expect(verdict.connected).toBe(true);
  });
});

onServers('a server of other settings', () => {
  test('without TLS and with a password', async () => {
    const server = await startPostgres({
      tls: null,
      password: "it's",
      hba: ['host all all 127.0.0.1/32 scram-sha-256'],
    });
    try {
      const conninfo = `host=127.0.0.1 port=${server.port} user=postgres dbname=postgres`;
      const env = { HOME: tmpdir() };
      const [refused, asked, connected] = await Promise.all([
        askLibpq({ conninfo: `${conninfo} sslmode=require`, env }),
        askLibpq({ conninfo, env }),
        askLibpq({ conninfo, env: { ...env, PGPASSWORD: "it's" } }),
      ]);
      expect(refused.message).toMatch(/server does not support SSL, but SSL was required$/);
      expect(asked).toMatchObject({ connected: false, needsPassword: true });
      expect(connected).toMatchObject({ connected: true, sslInUse: false });
    } finally {
      await server.stop();
    }
  });

  test('one that dies at once says why', async () => {
    const settings = { ssl_min_protocol_version: 'bogus' };
    await expect(startPostgres({ tls: null, settings })).rejects.toThrow('ssl_min_protocol_version');
  });
});

onServers('what outlives a test process', () => {
  test('neither the server nor its folder, even after SIGKILL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pg-orphan-'));
    const source = new URL('../support/postgres-process.ts', import.meta.url);
    const { code } = await transform(readFileSync(source, 'utf8'), { loader: 'ts' });
    // The shell has its background commands ignore SIGQUIT; like postgres, this one doesn't.
    const standIn = "process.on('SIGQUIT', () => process.exit()); console.error('pid', process.pid, '.');";
    const command = [process.execPath, '-e', `${standIn} setInterval(() => {}, 1000)`];
    const program = `${code}
      const server = new RunningServer(${JSON.stringify(command)}, ${JSON.stringify(folder)}, {});
      await server.logged('.', 5000);
      process.stdout.write(server.logs());
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(/\d+/.exec(String(line)));
    parent.kill('SIGKILL');
    while (existsSync(folder)) await setTimeout(10);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

onLibraries('the libraries asked without a server', () => {
  test('libpq that hears nothing is not waited for', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const question = { conninfo: `host=127.0.0.1 port=${port} user=postgres`, env: {}, timeoutMs: 300 };
    await expect(askLibpq(question).finally(() => silent.close())).rejects.toThrow('ended with SIGKILL');
  });

  test('conninfos are parsed by libpq', async () => {
    expect(await parseConninfo("host='a b' sslmode=bogus")).toEqual({
      options: { host: 'a b', sslmode: 'bogus' },
      message: null,
    });
    expect(await parseConninfo("host='a")).toEqual({
      options: null,
      message: 'unterminated quoted string in connection info string',
    });
  });

  test.each(here.openSsl)('OpenSSL %s reads CA files', async (library) => {
    const { pem, der } = makeTestCa().root;
    const verdicts = await askOpenSsl(library, [
      Buffer.from(pem),
      Buffer.from(`\uFEFF${pem}`),
      der,
      Buffer.from(''),
      Buffer.from(pem + pem.replace(/\n.{8}/, '\n!!!!!!!!')),
    ]);
    expect(verdicts).toEqual([
      { loads: true, reason: null },
      library === '3'
        ? { loads: true, reason: null }
        : { loads: false, reason: 'no certificate or crl found' },
      { loads: false, reason: 'no certificate or crl found' },
      { loads: false, reason: 'no certificate or crl found' },
      { loads: false, reason: 'bad base64 decode' },
    ]);
  });
});
