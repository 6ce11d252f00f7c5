import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askLibpq } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { COMMAND, emptyHome, hasProgram, rootCrt, run } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;

interface DoctorDocument {
  ok: boolean;
  error?: { code: string; message: string };
  target: { host: string; port: string; sslmode: string; origin: Record<string, string> } | null;
  verdict: {
    connects: boolean | null;
    stage: string;
    libpqMessage: string | null;
    modes: Record<string, { connects: boolean | null }>;
  };
  chain: { role: string; sentByServer: boolean; inRootCrt: boolean }[];
  findings: { code: string; severity: string }[];
  fixed: { code: string }[];
  results?: DoctorDocument[];
}

onServers('doctor, the whole command against a real PostgreSQL', () => {
  const ca = makeTestCa({ name: 'Our CA', withIntermediate: true });
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ tls: ca.issueServer({ names: ['localhost'] }) });
  });
  afterAll(() => server.stop());

  const conninfo = (more: string) =>
    `host=localhost hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres ${more}`;
  const doctor = async (home: string, argv: readonly string[], env: Record<string, string> = {}) => {
    const told = await run(home, ['doctor', '--libpq', '18', ...argv, '--json'], { env });
    return { ...told, document: JSON.parse(told.stdout) as DoctorDocument };
  };
  const errorsOf = ({ findings }: DoctorDocument) =>
    findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  const homeWith = (content: string): string => {
    const home = emptyHome();
    mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
    writeFileSync(rootCrt(home), content);
    return home;
  };

  test('a healthy target: exit 0, libpq agrees', async () => {
    const home = homeWith(ca.root.pem);
    const { status, document } = await doctor(home, [conninfo('sslmode=verify-full')]);
    expect(status).toBe(0);
    expect(document).toMatchObject({
      ok: true,
      verdict: { connects: true, stage: 'ok', libpqMessage: null },
    });
    expect(document.target).toMatchObject({
      host: 'localhost',
      sslmode: 'verify-full',
      origin: { host: 'conninfo' },
    });
    expect(document.chain.map(({ role }) => role)).toEqual(['leaf', 'intermediate', 'root']);
    expect(errorsOf(document)).toEqual([]);
  });

  test('an unknown CA: refused without --trust, mended with it, proved by libpq', async () => {
    const home = emptyHome();
    const target = conninfo('sslmode=verify-full');
    const ask = () => askLibpq({ conninfo: target, env: { HOME: home } });
    const before = await doctor(home, [target]);
    expect(before.status).toBe(1);
    expect(before.document.verdict.libpqMessage).toBe((await ask()).message);
    expect(errorsOf(before.document)).toEqual(['root-crt-missing', 'unknown-ca']);

    const untrusted = await doctor(home, ['--fix', target]);
    expect(untrusted.status).toBe(1);
    expect((await ask()).connected).toBe(false);

    const issued = ca.issueServer({ names: ['localhost'] });
    await server.swapCertificate({ ...issued, cert: issued.cert + ca.root.pem });
    const mended = await doctor(home, ['--fix', '--trust', ca.root.sha256, target]);
    expect(mended.document.fixed.map(({ code }) => code)).toContain('root-crt-missing');
    expect(mended.status).toBe(0);
    expect(await ask()).toMatchObject({ connected: true, sslInUse: true });
    expect((await run(home, ['undo'])).status).toBe(0);
    expect((await ask()).connected).toBe(false);
    await server.swapCertificate(ca.issueServer({ names: ['localhost'] }));
  });

  test('settings that libpq refuses: exit 2, with a verdict', async () => {
    const { status, document } = await doctor(emptyHome(), [conninfo('sslmode=bogus')]);
    expect(status).toBe(2);
    expect(document).toMatchObject({
      ok: false,
      error: { code: 'settings-refused' },
      verdict: { connects: false, stage: 'settings', libpqMessage: 'invalid sslmode value: "bogus"' },
    });
    const human = await run(emptyHome(), ['doctor', conninfo('sslmode=bogus')]);
    expect(human).toMatchObject({ status: 2, stdout: '' });
  });

  test('nobody there: exit 1', async () => {
    const { status, document } = await doctor(homeWith(ca.root.pem), [
      'host=127.0.0.1 port=1 user=x sslmode=verify-full',
    ]);
    expect(status).toBe(1);
    expect(errorsOf(document)).toEqual(['host-unreachable']);
  });

  test('a root.crt whose certificates can all be read is written anew', async () => {
    const home = homeWith(ca.root.pem.trimEnd() + ca.root.pem);
    const target = conninfo('sslmode=verify-full');
    expect(errorsOf((await doctor(home, [target])).document)).toEqual(['root-crt-unparsable']);
    const mended = await doctor(home, ['--fix', target]);
    expect(mended.status).toBe(0);
    expect((await askLibpq({ conninfo: target, env: { HOME: home } })).connected).toBe(true);
  });

  test('one with something that cannot be read stays as it is', async () => {
    const broken = `${ca.root.pem}-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n`;
    const home = homeWith(broken);
    expect((await doctor(home, ['--fix', conninfo('sslmode=verify-full')])).status).toBe(1);
    expect(readFileSync(rootCrt(home), 'utf8')).toBe(broken);
  });

  test('a client key that others may read', async () => {
    const home = homeWith(ca.root.pem);
    const client = ca.issueClient('postgres');
    const key = path.join(home, '.postgresql', 'postgresql.key');
    writeFileSync(path.join(home, '.postgresql', 'postgresql.crt'), client.cert);
    writeFileSync(key, client.key);
    chmodSync(key, 0o644);
    const target = conninfo('sslmode=verify-full');
    expect(errorsOf((await doctor(home, [target])).document)).toEqual(['client-key-permissions']);
    expect((await doctor(home, ['--fix', target])).status).toBe(0);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect((await askLibpq({ conninfo: target, env: { HOME: home } })).connected).toBe(true);
  });

  test('never a file that sslrootcert names', async () => {
    const home = emptyHome();
    const named = path.join(home, 'named.crt');
    const target = conninfo(`sslmode=verify-full sslrootcert=${named}`);
    expect((await doctor(home, ['--fix', '--trust', ca.root.sha256, target])).status).toBe(1);
    expect(() => readFileSync(named)).toThrow();
    expect(() => readFileSync(rootCrt(home))).toThrow();
  });

  test('many targets: one bad one stops nothing; exit 1', async () => {
    const home = homeWith(ca.root.pem);
    const file = path.join(home, 'targets');
    const lines = Array.from({ length: 20 }, (_, at) =>
      at === 7 ? 'host=a b' : conninfo('sslmode=verify-full'),
    );
    writeFileSync(file, `# ours\n\n${lines.join('\n')}\n`);
    const { status, document } = await doctor(home, ['--targets', file, '--concurrency', '4']);
    expect(status).toBe(1);
    expect(document.results?.map(({ verdict }) => verdict.connects)).toEqual(lines.map((_, at) => at !== 7));
    const human = await run(home, ['doctor', '--targets', file]);
    expect(human.stdout).toContain('1 of 20 targets');
  });

  test('every service of the service file', async () => {
    const home = homeWith(ca.root.pem);
    const service = (name: string, more: string) =>
      `[${name}]\nhost=localhost\nhostaddr=127.0.0.1\nport=${server.port}\nuser=postgres\ndbname=postgres\n${more}\n`;
    writeFileSync(
      path.join(home, '.pg_service.conf'),
      service('good', 'sslmode=verify-full') + service('bad', 'sslmode=verify-full\nsslrootcert=/nowhere'),
    );
    const { status, document } = await doctor(home, ['--all-services']);
    expect(status).toBe(1);
    expect(document.results?.map(({ verdict }) => verdict.connects)).toEqual([true, false]);
  });

  test('install --check-impact lists what starts and what stops connecting', async () => {
    const home = emptyHome();
    const service = (name: string, sslmode: string) =>
      `[${name}]\nhost=localhost\nhostaddr=127.0.0.1\nport=${server.port}\nuser=postgres\ndbname=postgres\nsslmode=${sslmode}\n`;
    writeFileSync(
      path.join(home, '.pg_service.conf'),
      service('full', 'verify-full') + service('some', 'require') + service('any', 'prefer'),
    );
    writeFileSync(path.join(home, 'ca.pem'), ca.root.pem);
    interface Told {
      impact: { target: string; before: boolean | null; after: boolean | null; losesTls: boolean }[];
    }
    const ours = await run(home, [
      'install',
      'ca.pem',
      '--sha256',
      ca.root.sha256,
      '--check-impact',
      '--dry-run',
      '--json',
    ]);
    expect((JSON.parse(ours.stdout) as Told).impact).toMatchObject([
      { target: 'service=full', before: false, after: true },
      { target: 'service=some', before: true, after: true },
      { target: 'service=any', before: true, after: true, losesTls: false },
    ]);
    await server.reload({ hba: ['host all all 127.0.0.1/32 trust'] });
    const foreign = await run(home, ['install', '--offline', '--check-impact', '--json']);
    expect((JSON.parse(foreign.stdout) as Told).impact).toMatchObject([
      { target: 'service=full', before: false, after: false },
      { target: 'service=some', before: true, after: false },
      { target: 'service=any', before: true, after: true, losesTls: true },
    ]);
    const some = `service=some`;
    expect((await askLibpq({ conninfo: some, env: { HOME: home } })).connected).toBe(false);
  });

  test('1,000 targets in bounded memory, with a bar on a terminal that is gone when it is done', async () => {
    const home = homeWith(ca.root.pem);
    const file = path.join(home, 'targets');
    writeFileSync(file, `${conninfo('sslmode=verify-full')}\n`.repeat(1000));
    const told = await run(home, ['doctor', '--libpq', '18', '--targets', file], {
      env: { NODE_OPTIONS: '--max-old-space-size=64' },
    });
    expect(told.status).toBe(0);
    expect(told.stdout).toContain('ok: 1000 targets');
    expect(told.stderr).toBe('');
    if (!hasProgram('script')) return;
    writeFileSync(file, `${conninfo('sslmode=verify-full')}\n`.repeat(30));
    const line = [...COMMAND, 'doctor', '--targets', file].map((word) => `'${word}'`).join(' ');
    const shown = execFileSync('script', ['-qec', line, '/dev/null'], {
      env: { PATH: process.env.PATH ?? '', HOME: home, TERM: 'xterm' },
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(shown.includes('30 of 30 targets')).toBe(true);
    expect(shown.lastIndexOf('\r\u001b[2K')).toBeLessThan(shown.indexOf('what is wrong'));
  }, 120_000);
});
