import { chownSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostPath, PREFIX, runWindows, stopWindows, UID } from '../../scripts/lib/wine.mjs';
import { ca, type DoctorDocument, GOOD, HOST, SITE } from '../servers/repair-bench.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { makeTestCa } from '../support/test-ca.js';
import '../support/matchers.js';
import {
  askLibpq,
  FOLDER,
  freshProfile,
  makeFolder,
  ROOT_CRT,
  read,
  remove,
  run,
  SCRATCH,
  write,
} from './product.js';

const SYSTEM32 = 'C:\\windows\\system32';
const theirs = makeTestCa({ name: 'Their Root' }).root;
freshProfile();

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ tls: GOOD });
});
afterAll(() => server.stop());
const target = (more = '') =>
  `host=${HOST} hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres sslmode=verify-full ${more}`;
const verdictOf = async (env: Record<string, string>) => {
  const { stdout } = await run(['doctor', target(), '--json'], { env });
  return (JSON.parse(stdout) as DoctorDocument).verdict;
};

describe('a root.crt that another program holds open', () => {
  async function hold(path: string): Promise<() => Promise<void>> {
    const sign = `${SCRATCH}\\held`;
    const held = runWindows(['Z:\\opt\\programs\\hold-open.exe', path, sign]);
    while (!existsSync(hostPath(sign))) await new Promise((resolve) => setTimeout(resolve, 20));
    return async () => {
      remove(sign);
      expect((await held).status).toBe(0);
    };
  }

  test.each([
    ['install', 'access denied; it may be open in another program', `icacls "${ROOT_CRT}"`],
    ['remove', 'in use by another program', 'close the program that has it open'],
  ])('%s says so and leaves all as it was; once it is closed, it works', async (name, fact, help) => {
    write(ROOT_CRT, theirs.pem);
    const argv = name === 'install' ? ['install', '--offline'] : ['remove', theirs.sha256];
    const release = await hold(ROOT_CRT);
    const refused = await run([...argv, '--json']);
    expect(refused.status).toBe(5);
    expect(refused.json().error).toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining(fact),
      help: [expect.stringContaining(help)],
    });
    expect(read(ROOT_CRT)).toBe(theirs.pem);
    expect(readdirSync(hostPath(FOLDER))).toEqual(['root.crt']);

    await release();
    expect((await run(argv)).status).toBe(0);
    expect(existsSync(hostPath(ROOT_CRT))).toBe(name === 'install');
  });

  test('for a moment: it is waited for', async () => {
    write(ROOT_CRT, theirs.pem);
    const release = await hold(ROOT_CRT);
    const running = run(['install', '--offline', '--json']);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await release();
    expect((await running).json().targets[0]).toMatchObject({ changed: true, kept: [expect.anything()] });
  });
});

test('a root.crt marked read-only: refused, with the command that helps, and nothing is left lying', async () => {
  write(ROOT_CRT, theirs.pem);
  await runWindows([`${SYSTEM32}\\attrib.exe`, '+R', ROOT_CRT]);
  const sha256 = (await run(['status', '--json'])).json().certificates?.[0]?.sha256 ?? '';
  for (const argv of [
    ['install', '--offline'],
    ['remove', sha256],
  ]) {
    const refused = await run([...argv, '--json']);
    expect(refused.status).toBe(5);
    expect(refused.json().error).toMatchObject({
      code: 'permission-denied',
      message: `${ROOT_CRT} is marked read-only`,
      help: [`take the mark away: attrib -R "${ROOT_CRT}"`],
    });
    expect(readdirSync(hostPath(FOLDER))).toEqual(['root.crt']);
  }
  await runWindows([`${SYSTEM32}\\attrib.exe`, '-R', ROOT_CRT]);
  expect((await run(['install', '--offline'])).status).toBe(0);
});

describe('a changed %APPDATA%', () => {
  const elsewhere = `${SCRATCH}\\Größe 1`;
  const env = { APPDATA: elsewhere };

  test('Node follows it, libpq.dll does not, and that is what the finding says', async () => {
    makeFolder(elsewhere);
    write(`${SCRATCH}\\ca.pem`, ca.root.pem);
    const installed = await run(['install', `${SCRATCH}\\ca.pem`, '--vouch', '--json'], { env });
    expect(installed.json().targets[0]?.path).toBe(`${elsewhere}\\postgresql\\root.crt`);
    const said = installed.json().findings.find(({ code }) => code === 'home-mismatch');
    expect(said).toMatchObject({
      message: `APPDATA is ${elsewhere}, but libpq asks Windows itself and not this variable`,
      notes: [`this run manages ${elsewhere}\\postgresql\\root.crt`, `libpq reads ${ROOT_CRT}`],
    });
    expect((await askLibpq(target(), { env })).message).toContain(
      `${FOLDER.replace('\\postgresql', '')}/postgresql/root.crt" does not exist`,
    );

    const [, ...advised] = said?.help[0]?.commands[0] ?? [];
    expect(advised).toEqual(['install', '--file', ROOT_CRT]);
    expect(
      (await run(['install', `${SCRATCH}\\ca.pem`, '--vouch', ...advised.slice(1)], { env })).status,
    ).toBe(0);
    expect(await askLibpq(target(), { env })).toMatchObject({ connected: true, tls: true });
  });

  test("doctor gives libpq.dll's verdict, and --fix writes what libpq.dll reads", async () => {
    write(`${elsewhere}\\postgresql\\root.crt`, ca.root.pem);
    const refused = await askLibpq(target(), { env });
    expect(await verdictOf(env)).toMatchObject({ connects: false, libpqMessage: refused.message });
    const status = await run(['status'], { env });
    expect(status.stdout).toContain(`libpq reads ${ROOT_CRT}`);

    write(`${SCRATCH}\\site.json`, SITE);
    const fixed = await run(['doctor', target(), '--catalog', `${SCRATCH}\\site.json`, '--fix'], { env });
    expect(fixed.status).toBe(0);
    expect(await askLibpq(target(), { env })).toMatchObject({ connected: true, tls: true });
  });
});

const FOLDERS = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';
const DOSDEVICES = `Z:${PREFIX.replaceAll('/', '\\')}\\dosdevices`;
const USUAL = '%USERPROFILE%\\AppData\\Roaming';

/** As folder redirection does it. Windows reads it at the next logon, Wine when it starts anew. */
async function redirect(roaming: string): Promise<void> {
  const value = ['/v', 'AppData', '/t', 'REG_EXPAND_SZ', '/d', roaming, '/f'];
  expect((await runWindows([`${SYSTEM32}\\reg.exe`, 'add', FOLDERS, ...value])).status).toBe(0);
  await stopWindows();
}
beforeAll(() => {
  makeFolder('C:\\drive d');
  if (!existsSync(hostPath(`${DOSDEVICES}\\d:`)))
    symlinkSync('../drive_c/drive d', hostPath(`${DOSDEVICES}\\d:`));
  for (const folder of ['', '\\server', '\\server\\home']) {
    const path = hostPath(`${DOSDEVICES}\\unc${folder}`);
    mkdirSync(path, { recursive: true });
    chownSync(path, UID, UID);
  }
});
afterAll(() => redirect(USUAL));

describe('where the profile lies', () => {
  test.each([
    [
      'on another machine (UNC)',
      '\\\\server\\home\\Jürgen\\Roaming',
      `${DOSDEVICES}\\unc\\server\\home\\Jürgen`,
    ],
    ['on another drive', 'D:\\Profile\\Roaming', 'C:\\drive d\\Profile'],
  ])('%s: all agree, and libpq.dll connects', async (_title, roaming, at) => {
    remove(at);
    makeFolder(`${at}\\Roaming`);
    await redirect(roaming);
    const before = await askLibpq(target());
    expect(before.message).toContain(`root certificate file "${roaming}/postgresql/root.crt" does not exist`);
    write(`${SCRATCH}\\ca.pem`, ca.root.pem);
    const installed = await run(['install', `${SCRATCH}\\ca.pem`, '--vouch', '--json'], {
      env: { APPDATA: roaming },
    });
    expect(installed.json().targets[0]).toMatchObject({
      path: `${roaming}\\postgresql\\root.crt`,
      changed: true,
    });
    expect(installed.json().findings).not.toEmit('home-mismatch');
    expect(await askLibpq(target())).toMatchObject({ connected: true, tls: true });
    expect((await run(['undo'], { env: { APPDATA: roaming } })).status).toBe(0);
    expect((await askLibpq(target())).message).toBe(before.message);
  });
});

describe('a profile that libpq.dll cannot open', () => {
  test('is told by status, verify and install', async () => {
    const roaming = 'D:\\証明書\\Roaming';
    makeFolder('C:\\drive d\\証明書\\Roaming');
    await redirect(roaming);
    try {
      expect((await askLibpq(target())).message).toContain(
        'D:\\???\\Roaming/postgresql/root.crt" does not exist',
      );
      const env = { APPDATA: roaming };
      for (const argv of [['install', '--offline'], ['status'], ['verify']]) {
        const told = await run([...argv, '--json'], { env });
        expect(told.json().findings).toEmit('path-unfit-for-libpq');
        expect(told.status).toBe(argv[0] === 'verify' ? 1 : 0);
      }
    } finally {
      await redirect(USUAL);
      remove('C:\\drive d\\証明書');
    }
  });
});

describe('paths', () => {
  test.each([
    ['with a drive letter', 'D:\\certs\\roots.crt', {}],
    ['with a small drive letter and slashes', 'd:/certs/roots.crt', {}],
    ['relative to the folder of a drive', 'd:roots.crt', { cwd: 'C:\\drive d\\certs' }],
    ['from the root of the drive', '\\scratch\\certs\\roots.crt', {}],
    ['with a space and letters of several languages', `${SCRATCH}\\Łódź Ωμέγα 証明書\\roots.crt`, {}],
  ])('--file %s', async (_title, file, options) => {
    makeFolder('C:\\drive d\\certs');
    makeFolder(`${SCRATCH}\\certs`);
    makeFolder(`${SCRATCH}\\Łódź Ωμέγα 証明書`);
    const installed = await run(['install', '--offline', '--file', file, '--json'], options);
    const path = installed.json().targets[0]?.path ?? '';
    expect(path).toMatch(/^[A-Za-z]:\\.*\\roots\.crt$/);
    expect((await run(['verify', '--file', path])).status).toBe(0);
    expect((await run(['undo', '--file', file], options)).status).toBe(0);
    expect((await run(['status', '--file', path, '--json'])).json().exists).toBe(false);
  });

  const long = `${SCRATCH}\\${Array(6).fill('x'.repeat(60)).join('\\')}\\root.crt`;

  test.each([
    ['of more than 260 characters', long],
    ['with letters outside of the code page', `${SCRATCH}\\証明書\\root.crt`],
    ['with letters that the code page has others for', `${SCRATCH}\\Łódź\\root.crt`],
  ])('libpq.dll cannot open one %s, and doctor says so', async (_title, file) => {
    write(file, ca.root.pem);
    const conninfo = target(`sslrootcert='${file.replaceAll('\\', '\\\\')}'`);
    const refused = await askLibpq(conninfo);
    expect(refused.message).toContain('does not exist');
    const told = await run(['doctor', conninfo, '--json']);
    expect(told.status).toBe(1);
    expect(told.json().findings).toEmit('path-unfit-for-libpq');
    const { verdict } = JSON.parse(told.stdout) as DoctorDocument;
    expect(verdict.connects).toBe(false);
    if (file === long) expect(verdict.libpqMessage).toBe(refused.message);
  });

  test('libpq.dll opens one with letters of the code page, and doctor says so', async () => {
    const file = `${SCRATCH}\\ö ü é\\root.crt`;
    write(file, ca.root.pem);
    const conninfo = target(`sslrootcert='${file.replaceAll('\\', '\\\\')}'`);
    expect(await askLibpq(conninfo)).toMatchObject({ connected: true, tls: true });
    expect((await run(['doctor', conninfo])).status).toBe(0);
  });

  test('other letters are the same path: PGSSLROOTCERT leads nowhere else', async () => {
    const env = { PGSSLROOTCERT: ROOT_CRT.toUpperCase().replaceAll('\\', '/').replaceAll('Ü', 'ü') };
    await run(['install', '--offline'], { env });
    const status = await run(['status', '--json'], { env });
    expect(status.json()).toMatchObject({ exists: true });
    expect(status.json().findings).not.toEmit('env-overrides-root-crt');
  });

  test('other letters are the same file: undo takes the change back', async () => {
    await run(['install', '--offline', '--file', `${SCRATCH}\\roots.crt`]);
    const undone = await run(['undo', '--file', 'c:\\SCRATCH\\ROOTS.crt', '--json']);
    expect(undone.json().targets[0]).toMatchObject({ changed: true });
    expect(existsSync(hostPath(`${SCRATCH}\\roots.crt`))).toBe(false);
  });

  test('of more than 260 characters: written, read, judged, undone', async () => {
    expect(long.length).toBeGreaterThan(260);
    write(long, theirs.pem);
    const installed = await run(['install', '--offline', '--file', long, '--json']);
    expect(installed.json().targets[0]).toMatchObject({
      path: long,
      changed: true,
      kept: [expect.anything()],
    });
    expect((await run(['verify', '--file', long])).status).toBe(0);
    expect((await run(['undo', '--file', long])).status).toBe(0);
    expect(read(long)).toBe(theirs.pem);
  });
});
