import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../src/x509/bundle.js';
import '../support/matchers.js';
import { CERTS, codesOf, emptyHome, rootCrt, run, tree } from '../support/run.js';

const G2 = 'cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f';
const pem = (id: string) => readFileSync(path.join(CERTS, `${id}.pem`), 'utf8');
const sha256sIn = (file: string) => readBundle(readFileSync(file)).certificates.map(({ sha256 }) => sha256);
const mode = (file: string) => (statSync(file).mode & 0o7777).toString(8);

function homeWith(content: string): string {
  const home = emptyHome();
  mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  writeFileSync(rootCrt(home), content);
  return home;
}

describe('from an empty machine', () => {
  test('one line puts the root where libpq looks, and says what it did', async () => {
    const home = emptyHome();
    const first = await run(home, ['--offline']);
    expect(first.status).toBe(0);
    expect(first.stdout).toContain(
      `ok: ${rootCrt(home)} was written\n  + DigiCert Global Root G2, valid until 2038-01-15`,
    );
    expect(first.stdout).toContain('pg-root-cert undo');
    expect(sha256sIn(rootCrt(home))).toEqual([G2]);
    expect(mode(rootCrt(home))).toBe('644');
    expect(mode(path.join(home, '.postgresql'))).toBe('700');
    expect(first.stdout + first.stderr).not.toContain('\u001b');
  });

  test('a second run changes nothing and says so', async () => {
    const home = emptyHome();
    await run(home, ['--offline']);
    const before = tree(home);
    const second = await run(home, []);
    expect(second.status).toBe(0);
    expect(second.stdout).toContain('is in');
    expect(second.stdout).toContain('already');
    expect(tree(home)).toEqual(before);
  });

  test('verify and status agree', async () => {
    const home = emptyHome();
    await run(home, ['--offline']);
    expect((await run(home, ['verify'])).status).toBe(0);
    const { status, json } = await run(home, ['status', '--json']);
    expect(status).toBe(0);
    expect(json()).toMatchObject({
      schemaVersion: 1,
      command: 'status',
      ok: true,
      exists: true,
      path: rootCrt(home),
    });
    expect(json().certificates).toEqual([
      expect.objectContaining({
        sha256: G2,
        id: 'digicert-global-root-g2',
        state: 'ok',
        providers: expect.arrayContaining(['adobe', 'azure']),
      }),
    ]);
  });

  test('the new file follows the umask, and is never writable by others', async () => {
    const home = emptyHome();
    const masked = await run(home, ['--offline'], { through: ['sh', '-c', 'umask 077; exec "$@"', 'sh'] });
    expect(masked.status).toBe(0);
    expect(mode(rootCrt(home))).toBe('600');
    const open = emptyHome();
    await run(open, ['--offline'], { through: ['sh', '-c', 'umask 000; exec "$@"', 'sh'] });
    expect(mode(rootCrt(open))).toBe('644');
    expect(mode(path.join(open, '.postgresql'))).toBe('700');
  });

  test('what a new root.crt means for other connections is said, with a way out to paste', async () => {
    const home = emptyHome();
    const { json } = await run(home, ['--offline', '--json']);
    expect(json().findings).toEmit('prefer-may-fall-back');
    expect(json().findings).toEmit('require-now-verifies');
    const texts = json().findings.flatMap((each) => each.help.map(({ text }) => text));
    expect(texts.join('\n')).toMatch(/\[my-server\]\nhost=HOST\nsslmode=verify-full\nsslrootcert=\//);
    const aside = await run(home, [
      'install',
      'isrg-root-x1',
      '--offline',
      '--json',
      '--file',
      path.join(home, 'neon.crt'),
    ]);
    expect(codesOf(aside.json())).not.toContain('prefer-may-fall-back');
  });
});

describe('into what is there', () => {
  test.each([
    ['a comment, no last newline', '# ours', 1],
    ['CRLF', pem('isrg-root-x1').replaceAll('\n', '\r\n'), 2],
    ['CR only', pem('isrg-root-x1').replaceAll('\n', '\r'), 2],
    ['a byte order mark', `\ufeff${pem('isrg-root-x1')}`, 2],
    ['text around', `Our root:\n${pem('isrg-root-x1')}\nend`, 2],
    ['an empty file', '', 1],
  ])('%s', async (_title, content, count) => {
    const home = homeWith(content);
    const merged = await run(home, ['--offline', '--json']);
    expect(merged.status).toBe(0);
    const found = sha256sIn(rootCrt(home));
    expect(found).toHaveLength(count);
    expect(found).toContain(G2);
    expect((await run(home, ['verify'])).status).toBe(0);
    const { backup } = merged.json().targets[0] ?? { backup: null };
    expect(readFileSync(backup ?? '', 'utf8')).toBe(content);
    expect((await run(home, ['undo'])).status).toBe(0);
    expect(readFileSync(rootCrt(home), 'utf8')).toBe(content);
  });

  test('exact duplicates go, twins with another key stay', async () => {
    const home = homeWith(
      `${pem('supabase-root-2021')}${pem('supabase-root-2021-rekey-2025')}${pem('supabase-root-2021')}`,
    );
    await run(home, ['--offline']);
    expect(sha256sIn(rootCrt(home))).toHaveLength(3);
  });

  test('a public root beside a private one is a finding', async () => {
    const home = homeWith(pem('supabase-root-2021'));
    expect((await run(home, ['--offline', '--json'])).json().findings).toEmit('public-root-widens-trust');
    expect((await run(home, ['--offline', '--json'])).json().findings).not.toEmit('public-root-widens-trust');
    expect((await run(home, ['status', '--json'])).json().findings).toEmit('public-root-widens-trust');
  });

  test('a symlinked root.crt, and a symlinked folder, stay links', async () => {
    const home = emptyHome();
    mkdirSync(path.join(home, 'dotfiles', 'postgresql'), { recursive: true });
    symlinkSync('dotfiles/postgresql', path.join(home, '.postgresql'));
    symlinkSync('../root-certs.pem', path.join(home, 'dotfiles', 'postgresql', 'root.crt'));
    writeFileSync(path.join(home, 'dotfiles', 'root-certs.pem'), pem('isrg-root-x1'));
    expect((await run(home, ['--offline'])).status).toBe(0);
    expect(sha256sIn(path.join(home, 'dotfiles', 'root-certs.pem'))).toHaveLength(2);
    expect(tree(home)['dotfiles/postgresql/root.crt']).toMatch(/^link/);
    expect(tree(home)['.postgresql']).toMatch(/^link/);
  });

  test('--replace drops what is there, and undo brings it back', async () => {
    const home = homeWith('garbage\n');
    const replaced = await run(home, ['install', '--replace', '--offline', '--json']);
    expect(replaced.status).toBe(0);
    expect(sha256sIn(rootCrt(home))).toEqual([G2]);
    await run(home, ['undo']);
    expect(readFileSync(rootCrt(home), 'utf8')).toBe('garbage\n');
  });

  test('others lose their write access', async () => {
    const home = homeWith(pem('digicert-global-root-g2'));
    chmodSync(rootCrt(home), 0o666);
    chmodSync(path.join(home, '.postgresql'), 0o777);
    const status = await run(home, ['verify', '--json']);
    expect(status.status).toBe(1);
    expect(status.json().findings).toEmit('root-crt-permissions');
    expect((await run(home, ['--offline'])).status).toBe(0);
    expect(mode(rootCrt(home))).toBe('644');
    expect(mode(path.join(home, '.postgresql'))).toBe('755');
  });
});

describe('sources', () => {
  test.each([
    [['supabase'], 2],
    [['aws-rds/eu-west-1'], 3],
    [['aws-rds'], 102],
    [['adobe', 'azure', 'neon'], 4],
    [['--for', 'db.abcdefghijkl.supabase.co'], 2],
    [['--for', 'mydb.proxy-abc.eu-west-1.rds.amazonaws.com'], 5],
    [['--for', 'host=x.postgres.database.azure.com sslmode=verify-full user=me'], 2],
    [['--for', 'postgresql://me:secret@a.platform-query.adobe.io:80/prod%3Aall'], 1],
  ])('install %j', async (argv, count) => {
    const home = emptyHome();
    const done = await run(home, ['install', ...argv, '--offline', '--json']);
    expect(done.status).toBe(0);
    expect(done.json().targets[0]?.added).toHaveLength(count);
    expect(done.json().targets[0]?.source).toBe('embedded');
    expect(sha256sIn(rootCrt(home))).toHaveLength(count);
    expect(done.stdout).not.toContain('secret');
  });

  test('a file and stdin, pinned', async () => {
    const home = emptyHome();
    writeFileSync(path.join(home, 'x.pem'), pem('isrg-root-x1'));
    const byFile = await run(home, ['install', './x.pem', '--json']);
    expect(byFile.json().targets[0]).toMatchObject({
      changed: true,
      source: 'file',
      added: [{ id: 'isrg-root-x1' }],
    });
    const byStdin = await run(home, ['install', '-', '--json'], { stdin: pem('gts-root-r1') });
    expect(byStdin.json().targets[0]).toMatchObject({
      changed: true,
      added: [{ id: 'gts-root-r1' }],
      kept: [{ id: 'isrg-root-x1' }],
    });
  });

  test('--dry-run says it all and does nothing', async () => {
    const home = emptyHome();
    const before = tree(home);
    const dry = await run(home, ['install', '--offline', '--dry-run', '--json']);
    expect(dry.status).toBe(0);
    expect(dry.json()).toMatchObject({
      ok: true,
      dryRun: true,
      targets: [{ changed: true, added: [{ sha256: G2 }], backup: null }],
    });
    expect(codesOf(dry.json())).toContain('prefer-may-fall-back');
    expect(tree(home)).toEqual(before);
    expect((await run(home, ['--offline', '--dry-run'])).stdout).toContain('would be written');
  });
});

describe('remove and undo', () => {
  test('one root goes, the others stay', async () => {
    const home = emptyHome();
    await run(home, ['install', 'adobe', 'neon', '--offline']);
    const removed = await run(home, ['remove', 'isrg-root-x1', '--json']);
    expect(removed.json().targets[0]).toMatchObject({ changed: true, removed: [{ id: 'isrg-root-x1' }] });
    expect(removed.json().targets[0]?.kept).toHaveLength(2);
    expect((await run(home, ['remove', 'isrg-root-x1', '--json'])).json()).toMatchObject({
      ok: true,
      targets: [{ changed: false }],
    });
  });

  test('with the last root the file goes, and that is said', async () => {
    const home = emptyHome();
    await run(home, ['--offline']);
    const text = readFileSync(rootCrt(home), 'utf8');
    const removed = await run(home, ['remove', G2.toUpperCase().replaceAll(/(..)(?!$)/g, '$1:'), '--json']);
    expect(removed.json().findings).toEmit('require-no-longer-verifies');
    expect(existsSync(rootCrt(home))).toBe(false);
    expect(readFileSync(removed.json().targets[0]?.backup ?? '', 'utf8')).toBe(text);
    await run(home, ['undo']);
    expect(readFileSync(rootCrt(home), 'utf8')).toBe(text);
  });

  test('--expired and --retired', async () => {
    const home = homeWith(pem('baltimore-cybertrust-root') + pem('digicert-global-root-ca'));
    const refused = await run(home, ['remove', '--retired', '--json']);
    expect(refused.status).toBe(4);
    expect(refused.json().error?.code).toBe('successor-missing');
    expect((await run(home, ['remove', '--expired', '--json'])).json().targets[0]?.removed).toMatchObject([
      { id: 'baltimore-cybertrust-root' },
    ]);
    await run(home, ['install', 'adobe', '--offline']);
    expect((await run(home, ['remove', '--retired', '--json'])).json().targets[0]?.removed).toMatchObject([
      { id: 'digicert-global-root-ca' },
    ]);
    expect(sha256sIn(rootCrt(home))).toEqual([G2]);
  });

  test('a root that is retired elsewhere stays while a provider in the file still needs it', async () => {
    const home = emptyHome();
    await run(home, ['install', 'azure-china', '--offline']);
    const kept = await run(home, ['remove', '--retired', '--json']);
    expect(kept.json()).toMatchObject({ ok: true, targets: [{ changed: false }] });
    expect(sha256sIn(rootCrt(home))).toHaveLength(3);
    const { certificates } = (await run(home, ['status', '--json'])).json();
    expect(certificates?.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  });

  test('undo of the first install takes the folder too', async () => {
    const home = emptyHome();
    await run(home, ['--offline']);
    const undone = await run(home, ['undo', '--json']);
    expect(undone.json()).toMatchObject({
      ok: true,
      command: 'undo',
      targets: [{ changed: true, removed: [{ sha256: G2 }] }],
    });
    expect(existsSync(path.join(home, '.postgresql'))).toBe(false);
  });
});
