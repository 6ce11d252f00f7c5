import { describe, expect, test } from '@jest/globals';
import { EXECUTABLE, runWindows } from '../../scripts/lib/wine.mjs';
import type { Document } from '../support/run.js';
import { freshProfile, ROOT_CRT, read, run, SCRATCH } from './product.js';

freshProfile();

const NOWHERE = 'host=127.0.0.1 port=1 sslmode=verify-full';

/** The executable in an empty folder, and no program on the search path. */
const alone = (argv: readonly string[]) =>
  runWindows([EXECUTABLE, ...argv], { cwd: SCRATCH, env: { PATH: null } });

describe('the executable for Windows, where no Node can be found', () => {
  test('install, status, verify, doctor, explain, undo', async () => {
    const installed = await alone(['--offline', '--json']);
    expect(installed).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(installed.stdout)).toMatchObject({
      ok: true,
      targets: [{ path: ROOT_CRT, changed: true, source: 'embedded' }],
    });
    expect(read(ROOT_CRT)).toContain('BEGIN CERTIFICATE');
    const status = JSON.parse((await alone(['status', '--json'])).stdout) as Document;
    expect(status.certificates?.map(({ id }) => id)).toEqual(['digicert-global-root-g2']);
    expect((await alone(['verify'])).status).toBe(0);
    const doctor = await alone(['doctor', NOWHERE]);
    expect(doctor).toMatchObject({ status: 1, stdout: expect.stringContaining('host-unreachable') });
    expect((await alone(['explain', 'root-expired'])).stdout).toContain('# root-expired');
    expect((await alone(['undo'])).status).toBe(0);
  });

  test.each([
    [['--version']],
    [['install', 'supabase', '--offline', '--dry-run', '--json']],
    [['status', '--json']],
    [['verify', '--json']],
    [['doctor', '--json', NOWHERE]],
    [['explain', '--json', 'SSL error: certificate verify failed']],
    [['catalog', 'adobe', '--json']],
  ])('%j: what the npm package prints', async (argv) => {
    await alone(['--offline', '--quiet']);
    const here = await alone(argv);
    const there = await run(argv, { cwd: SCRATCH, env: { PATH: null } });
    expect(here.stdout).not.toBe('');
    expect([here.stdout, here.stderr, here.status]).toEqual([there.stdout, there.stderr, there.status]);
  });

  test('--licenses has those of Node as well', async () => {
    const { status, stdout } = await alone(['--licenses']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^MIT License\n/);
    expect(stdout).toMatch(/^Node\.js \d+\.\d+\.\d+ \(MIT\)$/m);
  });
});
