import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS as SPECS } from '../../src/cli/commands/index.js';
import { CODES } from '../../src/core/codes.js';
import { CERTS, COMMAND, emptyHome, hasProgram, run } from '../support/run.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMMANDS = SPECS.map(({ name }) => name);
const ESC = '\u001b';

describe('help and version', () => {
  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    for (const argv of [['--version'], ['-V'], ['status', '--version']]) {
      expect(await run(emptyHome(), argv)).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  test('--licenses holds ours and those of the bundled packages', async () => {
    const told = await run(emptyHome(), ['--licenses']);
    expect(told).toMatchObject({ status: 0, stderr: '' });
    expect(told.stdout).toContain(readFileSync(path.join(ROOT, 'LICENSE'), 'utf8'));
    for (const name of ['pkijs', 'undici', 'yargs'])
      expect(told.stdout).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  test('--help names every command; each has its own with examples, within 80 columns', async () => {
    const whole = await run(emptyHome(), ['--help']);
    expect(whole.status).toBe(0);
    for (const name of COMMANDS) {
      expect(whole.stdout).toContain(`pg-root-cert ${name}`);
      const own = await run(emptyHome(), [name, '--help']);
      expect(own).toMatchObject({ status: 0, stderr: '' });
      expect(own.stdout).toContain('Examples:');
      expect(own.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test.each([
    [['instal'], 'did you mean pg-root-cert install?'],
    [['statsu'], 'did you mean pg-root-cert status?'],
    [['uninstall'], 'did you mean pg-root-cert remove?'],
    [['rm'], 'did you mean pg-root-cert remove?'],
    [['list'], 'did you mean pg-root-cert status?'],
    [['help'], 'did you mean pg-root-cert --help?'],
    [['exprot', 'scan'], 'did you mean pg-root-cert export?'],
    [['hlep', 'install'], 'there is no command "hlep"'],
    [['install', '--ofline'], 'did you mean --offline?'],
    [['install', 'digicert-global-rot-g2'], 'did you mean digicert-global-root-g2'],
    [['install', 'DigiCert Global Root G2'], 'did you mean digicert-global-root-g2'],
    [['explain', 'root-expird'], 'did you mean root-expired'],
  ])('%j: %s', async (argv, hint) => {
    const told = await run(emptyHome(), argv);
    expect(told.status).toBe(2);
    expect(told.stderr).toContain(hint);
  });
});

describe('what is printed where', () => {
  test('--quiet prints nothing when all is well', async () => {
    expect(await run(emptyHome(), ['--offline', '--quiet'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('the result on stdout, warnings on stderr', async () => {
    const told = await run(emptyHome(), ['--offline']);
    expect(told.stdout).not.toContain('warning[');
    expect(told.stderr).toContain('warning[prefer-may-fall-back]');
  });

  test('a usage error with --json is JSON too', async () => {
    const told = await run(emptyHome(), ['install', '--nonsense', '--json']);
    expect(told).toMatchObject({ status: 2, stderr: '' });
    expect(told.json()).toMatchObject({
      ok: false,
      command: 'install',
      error: { code: 'usage' },
      targets: [],
    });
  });

  test('no colour in a pipe; --color insists', async () => {
    const home = emptyHome();
    expect((await run(home, ['status'])).stdout).not.toContain(ESC);
    expect((await run(home, ['status', '--color'])).stdout).toContain(ESC);
  });

  const onTerminal = hasProgram('script') && process.platform === 'linux' ? test : test.skip;
  onTerminal.each([
    [{}, [], true],
    [{ NO_COLOR: '1' }, [], false],
    [{ CI: 'true' }, [], false],
    [{ TERM: 'dumb' }, [], false],
    [{}, ['--no-color'], false],
  ])('on a terminal with %j %j', async (env, argv, coloured) => {
    const { spawnSync } = await import('node:child_process');
    const home = emptyHome();
    const line = [...COMMAND, 'status', ...argv].map((word) => `'${word}'`).join(' ');
    const told = spawnSync('script', ['-qec', line, '/dev/null'], {
      env: { PATH: process.env.PATH ?? '', HOME: home, TERM: 'xterm', ...env },
      encoding: 'utf8',
      input: '',
    });
    expect(told.stdout).toContain('root-crt-missing');
    expect(told.stdout.includes(ESC)).toBe(coloured);
  });

  test('a reader that leaves early is no failure', async () => {
    const home = emptyHome();
    const told = await run(home, ['catalog'], { through: ['sh', '-c', '"$@" | head -1', 'sh'] });
    expect(told.stderr).toBe('');
    expect(told.stdout).toContain('Providers');
  });
});

(process.platform === 'linux' ? describe : describe.skip)('on a full disk', () => {
  const redirected = (where: string) => ['sh', '-c', `exec "$@" ${where}/dev/full`, 'sh'];

  test.each([[['script']], [['snippet', 'psql']], [['status', '--json']], [['--help']]])(
    '%j: a result that cannot be written is a failure of the file system',
    async (argv) => {
      const told = await run(emptyHome(), argv, { through: redirected('>') });
      expect(told.status).toBe(5);
      expect(told.stderr).toContain('error[disk-full]: could not write standard output: no space left');
      expect(told.stderr).not.toMatch(/^\s+at /m);
    },
  );

  test('an error that cannot be told has its exit code all the same', async () => {
    const told = await run(emptyHome(), ['install', '--bogus'], { through: redirected('2>') });
    expect(told.status).toBe(2);
  });
});

describe('catalog', () => {
  test('all of it', async () => {
    const told = await run(emptyHome(), ['catalog', '--json']);
    const document = JSON.parse(told.stdout) as {
      roots: { id: string; sha1: string }[];
      providers: { id: string }[];
    };
    expect(document.roots).toHaveLength(145);
    expect(document.providers.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['adobe', 'azure', 'aiven', 'aws-rds/eu-west-1']),
    );
  });

  test('one root, with a SHA-1 that is called no proof', async () => {
    const told = await run(emptyHome(), ['catalog', 'digicert-global-root-g2']);
    expect(told.stdout).toContain('df3c24f9bfd666761b268073fe06d1cc8d4f82a4');
    expect(told.stdout).toMatch(/SHA-1 .*no proof/);
    expect(told.stdout).toContain('https://cacerts.digicert.com/DigiCertGlobalRootG2.crt.pem');
  });

  test('which root does my host need?', async () => {
    const told = await run(emptyHome(), ['catalog', '--for', 'db.abc.supabase.co', '--json']);
    expect((JSON.parse(told.stdout) as { roots: { id: string }[] }).roots.map(({ id }) => id)).toEqual([
      'supabase-root-2021',
      'supabase-root-2021-rekey-2025',
    ]);
  });

  test('a provider with a CA per project says how to get its file', async () => {
    expect((await run(emptyHome(), ['catalog', 'aiven'])).stdout).toContain('avn project ca-get');
    expect((await run(emptyHome(), ['install', 'aiven'])).stderr).toContain('avn project ca-get');
  });

  test("a site's own catalogue", async () => {
    const home = emptyHome();
    const site = {
      schemaVersion: 1,
      roots: [
        {
          id: 'ours',
          name: 'Ours',
          sha256: 'd947432abde7b7fa90fc2e6b59101b1280e0e1c7e4e40fa3c6887fff57a7f4cf',
          file: path.join(CERTS, 'gts-root-r1.pem'),
          status: 'current',
        },
      ],
      providers: [
        {
          id: 'our-database',
          name: 'Our database',
          roots: ['ours'],
          formerly: [],
          hosts: ['*.db.example.org'],
        },
      ],
    };
    writeFileSync(path.join(home, 'site.json'), JSON.stringify(site));
    const told = await run(home, [
      'install',
      '--catalog',
      'site.json',
      '--for',
      'a.db.example.org',
      '--json',
    ]);
    expect(told.status).toBe(0);
    expect(told.json().targets[0]?.added).toHaveLength(1);
  });
});

describe('explain', () => {
  test.each(Object.keys(CODES))('%s has its page', async (code) => {
    const page = readFileSync(path.join(ROOT, 'docs', 'errors', `${code}.md`), 'utf8');
    expect(page).toContain(`# ${code}`);
  });

  test('a code, one of our own messages, and a pasted error', async () => {
    expect((await run(emptyHome(), ['explain', 'root-expired'])).stdout).toContain('# root-expired');
    expect(
      (await run(emptyHome(), ['explain'], { stdin: 'error[root-expired]: "X" expired' })).stdout,
    ).toContain('# root-expired');
    const pasted = await run(emptyHome(), ['explain'], {
      stdin:
        'psql: error: connection to server at "db" (10.0.0.1), port 5432 failed: SSL error: certificate verify failed\n',
    });
    expect(pasted.status).toBe(0);
    expect(pasted.stdout).toContain('root-not-trusted');
    expect(pasted.stdout).toMatch(/Which one: +pg-root-cert doctor .*host=db/);
  });
});

test('script prints an installer with the root in it; test/script runs it', async () => {
  const { status, stdout, stderr } = await run(emptyHome(), ['script', 'adobe']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^#!\/bin\/sh\n/);
  const base64 = readFileSync(path.join(CERTS, 'digicert-global-root-g2.pem'), 'utf8')
    .split('\n')
    .slice(1, 5);
  expect(stdout).toContain(base64.join('\n'));
});

describe('completion', () => {
  test.each([
    ['bash', ['bash', '-n']],
    ['zsh', ['zsh', '-n']],
    ['fish', ['fish', '--no-execute']],
  ])('%s: a script that the shell accepts', async (shell, check) => {
    const home = emptyHome();
    const told = await run(home, ['completion', shell]);
    expect(told.status).toBe(0);
    expect(told.stdout).toContain('digicert-global-root-g2');
    const [program = '', ...argv] = check;
    if (!hasProgram(program)) return;
    const file = path.join(home, 'completion');
    writeFileSync(file, told.stdout);
    const { spawnSync } = await import('node:child_process');
    expect(spawnSync(program, [...argv, file], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('bash completes commands, options and roots', async () => {
    const script = (await run(emptyHome(), ['completion', 'bash'])).stdout;
    const { spawnSync } = await import('node:child_process');
    const complete = (...words: string[]) => {
      const list = words.map((word) => `'${word}'`).join(' ');
      const asked = `${script}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _pg_root_cert; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', asked], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(complete('pg-root-cert', 'st')).toEqual(['status']);
    expect(complete('pg-root-cert', 'install', '--off')).toEqual(['--offline']);
    expect(complete('pg-root-cert', 'install', 'supabase-root-2021-')).toEqual([
      'supabase-root-2021-rekey-2025',
    ]);
    expect(complete('pg-root-cert', 'rotate', 'ado')).toEqual(['adobe']);
    expect(complete('pg-root-cert', 'rotate', 'isrg')).toEqual(['']);
    expect(complete('pg-root-cert', 'explain', 'root-expi')).toEqual(['root-expired', 'root-expiring']);
  });

  test('an unknown shell', async () => {
    expect((await run(emptyHome(), ['completion', 'tcsh'])).status).toBe(2);
  });
});
