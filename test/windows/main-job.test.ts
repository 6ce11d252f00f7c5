import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostPath, INSTALLED, nodeExe, PARTS, runWindows, TARBALL } from '../../scripts/lib/wine.mjs';
import { ca, type DoctorDocument, GOOD, HOST, SITE } from '../servers/repair-bench.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { codesOf } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';
import '../support/matchers.js';
import {
  askLibpq,
  freshProfile,
  LIBPQS,
  NODES,
  ROAMING,
  ROOT_CRT,
  read,
  run,
  SCRATCH,
  write,
} from './product.js';

const G2 = 'digicert-global-root-g2';
const OURS = `${SCRATCH}\\our ca.pem`;
const CATALOG = `${SCRATCH}\\site.json`;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ tls: GOOD });
});
afterAll(() => server.stop());
freshProfile();

const target = (sslmode = 'verify-full') =>
  `host=${HOST} hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres sslmode=${sslmode}`;

describe('as it is called', () => {
  test('npx pg-root-cert from the tarball: installs, and advises in words that work', async () => {
    const npx = `${PARTS}\\npm\\bin\\npx-cli.js`;
    const env = { PATH: `${PARTS}\\node20\\bin;C:\\windows\\system32` };
    const argv = [nodeExe(), npx, '--offline', '--yes', '--package', TARBALL, 'pg-root-cert'];
    const installed = await runWindows([...argv, 'install', '--offline'], { env, timeoutMs: 120_000 });
    expect(installed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`ok: ${ROOT_CRT} was written`),
    });
    expect(installed.stdout).toContain('take it back: npx pg-root-cert undo');
    expect(read(ROOT_CRT)).toContain('BEGIN CERTIFICATE');
  });

  test('the shim that npm makes: pg-root-cert.cmd', async () => {
    const shim = `${INSTALLED}\\node_modules\\.bin\\pg-root-cert.cmd`;
    const env = { PATH: `${PARTS}\\node20\\bin;C:\\windows\\system32` };
    const { status, stdout } = await runWindows(['C:\\windows\\system32\\cmd.exe', '/c', shim, 'status'], {
      env,
    });
    expect(status).toBe(0);
    expect(stdout).toContain(`libpq reads ${ROOT_CRT}`);
  });
});

describe.each(NODES)('the whole way with Node %s', (node) => {
  const own = { node };

  test('status, verify, merge, undo, remove', async () => {
    const theirs = makeTestCa({ name: 'Their Root' });
    write(ROOT_CRT, `# theirs\r\n${theirs.root.pem.replaceAll('\n', '\r\n')}`);

    const first = await run(['verify', '--json'], own);
    expect(first.status).toBe(1);
    expect(first.json().findings).toEmit('root-not-trusted');

    const merged = await run(['install', '--offline', '--json'], own);
    expect(merged.json().targets[0]).toMatchObject({ path: ROOT_CRT, changed: true, added: [{ id: G2 }] });
    expect(merged.json().targets[0]?.kept.map(({ sha256 }) => sha256)).toEqual([theirs.root.sha256]);
    expect(existsSync(hostPath(merged.json().targets[0]?.backup ?? ''))).toBe(true);

    const status = (await run(['status', '--json'], own)).json();
    expect(status).toMatchObject({ path: ROOT_CRT, exists: true });
    expect(status.certificates?.map(({ state }) => state)).toEqual(['ok', 'ok']);
    expect((await run(['verify'], own)).status).toBe(0);

    expect((await run(['undo', '--json'], own)).status).toBe(0);
    expect(read(ROOT_CRT)).toBe(`# theirs\r\n${theirs.root.pem.replaceAll('\n', '\r\n')}`);

    await run(['install', '--offline'], own);
    const removed = await run(['remove', G2, theirs.root.sha256, '--json'], own);
    expect(removed.json().targets[0]?.removed).toHaveLength(2);
    expect(existsSync(hostPath(ROOT_CRT))).toBe(false);
  });

  test('libpq.dll refuses; doctor says so; doctor --fix installs the root; libpq.dll connects', async () => {
    const before = await askLibpq(target());
    expect(before).toMatchObject({ connected: false });
    expect(before.message).toContain(`root certificate file "${ROAMING}/postgresql/root.crt" does not exist`);

    write(CATALOG, SITE);
    const doctor = ['doctor', target(), '--catalog', CATALOG, '--json'];
    const told = await run(doctor, own);
    expect(told.status).toBe(1);
    const seen = told.json() as unknown as DoctorDocument;
    expect(seen.verdict).toMatchObject({ connects: false, libpqMessage: before.message });
    expect(seen.findings.map(({ code }) => code)).toContain('root-crt-missing');
    expect(existsSync(hostPath(ROOT_CRT))).toBe(false);

    const fixed = await run([...doctor, '--fix'], own);
    expect(fixed.status).toBe(0);
    expect((fixed.json() as unknown as DoctorDocument).fixed.map(({ code }) => code)).toContain(
      'root-crt-missing',
    );
    expect(await askLibpq(target())).toEqual({ connected: true, tls: true, message: '' });
  });
});

describe.each(LIBPQS)('libpq.dll %s', (major) => {
  test('refuses under verify-full before, connects after, refuses again after undo', async () => {
    const before = await askLibpq(target(), { major });
    expect(before.connected).toBe(false);
    write(OURS, ca.root.pem);
    const doctored = await run(['doctor', target(), '--libpq', major, '--json']);
    expect((doctored.json() as unknown as DoctorDocument).verdict.libpqMessage).toBe(before.message);

    const installed = await run(['install', OURS, '--sha256', ca.root.sha256, '--json']);
    expect(codesOf(installed.json())).toContain('require-now-verifies');
    expect(await askLibpq(target(), { major })).toEqual({ connected: true, tls: true, message: '' });

    expect((await run(['undo'])).status).toBe(0);
    expect(await askLibpq(target(), { major })).toEqual(before);
  });

  test("another root than the server's: doctor says what it says", async () => {
    write(ROOT_CRT, makeTestCa({ name: 'Another' }).root.pem);
    const refused = await askLibpq(target(), { major });
    expect(refused.message).toContain('certificate verify failed');
    const doctored = await run(['doctor', target(), '--libpq', major, '--json']);
    expect((doctored.json() as unknown as DoctorDocument).verdict).toMatchObject({
      connects: false,
      libpqMessage: refused.message,
    });
  });
});
