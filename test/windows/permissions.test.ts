import { chmodSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostPath, runWindows, STAND_INS } from '../../scripts/lib/wine.mjs';
import { ca, type DoctorDocument, GOOD, HOST, SITE } from '../servers/repair-bench.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { makeTestCa } from '../support/test-ca.js';
import '../support/matchers.js';
import { askLibpq, FOLDER, freshProfile, ROOT_CRT, run, SCRATCH, write } from './product.js';

const ICACLS = 'C:\\windows\\system32\\icacls.exe';
const EVERYBODY_WRITES: Record<string, number> = { [ROOT_CRT]: 0o666, [FOLDER]: 0o777 };
const env = STAND_INS;
freshProfile();

const open = (path: string) => chmodSync(hostPath(path), EVERYBODY_WRITES[path] ?? 0);
const fileFor = (pem: string) => {
  write(ROOT_CRT, pem);
  write(`${SCRATCH}\\site.json`, SITE);
};

test('an icacls that says nothing, as Wine has it: not known, which is no finding and no failure', async () => {
  expect(await runWindows([ICACLS, FOLDER])).toEqual({ status: 0, stdout: '', stderr: '' });
  expect((await run(['install', '--offline'])).status).toBe(0);
  for (const path of [ROOT_CRT, FOLDER]) open(path);
  expect((await run(['verify'])).status).toBe(0);
  const status = await run(['status', '--json']);
  expect(status.json().findings).not.toEmit('root-crt-permissions');
});

describe('with an icacls that reads and writes lists', () => {
  test('what install writes is for nobody else to change', async () => {
    const installed = await run(['install', '--offline', '--json'], { env });
    expect(installed.json().findings).not.toEmit('root-crt-permissions');
    expect((await run(['verify'], { env })).status).toBe(0);
  });

  test.each([ROOT_CRT, FOLDER])(
    'after writing it is read and judged: others may write to %s',
    async (path) => {
      fileFor(makeTestCa({ name: 'Their Root' }).root.pem);
      open(path);
      const status = await run(['status', '--json'], { env });
      expect(status.json().findings.map(({ message }) => message)).toContain(
        `others may change ${path}: Everyone`,
      );
      const verified = await run(['verify', '--json'], { env });
      expect(verified.json().findings).toEmit('root-crt-permissions');
      expect(verified.status).toBe(1);

      // The new root.crt takes the place of the old one, with the list that its folder gives it.
      const installed = await run(['install', '--offline', '--json'], { env });
      const said = installed.json().findings.map(({ message }) => message);
      expect(said.includes(`others may change ${FOLDER}: Everyone`)).toBe(path === FOLDER);
    },
  );
});

describe('doctor --fix', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ tls: GOOD });
  });
  afterAll(() => server.stop());
  const target = () =>
    `host=${HOST} hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres sslmode=verify-full`;
  const doctor = (...more: string[]) => ['doctor', target(), '--catalog', `${SCRATCH}\\site.json`, ...more];

  test('unasked, neither doctor nor install changes a list', async () => {
    fileFor(ca.root.pem);
    open(FOLDER);
    await run(doctor(), { env });
    await run(['install', '--offline'], { env });
    expect(statSync(hostPath(FOLDER)).mode & 0o777).toBe(0o777);
  });

  test('asked, it takes the right away from others, proves it, and tells how to take that back', async () => {
    fileFor(ca.root.pem);
    for (const path of [ROOT_CRT, FOLDER]) open(path);
    expect((await run(doctor('--json'), { env })).json().findings).toEmit('root-crt-permissions');

    const mended = await run(doctor('--fix'), { env });
    expect(mended.status).toBe(0);
    for (const path of [ROOT_CRT, FOLDER]) {
      expect(mended.stdout).toContain(`mended: ${path} is yours, SYSTEM's and the Administrators' alone now`);
    }
    expect(mended.stdout.match(/gone: root-crt-permissions/g)).toHaveLength(1);
    expect((await run(['status', '--json'], { env })).json().findings).not.toEmit('root-crt-permissions');
    expect((await askLibpq(target())).connected).toBe(true);

    const [, above = '', saved = ''] =
      /icacls "([^"]+)" \/restore "([^"]+postgresql\.acl)"/.exec(mended.stdout) ?? [];
    expect((await runWindows([ICACLS, above, '/restore', saved], { env })).status).toBe(0);
    expect((await run(['status', '--json'], { env })).json().findings).toEmit('root-crt-permissions');
  });

  test('a root and a list at once; again, and there is nothing to mend', async () => {
    fileFor(makeTestCa({ name: 'Their Root' }).root.pem);
    open(FOLDER);
    const fixed = await run(doctor('--fix', '--json'), { env });
    expect(fixed.status).toBe(0);
    const codes = (fixed.json() as unknown as DoctorDocument).fixed.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['root-not-trusted', 'root-crt-permissions']));
    expect((await askLibpq(target())).connected).toBe(true);
    expect((await run(doctor('--fix'), { env })).stdout).toContain('nothing to mend here');
  });
});
