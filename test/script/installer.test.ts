import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeBundle, readBundle } from '../../src/x509/bundle.js';
import { parseCertificate } from '../../src/x509/certificate.js';
import { damagedFile, orderlyFile } from '../support/arbitrary-root-files.js';
import { findProgram, type Machine, makeBusybox, makeMachine, runInstaller } from '../support/installer.js';
import { makeCertificate } from '../support/make-certs.js';
import { certificatePem, pemToDer, ROOT_FILES } from '../support/root-files.js';
import { emptyHome, rootCrt, run, tree } from '../support/run.js';

const G2 = parseCertificate(pemToDer(certificatePem('digicert-global-root-g2')));
if (G2 === null) throw new Error('no certificate');

const MACHINES: readonly (readonly [string, Machine | null])[] = [
  ['dash with openssl', makeMachine('dash', { openssl: true })],
  ['dash without openssl', makeMachine('dash', { openssl: false })],
  ['bash with openssl', makeMachine('bash', { openssl: true })],
  ['bash without openssl', makeMachine('bash', { openssl: false })],
  ['busybox', makeBusybox()],
];
const here = MACHINES.flatMap(([, machine]) => machine ?? []);
const missing = MACHINES.filter(([, machine]) => machine === null);
const [dash] = here;
if (dash === undefined) throw new Error('there is no shell at all');

let installer = '';
beforeAll(async () => {
  installer = await scriptFor([]);
});

/** The script for some roots, as a file. */
async function scriptFor(argv: readonly string[], cwd = emptyHome()): Promise<string> {
  const made = await run(cwd, ['script', ...argv]);
  if (made.status !== 0) throw new Error(made.stderr);
  const file = path.join(cwd, 'install.sh');
  writeFileSync(file, made.stdout);
  return file;
}

function homeWith(content: string): string {
  const home = emptyHome();
  mkdirSync(path.dirname(rootCrt(home)), { mode: 0o700 });
  writeFileSync(rootCrt(home), content, 'latin1');
  return home;
}

const sha256sIn = (bytes: Uint8Array): Set<string> =>
  new Set(readBundle(bytes).certificates.map(({ sha256 }) => sha256));
const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
const withoutBackups = (home: string): string[] =>
  readdirSync(path.dirname(rootCrt(home))).filter((name) => !name.endsWith('.bak'));

if (missing.length > 0) test.skip.each(missing)('%s', () => {});

describe.each(here)('$name', (machine) => {
  test('an empty home: what install writes, byte for byte; once more, and nothing is done', async () => {
    const home = emptyHome();
    const first = await runInstaller(machine, installer, home);
    expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining('require-now-verifies') });
    expect(first.stdout).toContain(`ok: ${rootCrt(home)} was written\n  + DigiCert Global Root G2, valid`);
    const byInstall = emptyHome();
    await run(byInstall, ['--offline']);
    expect(readFileSync(rootCrt(home))).toEqual(readFileSync(rootCrt(byInstall)));
    expect([mode(rootCrt(home)), mode(path.dirname(rootCrt(home)))]).toEqual(['644', '700']);
    expect((await run(home, ['verify'])).status).toBe(0);
    const before = tree(home);
    expect(await runInstaller(machine, installer, home)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: `ok: all of it is in ${rootCrt(home)} already\n`,
    });
    expect(tree(home)).toEqual(before);
  });

  test('beside what was there, which is backed up; several roots', async () => {
    const there = `# ours\r\n${certificatePem('isrg-root-x1').replaceAll('\n', '\r\n').trimEnd()}`;
    const home = homeWith(there);
    const done = await runInstaller(machine, await scriptFor(['azure', 'supabase']), home);
    expect(done.status).toBe(0);
    const bytes = readFileSync(rootCrt(home));
    expect(sha256sIn(bytes).size).toBe(5);
    expect(bytes.toString('latin1').startsWith(`${there}\r\n# `)).toBe(true);
    expect(bytes.toString('latin1')).not.toMatch(/[^\r]\n/);
    const backup = /backup: (.*)/.exec(done.stdout)?.[1] ?? '';
    expect(readFileSync(backup, 'latin1')).toBe(there);
    expect(withoutBackups(home)).toEqual(['root.crt']);
  });

  test('--dry-run says it all and does nothing; --replace drops what is there; --file; --quiet', async () => {
    const home = homeWith('garbage\n');
    const before = tree(home);
    const dry = await runInstaller(machine, installer, home, ['--dry-run', '--replace']);
    expect(dry).toMatchObject({ status: 0, stdout: expect.stringContaining('would be changed') });
    expect(tree(home)).toEqual(before);
    expect((await runInstaller(machine, installer, home, ['--replace'])).status).toBe(0);
    expect([...sha256sIn(readFileSync(rootCrt(home)))]).toEqual([G2.sha256]);
    const again = tree(home);
    expect((await runInstaller(machine, installer, home, ['--replace'])).stdout).toContain('already');
    expect(tree(home)).toEqual(again);
    const aside = await runInstaller(machine, installer, home, ['--file=a b.crt', '--quiet']);
    expect(aside).toEqual({ status: 0, stdout: '', stderr: '' });
    expect([...sha256sIn(readFileSync(path.join(home, 'a b.crt')))]).toEqual([G2.sha256]);
  });

  test('a symlinked root.crt and folder stay links; others lose their write access', async () => {
    const home = emptyHome();
    mkdirSync(path.join(home, 'dot files', 'pg'), { recursive: true });
    symlinkSync('dot files/pg', path.join(home, '.postgresql'));
    symlinkSync('../roots.pem', path.join(home, 'dot files', 'pg', 'root.crt'));
    writeFileSync(path.join(home, 'dot files', 'roots.pem'), certificatePem('isrg-root-x1'), { mode: 0o666 });
    chmodSync(path.join(home, 'dot files', 'roots.pem'), 0o666);
    expect((await runInstaller(machine, installer, home)).status).toBe(0);
    expect(sha256sIn(readFileSync(path.join(home, 'dot files', 'roots.pem'))).size).toBe(2);
    expect(tree(home)['dot files/pg/root.crt']).toMatch(/^link/);
    expect(mode(path.join(home, 'dot files', 'roots.pem'))).toBe('644');

    const open = homeWith(certificatePem('digicert-global-root-g2'));
    chmodSync(path.dirname(rootCrt(open)), 0o777);
    expect((await runInstaller(machine, installer, open)).stdout).toContain("protected from others' changes");
    expect(mode(path.dirname(rootCrt(open)))).toBe('755');
  });

  test('a shell that overwrites no file and knows no patterns (set -fC)', async () => {
    const home = homeWith(certificatePem('gts-root-r1'));
    writeFileSync(path.join(home, '.postgresql', '.root-cert-sh-1.tmp'), 'of a run that was killed');
    const strict = { ...machine, shell: [...machine.shell, '-fC'] };
    expect(await runInstaller(strict, installer, home)).toMatchObject({ status: 0, stderr: '' });
    expect(sha256sIn(readFileSync(rootCrt(home))).size).toBe(2);
    expect(withoutBackups(home)).toEqual(['root.crt']);
  });

  test.each([
    ['an unknown option', ['--ofline'], 2, 'usage', () => {}],
    ['--file without a path', ['--file'], 2, 'usage', () => {}],
    [
      'a folder that others can write to',
      ['--file', 'open/x.crt'],
      5,
      'unsafe-path',
      (home: string) => {
        mkdirSync(path.join(home, 'open'));
        chmodSync(path.join(home, 'open'), 0o777);
      },
    ],
    ['a folder that is not there', ['--file', 'no/x.crt'], 5, 'folder-missing', () => {}],
    [
      'a folder in the place of the file',
      ['--file', 'x'],
      5,
      'wrong-file-kind',
      (home: string) => mkdirSync(path.join(home, 'x')),
    ],
    [
      'links in circles',
      ['--file', 'x'],
      5,
      'wrong-file-kind',
      (home: string) => symlinkSync('x', path.join(home, 'x')),
    ],
  ] as const)('refused: %s', async (_title, argv, status, code, prepare) => {
    const home = emptyHome();
    prepare(home);
    const before = tree(home);
    const refused = await runInstaller(machine, installer, home, argv);
    expect(refused).toMatchObject({
      status,
      stdout: '',
      stderr: expect.stringContaining(`error[${code}]: `),
    });
    expect(refused.stderr).toContain('\n  help: ');
    expect(tree(home)).toEqual(before);
  });

  test('a copy that was changed, or cut off anywhere, changes nothing', async () => {
    const home = emptyHome();
    const text = readFileSync(installer, 'utf8');
    const changed = path.join(home, 'changed.sh');
    writeFileSync(
      changed,
      text.replace(/^(MIID.{40})./m, (line, start) => start + (line.endsWith('Q') ? 'A' : 'Q')),
    );
    const before = tree(home);
    const refused = await runInstaller(machine, changed, home);
    expect(refused).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('error[fingerprint-mismatch]'),
    });
    expect(tree(home)).toEqual(before);
    for (const part of [0.1, 0.4, 0.8, 0.99]) {
      const other = emptyHome();
      const cut = path.join(emptyHome(), 'cut.sh');
      writeFileSync(cut, text.slice(0, Math.floor(text.length * part)));
      await runInstaller(machine, cut, other);
      expect(tree(other)).toEqual(tree(emptyHome()));
    }
  });

  test('eight runs at once, each with a root of its own: none is lost', async () => {
    const home = emptyHome();
    const ids =
      'isrg-root-x1 isrg-root-x2 gts-root-r1 gts-root-r3 gts-root-r4 amazon-root-ca-1 amazon-root-ca-2';
    const scripts = await Promise.all(ids.split(' ').map((id) => scriptFor([id])));
    const runs = await Promise.all(
      [installer, ...scripts].map((script) => runInstaller(machine, script, home)),
    );
    expect(runs.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual(runs.map(() => 0));
    expect(sha256sIn(readFileSync(rootCrt(home))).size).toBe(8);
    expect(withoutBackups(home)).toEqual(['root.crt']);
  }, 60_000);
});

/** What install mends or takes and the script, which is stricter, refuses: written as hardly anybody writes it. */
const ODD = [
  'lone CR between base64 lines only',
  'two files with BOM joined',
  'BOM twice',
  'BEGIN behind 254 characters',
  'BEGIN with a Latin-1 letter behind it',
  'END with a Latin-1 letter behind it',
  'END with 229 spaces behind it, joined',
  'END missing between two',
  'END twice',
  'spaces inside',
  'text behind a dash',
  'blank line after BEGIN',
  'one long line',
  'lines of 253',
  'lines of 254',
  'lines of 255',
  'NUL behind all',
  'a line of NULs, then another',
  'NUL in a comment',
  'NUL behind END',
  'bytes behind the DER',
];

/** Blocks that only openssl can judge. */
const BY_OPENSSL = [
  'TRUSTED CERTIFICATE',
  'an unknown label and a good one',
  'CRL',
  'CRL and a certificate',
  'PRIVATE KEY and a certificate',
  'EC PRIVATE KEY and a certificate',
  'EC PRIVATE KEY in a PRIVATE KEY block',
  'junk ENCRYPTED PRIVATE KEY',
  'junk PUBLIC KEY',
  'encrypted RSA PRIVATE KEY',
];

/** One machine for each awk. */
const awks = here.filter(({ name }) => name === 'busybox' || name === 'dash, openssl');

test.each(awks)(
  '$name: every odd file: never laxer than install, and the same bytes where both take it',
  async (machine) => {
    const stricter: string[] = [];
    for (const { name, text } of ROOT_FILES) {
      const home = homeWith(text);
      const before = tree(home);
      const done = await runInstaller(machine, installer, home);
      const merged = mergeBundle(Buffer.from(text, 'latin1'), [G2]);
      if (done.status === 0) {
        const now = readFileSync(rootCrt(home));
        const byInstall = 'refused' in merged ? new Set() : sha256sIn(merged.bytes);
        expect({ name, found: sha256sIn(now) }).toEqual({ name, found: byInstall });
        expect({ name, problem: readBundle(now).problem }).toEqual({ name, problem: null });
      } else {
        expect({ name, status: done.status, stderr: done.stderr }).toEqual({
          name,
          status: 4,
          stderr: expect.stringMatching(/^error\[root-crt-unparsable\]: .*\n {2}help: /),
        });
        expect(tree(home)).toEqual(before);
        if (!('refused' in merged)) stricter.push(name);
      }
    }
    const judgesAll = machine.name === 'busybox' ? BY_OPENSSL : [];
    expect(stricter.sort()).toEqual([...ODD, ...judgesAll].sort());
  },
  120_000,
);

describe('as properties', () => {
  test('orderly files: as install; damaged ones: never laxer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(orderlyFile, damagedFile), fc.nat(here.length - 1), async (text, which) => {
        const home = homeWith(text);
        const done = await runInstaller(here[which] ?? dash, installer, home);
        const merged = mergeBundle(Buffer.from(text, 'latin1'), [G2]);
        expect([0, 4]).toContain(done.status);
        if (done.status === 4) {
          expect(readFileSync(rootCrt(home), 'latin1')).toBe(text);
          return;
        }
        if ('refused' in merged) throw new Error(`install refuses: ${merged.refused.reason}`);
        const now = readFileSync(rootCrt(home));
        expect(sha256sIn(now)).toEqual(sha256sIn(merged.bytes));
        expect(readBundle(now).problem).toBeNull();
      }),
      { numRuns: 120 },
    );
  }, 120_000);
});

describe('somebody else on the machine', () => {
  /** A program of the script's replaced by one that does something besides. */
  const instead = (name: string, text: string): Record<string, string> => {
    const folder = emptyHome();
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return { PATH: `${folder}:${dash.programs}` };
  };
  const OLD = certificatePem('gts-root-r1');

  test.each(here)('$name: a link in the place of the backup, in a folder like /tmp', async (machine) => {
    const home = emptyHome();
    writeFileSync(path.join(home, 'victim'), 'of somebody');
    mkdirSync(path.join(home, 'tmp'));
    chmodSync(path.join(home, 'tmp'), 0o1777);
    writeFileSync(path.join(home, 'tmp', 'x.crt'), OLD);
    const stamps = Array.from({ length: 30 }, (_, second) =>
      new Date(Date.now() + 1000 * second).toISOString().replace(/[-:]|\.\d+/g, ''),
    );
    const link = `for at in ${stamps.join(' ')}; do /bin/ln -s ../victim tmp/x.crt.$at.$$.bak; done; exec "$@"`;
    const through = ['/bin/sh', '-c', link, 'sh'];
    const refused = await runInstaller(machine, installer, home, ['--file', 'tmp/x.crt'], { through });
    expect(refused).toMatchObject({ status: 5, stderr: expect.stringContaining('error[io-error]') });
    expect(readFileSync(path.join(home, 'victim'), 'utf8')).toBe('of somebody');
    expect(readFileSync(path.join(home, 'tmp', 'x.crt'), 'utf8')).toBe(OLD);
    const left = readdirSync(path.join(home, 'tmp')).filter((name) => !name.endsWith('.bak'));
    expect(left).toEqual(['x.crt']);
  });

  test('whatever the umask, no file is ever open for others to write', async () => {
    const home = emptyHome();
    const env = instead(
      'chmod',
      `for last; do :; done; /bin/ls -ld "$last" >>'${home}/seen'; exec /bin/chmod "$@"`,
    );
    const through = ['/bin/sh', '-c', 'umask 000; exec "$@"', 'sh'];
    expect((await runInstaller(dash, installer, home, [], { env, through })).status).toBe(0);
    const seen = readFileSync(path.join(home, 'seen'), 'utf8');
    expect(seen).toMatch(/^-.*\.tmp$/m);
    expect(seen).not.toMatch(/^-(?:.{4}|.{7})w/m);
  });

  test('a root that comes in meanwhile is not lost', async () => {
    const home = homeWith(OLD);
    writeFileSync(path.join(home, 'other'), certificatePem('isrg-root-x1'));
    const env = instead('cp', `/bin/cp "$@"; case $3 in *.tmp) /bin/cat '${home}/other' >>"$2" ;; esac`);
    const refused = await runInstaller(dash, installer, home, [], { env });
    expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining('error[changed-since]') });
    expect(readFileSync(rootCrt(home), 'utf8')).toBe(OLD + certificatePem('isrg-root-x1'));
    expect(readdirSync(path.dirname(rootCrt(home)))).toEqual(['root.crt']);
  });

  test('a lock that another run takes at the same moment stays its own', async () => {
    const home = homeWith(OLD);
    const lock = path.join(home, '.postgresql', '.root-cert-sh.lock');
    writeFileSync(lock, '4194304\n');
    const env = instead('mv', `case $1 in *.lock) echo 1 >"$1" ;; esac; exec /bin/mv "$@"`);
    const folder = env.PATH?.split(':')[0] ?? '';
    writeFileSync(path.join(folder, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
    const refused = await runInstaller(dash, installer, home, [], { env });
    expect(refused).toMatchObject({ status: 5, stderr: expect.stringContaining('error[lock-timeout]') });
    expect(readFileSync(lock, 'utf8')).toBe('1\n');
    expect(readFileSync(rootCrt(home), 'utf8')).toBe(OLD);
  });
});

describe('faults', () => {
  const linux = process.platform === 'linux';
  const withStrace = linux && findProgram('strace') !== null ? test : test.skip;
  const withClock = findProgram('faketime') !== null ? test : test.skip;
  const withMounts = linux && process.getuid?.() === 0 ? test : test.skip;
  const OLD = certificatePem('gts-root-r1');

  withStrace(
    'killed at each call that changes a file: whole, and the next run finishes',
    async () => {
      for (const call of ['rename,renameat2', 'unlink,unlinkat', 'chmod,fchmodat', 'write']) {
        for (let nth = 1; nth <= 12; nth++) {
          const home = homeWith(OLD);
          const fault = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', path.dirname(rootCrt(home))];
          const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`];
          const through = [...fault, ...inject];
          const done = await runInstaller(dash, installer, home, [], { through });
          const text = readFileSync(rootCrt(home), 'utf8');
          expect(text === OLD || sha256sIn(Buffer.from(text)).has(G2.sha256)).toBe(true);
          expect((await runInstaller(dash, installer, home)).status).toBe(0);
          expect(sha256sIn(readFileSync(rootCrt(home))).size).toBe(2);
          expect(withoutBackups(home)).toEqual(['root.crt']);
          if (done.status === 0) break;
        }
      }
    },
    120_000,
  );

  test('the lock of a run that was killed holds nobody up', async () => {
    for (const machine of here) {
      const home = homeWith(OLD);
      writeFileSync(path.join(home, '.postgresql', '.root-cert-sh.lock'), '4194304\n');
      expect((await runInstaller(machine, installer, home)).status).toBe(0);
      expect(withoutBackups(home)).toEqual(['root.crt']);
    }
  });

  withMounts('a full disk: exit 5, nothing changed, nothing left behind', async () => {
    const disk = mkdtempSync(path.join(os.tmpdir(), 'pgrc-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=700', 'tmpfs', disk]);
    try {
      mkdirSync(path.join(disk, '.postgresql'), { mode: 0o700 });
      writeFileSync(rootCrt(disk), OLD);
      try {
        writeFileSync(path.join(disk, 'filler'), Buffer.alloc(64 * 1024));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      }
      for (const machine of here) {
        const refused = await runInstaller(machine, installer, disk);
        expect(refused).toMatchObject({ status: 5, stderr: expect.stringContaining('error[io-error]') });
        expect(readFileSync(rootCrt(disk), 'utf8')).toBe(OLD);
        expect(readdirSync(path.join(disk, '.postgresql'))).toEqual(['root.crt']);
      }
    } finally {
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    }
  });

  withClock(
    'years later an expired root is refused, and before its time one that is not valid yet',
    async () => {
      for (const [date, code] of [
        ['2045-01-01', 'root-expired'],
        ['2001-01-01', 'root-not-yet-valid'],
      ] as const) {
        const home = emptyHome();
        const through = [findProgram('faketime') ?? '', date];
        const refused = await runInstaller(dash, installer, home, [], { through });
        expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining(`error[${code}]`) });
        expect(tree(home)).toEqual(tree(emptyHome()));
      }
    },
  );
});

describe('the script as text', () => {
  const withShellcheck = findProgram('shellcheck') !== null ? test : test.skip;
  withShellcheck.each(['sh', 'dash', 'bash'])('is clean under shellcheck for %s', async (shell) => {
    const file = await scriptFor(['azure', 'supabase', 'aws-rds/eu-west-1']);
    execFileSync('shellcheck', ['--shell', shell, '--severity', 'style', file]);
  });

  test('a name that is made to break out of it does not', async () => {
    const home = emptyHome();
    const evil = `$(touch ${home}/a)\`touch ${home}/b\`'"\nEND\n) touch ${home}/c;; \\`;
    const { pem, sha256 } = makeCertificate({ subject: 'Evil', ca: true });
    writeFileSync(
      path.join(home, 'site.json'),
      JSON.stringify({
        schemaVersion: 1,
        roots: [{ id: 'evil', name: evil, sha256, pem, status: 'current' }],
        providers: [],
      }),
    );
    const made = await run(home, ['script', 'evil', '--catalog', 'site.json']);
    if (made.status !== 0) {
      expect(made.status).toBe(2);
      return;
    }
    const file = path.join(home, 'install.sh');
    writeFileSync(file, made.stdout);
    for (const machine of here) {
      const elsewhere = emptyHome();
      expect((await runInstaller(machine, file, elsewhere)).status).toBe(0);
      expect([...sha256sIn(readFileSync(rootCrt(elsewhere)))]).toEqual([sha256]);
    }
    expect(readdirSync(home).sort()).toEqual(['install.sh', 'site.json']);
  });

  test('--json holds it too; what install refuses is in none', async () => {
    const home = emptyHome();
    const made = await run(home, ['script', 'supabase', '--json']);
    const document = JSON.parse(made.stdout) as { script: string; roots: { id: string }[] };
    expect(document.roots).toHaveLength(2);
    expect(document.script).toBe((await run(home, ['script', 'supabase'])).stdout);
    expect((await run(home, ['script', 'baltimore-cybertrust-root', '--json'])).json().error?.code).toBe(
      'root-expired',
    );
    expect((await run(home, ['script', 'nobody'])).status).toBe(2);
  });
});
