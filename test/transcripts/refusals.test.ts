import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Code } from '../../src/core/codes.js';
import { closedPort, serveHttp, type TestServer } from '../support/http-servers.js';
import { makeCertificate } from '../support/make-certs.js';
import { CERTS, emptyHome, rootCrt, run, tree } from '../support/run.js';

const pem = (id: string) => readFileSync(path.join(CERTS, `${id}.pem`), 'utf8');
const day = (text: string) => new Date(`${text}T00:00:00Z`);

const ca = makeCertificate({ subject: 'Our CA', ca: true });
const otherCa = makeCertificate({ subject: 'Other CA', ca: true });
const intermediate = makeCertificate({ subject: 'Our Intermediate', issuer: ca, ca: true });
const leaf = makeCertificate({ subject: 'db.example.org', issuer: ca });
const selfSignedLeaf = makeCertificate({ subject: 'db.example.org', ca: false });
const expired = makeCertificate({
  subject: 'Old CA',
  ca: true,
  notBefore: day('2001-01-01'),
  notAfter: day('2011-01-01'),
});
const future = makeCertificate({
  subject: 'New CA',
  ca: true,
  notBefore: day('2090-01-01'),
  notAfter: day('2099-01-01'),
});
const weak = makeCertificate({ subject: 'Weak CA', ca: true, key: 'rsa-1024' });
const forged = makeCertificate({ subject: 'Our CA', issuer: 'Our CA', ca: true, signWith: otherCa });

let mirror: TestServer;
let nobody: number;

/** A mirror that serves another certificate for one root, a page for a second, and nothing for a third. */
beforeAll(async () => {
  nobody = await closedPort();
  mirror = await serveHttp((request, response) => {
    if (request.url?.endsWith('digicert-global-root-g2.pem')) response.end(otherCa.pem);
    else if (request.url?.endsWith('isrg-root-x1.pem'))
      response.setHeader('content-type', 'text/html').end('<html>log in</html>');
    else response.writeHead(404).end('none');
  });
});
afterAll(() => mirror.close());

/** A home with a root.crt of one certificate, and the test's files. */
function preparedHome(): string {
  const home = emptyHome();
  mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  writeFileSync(rootCrt(home), pem('gts-root-r1'));
  const files = { ca, intermediate, leaf, selfSignedLeaf, expired, future, weak, forged };
  for (const [name, { pem: text }] of Object.entries(files))
    writeFileSync(path.join(home, `${name}.pem`), text);
  writeFileSync(path.join(home, 'page.pem'), '<!DOCTYPE html><html></html>');
  writeFileSync(path.join(home, 'cut.pem'), ca.pem.slice(0, 300));
  writeFileSync(path.join(home, 'key.pem'), ca.privateKeyPem);
  writeFileSync(path.join(home, 'bad.json'), '{\n "schemaVersion": 2 }');
  return home;
}

interface Case {
  readonly code: Code;
  readonly status: number;
  readonly argv: readonly string[];
  readonly stdin?: string;
}

const CASES: readonly Case[] = (
  [
    ['usage', 2, ['install', '--sha256', 'abc', 'ca.pem']],
    ['usage', 2, ['install', '--sha256', 'df3c24f9bfd666761b268073fe06d1cc8d4f82a4', 'ca.pem']],
    ['usage', 2, ['install', '--timeout', 'soon']],
    ['usage', 2, ['install', '--mirror', 'ftp://127.0.0.1/certs']],
    ['usage', 2, ['doctor', '--concurrency', '0', 'host=127.0.0.1']],
    ['usage', 2, ['scan', '']],
    ['usage', 2, ['']],
    ['usage', 2, ['install', '--file']],
    ['usage', 2, ['instal']],
    ['usage', 2, ['install', '--ofline']],
    ['usage', 2, ['--offline', '--require-download']],
    ['usage', 2, ['install', 'http://example.org/ca.pem']],
    ['usage', 2, ['install', '--for', 'host=a b=c']],
    ['usage', 2, ['remove']],
    ['usage', 2, ['explain', 'gibberish that nobody prints']],
    ['usage', 2, ['status', 'extra']],
    ['unknown-root', 2, ['install', 'digicert-global-root-g9']],
    ['unknown-root', 2, ['install', '']],
    ['unknown-root', 2, ['remove', 'nobody']],
    ['unknown-root', 2, ['script', 'ca.pem']],
    ['unknown-root', 2, ['rotate', 'nobody']],
    ['unknown-root', 2, ['verify', 'nobody']],
    ['unknown-root', 2, ['catalog', 'nobody']],
    ['unknown-host', 2, ['install', '--for', 'db.example.org']],
    ['provider-own-ca', 2, ['install', '--for', 'x.aivencloud.com']],
    ['provider-own-ca', 2, ['install', 'digitalocean']],
    ['catalog-invalid', 2, ['install', '--catalog', 'bad.json']],
    ['nothing-to-undo', 2, ['undo']],
    ['download-failed', 3, ['install', '--require-download', '--mirror', 'http://127.0.0.1:NOBODY']],
    ['download-failed', 3, ['install', 'gts-root-r4', '--require-download', '--mirror', 'MIRROR']],
    ['download-failed', 3, ['install', 'https://127.0.0.1:NOBODY/ca.pem', '--sha256', ca.sha256]],
    [
      'download-not-a-certificate',
      4,
      ['install', 'isrg-root-x1', '--require-download', '--mirror', 'MIRROR'],
    ],
    ['download-not-a-certificate', 4, ['install', 'page.pem', '--vouch']],
    ['download-not-a-certificate', 4, ['install', 'key.pem', '--vouch']],
    ['download-not-a-certificate', 4, ['install', 'cut.pem', '--vouch']],
    ['download-not-a-certificate', 4, ['install', '-', '--vouch'], ''],
    ['fingerprint-mismatch', 4, ['install', '--mirror', 'MIRROR']],
    ['fingerprint-mismatch', 4, ['install', 'ca.pem', '--sha256', otherCa.sha256]],
    ['fingerprint-mismatch', 4, ['install', '-', '--sha256', otherCa.sha256], ca.pem],
    ['fingerprint-mismatch', 4, ['install', 'neon', '--offline', '--sha256', otherCa.sha256]],
    ['fingerprint-required', 4, ['install', 'ca.pem']],
    ['fingerprint-required', 4, ['install', '-'], ca.pem],
    ['root-not-a-ca', 4, ['install', 'leaf.pem', '--sha256', leaf.sha256]],
    ['root-not-a-ca', 4, ['install', 'selfSignedLeaf.pem', '--sha256', selfSignedLeaf.sha256]],
    ['root-not-self-signed', 4, ['install', 'intermediate.pem', '--sha256', intermediate.sha256]],
    ['root-expired', 4, ['install', 'expired.pem', '--sha256', expired.sha256]],
    ['root-expired', 4, ['install', 'baltimore-cybertrust-root']],
    ['root-not-yet-valid', 4, ['install', 'future.pem', '--sha256', future.sha256]],
    ['root-weak', 4, ['install', 'weak.pem', '--sha256', weak.sha256]],
    ['root-signature-invalid', 4, ['install', 'forged.pem', '--sha256', forged.sha256]],
    ['folder-missing', 5, ['install', '--offline', '--file', 'no/such/folder/root.crt']],
    ['wrong-file-kind', 5, ['install', '--offline', '--file', '.postgresql']],
    ['wrong-file-kind', 5, ['install', '.postgresql', '--vouch']],
    ['wrong-file-kind', 5, ['doctor', '--targets', '.postgresql']],
    ['wrong-file-kind', 5, ['status', '--catalog', '.postgresql']],
  ] as const satisfies readonly (readonly [Code, number, readonly string[], string?])[]
).map(([code, status, argv, stdin]) => ({ code, status, argv, ...(stdin === undefined ? {} : { stdin }) }));

const filled = (argv: readonly string[]) =>
  argv.map((word) => word.replace('MIRROR', mirror.url).replace('NOBODY', String(nobody)));

describe('each refusal: its code, its exit code, and the home as it was', () => {
  test.each(CASES)('$code, exit $status: $argv', async ({ code, status, argv, stdin }) => {
    const home = preparedHome();
    const before = tree(home);
    const options = stdin === undefined ? {} : { stdin };
    const told = await run(home, filled(argv), options);
    expect({ status: told.status, stdout: told.stdout }).toEqual({ status, stdout: '' });
    expect(told.stderr).toContain(`error[${code}]: `);
    expect(told.stderr).toContain('help: ');

    const asJson = await run(home, [...filled(argv), '--json'], options);
    expect(asJson.status).toBe(status);
    expect(asJson.stderr).toBe('');
    expect(asJson.json()).toMatchObject({ schemaVersion: 1, ok: false, error: { code } });
    expect(tree(home)).toEqual(before);
  });
});

describe("a failure's document", () => {
  test.each([
    [['install', '--bogus'], { targets: [], findings: [], dryRun: false }],
    [['remove', '--expired', '--dry-run', '--timeout', '0'], { targets: [], findings: [], dryRun: true }],
    [['export', '--dry-run'], { targets: [], findings: [], dryRun: true }],
    [['rotate'], { targets: [], steps: [], proofs: [], findings: [], dryRun: false }],
    [['status', 'extra'], { certificates: [], findings: [] }],
    [['verify', 'nobody'], { certificates: [], findings: [] }],
    [['doctor', '--libpq', '9'], { target: null, verdict: null, chain: [], findings: [], fixed: [] }],
    [['scan', 'nowhere'], { files: [], findings: [] }],
  ])('%j: the fields of the command are there, empty', async (argv, fields) => {
    const told = await run(emptyHome(), [...argv, '--json']);
    expect(told.json()).toMatchObject({ command: argv[0], ok: false, ...fields });
  });
});

describe('what a refusal says', () => {
  test('a command that takes no file does not say that there is none', async () => {
    const home = preparedHome();
    const { stderr } = await run(home, ['script', 'ca.pem']);
    expect(stderr).toContain('"ca.pem" is no root or provider of the catalogue\n');
    expect((await run(home, ['install', 'none.pem'])).stderr).toContain('the catalogue, and no file\n');
  });

  test('of a file to be read: to look at the path, not to create it or move it away', async () => {
    const home = preparedHome();
    const { stderr } = await run(home, ['scan', '.', '--password-file', 'none']);
    expect(stderr).toContain('help: check the path');
    expect((await run(home, ['install', '.postgresql', '--vouch'])).stderr).toContain('help: name a file');
  });

  test('a command to type next has the --file and --catalog of this run', async () => {
    const home = preparedHome();
    writeFileSync(
      path.join(home, 'site.json'),
      JSON.stringify({
        schemaVersion: 1,
        roots: [
          { id: 'old', name: 'Old', sha256: ca.sha256, pem: ca.pem, status: 'retired' },
          { id: 'new', name: 'New', sha256: otherCa.sha256, pem: otherCa.pem, status: 'current' },
        ],
        providers: [{ id: 'site', name: 'Site', roots: ['new'], formerly: ['old'], hosts: [] }],
      }),
    );
    const ours = `--file ${path.join(home, 'ca.pem')} --catalog site.json`;
    const given = ['--file', 'ca.pem', '--catalog', 'site.json'];
    const verified = await run(home, ['verify', 'site', ...given]);
    expect(verified.stdout).toContain(`pg-root-cert install new ${ours}\n`);
    expect(verified.stdout).toContain(`pg-root-cert remove ${ca.sha256} ${ours}\n`);
    const document = (await run(home, ['status', ...given, '--json'])).json();
    expect(document.findings.flatMap(({ help }) => help.flatMap(({ commands }) => commands))).toContainEqual([
      ...['pg-root-cert', 'install', 'site', '--file', path.join(home, 'ca.pem'), '--catalog', 'site.json'],
    ]);
    const refused = await run(home, ['remove', '--retired', ...given]);
    expect(refused.stderr).toContain(`pg-root-cert install site ${ours}\n`);

    const file = path.join(home, 'other.crt');
    expect((await run(home, ['undo', '--file', file])).stderr).toContain(`status --file ${file}\n`);
    expect((await run(home, ['undo'])).stderr).toMatch(/pg-root-cert status$/m);
  });
});

describe('an existing root.crt that cannot be parsed', () => {
  test.each([
    ['garbage', 'not a certificate\n'],
    ['a page', '<html></html>'],
    [
      'a corrupt block behind a good one',
      `${pem('gts-root-r1')}-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n`,
    ],
    ['files joined without a newline', pem('gts-root-r1').trimEnd() + pem('gts-root-r4')],
    ['DER', ca.der],
    ['UTF-16', Buffer.from(`\ufeff${pem('gts-root-r1')}`, 'utf16le')],
  ])('%s', async (_title, bytes) => {
    const home = emptyHome();
    mkdirSync(path.join(home, '.postgresql'));
    writeFileSync(rootCrt(home), bytes);
    const before = tree(home);
    const refused = await run(home, ['--offline', '--json']);
    expect(refused.status).toBe(4);
    expect(refused.json()).toMatchObject({
      error: { code: 'root-crt-unparsable' },
      targets: [{ path: rootCrt(home), changed: false }],
    });
    expect(tree(home)).toEqual(before);
    const status = await run(home, ['status', '--json']);
    expect(status.json().findings.map(({ code }) => code)).toContain('root-crt-unparsable');
    expect((await run(home, ['verify'])).status).toBe(1);
  });
});

describe('a fallback is a warning, not a failure', () => {
  test.each([
    ['download-failed', ['install', '--mirror', 'http://127.0.0.1:NOBODY']],
    ['download-failed', ['install', 'gts-root-r4', '--mirror', 'MIRROR']],
    ['download-not-a-certificate', ['install', 'isrg-root-x1', '--mirror', 'MIRROR']],
  ])('%s: %j', async (code, argv) => {
    const home = emptyHome();
    const done = await run(home, [...filled(argv), '--json']);
    expect(done.status).toBe(0);
    expect(done.json()).toMatchObject({ ok: true, targets: [{ changed: true, source: 'embedded' }] });
    expect(done.json().findings).toContainEqual(expect.objectContaining({ code, severity: 'warning' }));
  });

  test('a root without an address comes from the package, and that is said', async () => {
    const done = await run(emptyHome(), ['install', 'supabase-root-2021-rekey-2025', '--json']);
    expect(done.status).toBe(0);
    expect(done.json().findings).toContainEqual(
      expect.objectContaining({ code: 'embedded-copy', severity: 'info' }),
    );
  });

  test('certificates that are no roots are left out, each with a word', async () => {
    const home = preparedHome();
    writeFileSync(path.join(home, 'chain.pem'), leaf.pem + intermediate.pem + ca.pem);
    const done = await run(home, ['install', 'chain.pem', '--sha256', ca.sha256, '--json']);
    expect(done.json().targets[0]?.added).toMatchObject([{ sha256: ca.sha256 }]);
    expect(done.json().findings.filter(({ code }) => code === 'certificate-skipped')).toHaveLength(2);
  });

  test('a retired root can still be had, with a word', async () => {
    const done = await run(emptyHome(), ['install', 'digicert-global-root-ca', '--offline', '--json']);
    expect(done.json().findings).toContainEqual(expect.objectContaining({ code: 'root-retired' }));
  });
});

describe('files that cannot be read', () => {
  const asNobody =
    process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

  test('root-crt-unreadable in status, permission-denied in install', async () => {
    const home = emptyHome();
    mkdirSync(path.join(home, '.postgresql'));
    writeFileSync(rootCrt(home), pem('gts-root-r1'));
    if (asNobody.length > 0)
      for (const at of [home, path.dirname(rootCrt(home)), rootCrt(home)]) chown(at, 65534);
    chmodSync(rootCrt(home), 0);
    const status = await run(home, ['status', '--json'], { through: asNobody });
    expect(status.json().findings).toContainEqual(expect.objectContaining({ code: 'root-crt-unreadable' }));
    const install = await run(home, ['--offline', '--json'], { through: asNobody });
    expect(install.status).toBe(5);
    expect(install.json().error?.code).toBe('permission-denied');
    expect(statSync(rootCrt(home)).mode & 0o777).toBe(0);
  });

  test('a file larger than any root.crt', async () => {
    const home = emptyHome();
    mkdirSync(path.join(home, '.postgresql'));
    writeFileSync(rootCrt(home), Buffer.alloc(17 * 1024 * 1024, '#'));
    const install = await run(home, ['--offline', '--json']);
    expect(install.status).toBe(5);
    expect(install.json().error?.code).toBe('file-too-large');
  });

  test('a named pipe does not hang the run', async () => {
    const home = emptyHome();
    mkdirSync(path.join(home, '.postgresql'));
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [rootCrt(home)]);
    expect((await run(home, ['status'])).status).toBe(0);
    expect((await run(home, ['--offline', '--json'])).json().error?.code).toBe('wrong-file-kind');
  });

  test("root in another user's home (sudo that keeps HOME): refused, with the command to use instead", async () => {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
    const home = emptyHome();
    chown(home, 65534);
    const before = tree(home);
    for (const argv of [['--offline'], ['install', '--offline', '--file', path.join(home, 'x.crt')]]) {
      const install = await run(home, [...argv, '--json'], { env: { SUDO_USER: 'me' } });
      expect(install.status).toBe(5);
      expect(install.json().error).toMatchObject({
        code: 'unsafe-path',
        help: [expect.stringContaining('without sudo: pg-root-cert install')],
      });
    }
    expect(tree(home)).toEqual(before);
  });

  test('no home at all, as in a container with a made-up user: said, and only where it matters', async () => {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
    const through = ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups', 'env', '-u', 'HOME'];
    expect((await run(emptyHome(), ['catalog', 'adobe'], { through, cwd: '/' })).status).toBe(0);
    const install = await run(emptyHome(), ['--offline', '--json'], { through, cwd: '/' });
    expect(install.status).toBe(5);
    expect(install.json().error?.code).toBe('home-not-found');
  });

  test('a relative XDG_DATA_HOME or HOME leads backups and journal nowhere else', async () => {
    const home = emptyHome();
    const xdg = { XDG_DATA_HOME: path.basename(home) };
    expect((await run(home, ['install', '--offline'], { env: xdg })).status).toBe(0);
    const relative = { HOME: '.' };
    expect((await run(home, ['undo'], { env: relative })).status).toBe(0);
    expect(existsSync(path.join('/', path.basename(home)))).toBe(false);
    expect(readdirSync(home).sort()).toEqual(['.local']);
  });

  test('a symlink to a folder of another user', async () => {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
    const home = emptyHome();
    const theirs = emptyHome();
    chown(theirs, 65534);
    symlinkSync(theirs, path.join(home, '.postgresql'));
    const install = await run(home, ['--offline', '--json']);
    expect(install.status).toBe(5);
    expect(install.json().error).toMatchObject({
      code: 'unsafe-path',
      help: [expect.stringContaining('without sudo')],
    });
  });
});

function chown(at: string, uid: number): void {
  chownSync(at, uid, uid);
}
