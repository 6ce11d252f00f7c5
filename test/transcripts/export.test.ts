import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Code } from '../../src/core/codes.js';
import { readStore } from '../../src/keystore/read-store.js';
import { readBundle } from '../../src/x509/bundle.js';
import { closedPort, serveHttp } from '../support/http-servers.js';
import { makeCertificate } from '../support/make-certs.js';
import { COMMAND, codesOf, emptyHome, hasProgram, rootCrt, run, tree } from '../support/run.js';
import {
  bytesOf,
  catalogRoot,
  hasKeytool,
  hasOpenssl,
  keytool,
  keytoolStore,
  openssl,
  PASSWORD,
  pemPath,
} from '../support/stores.js';

const G2 = 'digicert-global-root-g2';
const AZURE = [G2, 'microsoft-rsa-root-ca-2017'];
const VARIABLE = 'PG_ROOT_CERT_STORE_PASSWORD';
const env = { [VARIABLE]: PASSWORD };
const pem = (id: string): string => readFileSync(pemPath(id), 'utf8');
const sha256s = (ids: readonly string[]): string[] => ids.map((id) => catalogRoot(id).sha256).sort();

/** A home with a root.crt of this text. */
function homeWith(text: string): string {
  const home = emptyHome();
  mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  writeFileSync(rootCrt(home), text);
  return home;
}

const exported = (home: string, argv: readonly string[], more: Record<string, string> = env) =>
  run(home, ['export', ...argv, '--offline', '--json'], { env: more });

const aliasesOf = (file: string, password = PASSWORD): (string | null)[] =>
  readStore(bytesOf(file), [password])?.entries.map(({ alias }) => alias) ?? [];

describe('any selection, any format', () => {
  const selections: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['an id', ['isrg-root-x1'], ['isrg-root-x1']],
    ['a provider', ['azure'], AZURE],
    ['a host', ['--for', 'x.postgres.database.azure.com'], AZURE],
    ['what is in root.crt', [], [G2, 'gts-root-r4']],
  ];
  const cases = selections.flatMap(([name, argv, ids]) =>
    ['pem', 'der', 'pkcs12', 'jks'].map((format) => [format, name, argv, ids] as const),
  );
  test.each(cases)('%s of %s', async (format, _, argv, ids) => {
    const home = homeWith(pem(G2) + pem('gts-root-r4'));
    const out = path.join(home, 'out');
    const done = await exported(home, [...argv, '--format', format, '--out', 'out']);
    expect([done.status, done.stderr]).toEqual([0, '']);
    const { targets } = done.json();
    const added = targets.flatMap((target) => target.added.map(({ sha256 }) => sha256));
    expect(added.sort()).toEqual(sha256s(ids));
    expect(targets.map(({ changed, removed, kept, backup }) => ({ changed, removed, kept, backup }))).toEqual(
      targets.map(() => ({ changed: true, removed: [], kept: [], backup: null })),
    );
    expect(targets.map(({ source }) => source)).toEqual(
      targets.map(() => (argv.length === 0 ? 'file' : 'embedded')),
    );
    if (format === 'pem') {
      const bundle = readBundle(bytesOf(out));
      expect(bundle.problem).toBeNull();
      expect(bundle.certificates.map(({ sha256 }) => sha256).sort()).toEqual(sha256s(ids));
      expect(readFileSync(out, 'utf8')).toMatch(/^# .* \(pg-root-cert\)\n-----BEGIN CERTIFICATE-----\n/);
    } else if (format === 'der') {
      const files = ids.length === 1 ? [out] : ids.map((id) => path.join(out, `${id}.der`));
      expect(targets.map((target) => target.path).sort()).toEqual([...files].sort());
      for (const [i, file] of files.entries()) expect(bytesOf(file)).toEqual(catalogRoot(ids[i] ?? '').der);
    } else {
      expect(aliasesOf(out)).toEqual([...ids].sort());
    }
    expect(statSync(targets[0]?.path ?? '').mode & 0o777).toBe(0o644);
  });

  test('the order of the sources is no matter', async () => {
    const home = emptyHome();
    await exported(home, ['isrg-root-x1', 'azure', '--out', 'one.jks']);
    await exported(home, ['azure', 'isrg-root-x1', '--out', 'other.jks']);
    expect(aliasesOf(path.join(home, 'one.jks'))).toEqual([...AZURE, 'isrg-root-x1'].sort());
    expect(aliasesOf(path.join(home, 'other.jks'))).toEqual(aliasesOf(path.join(home, 'one.jks')));
    await exported(home, ['isrg-root-x1', 'azure', '--out', 'one.pem']);
    await exported(home, ['azure', 'isrg-root-x1', '--out', 'other.pem']);
    expect(readFileSync(path.join(home, 'one.pem'))).toEqual(readFileSync(path.join(home, 'other.pem')));
  });

  test('a root that the catalogue does not know is named after itself, and must be pinned or vouched for', async () => {
    const home = emptyHome();
    const own = makeCertificate({ subject: 'Größe & Söhne CA' });
    writeFileSync(path.join(home, 'own.pem'), own.pem);
    const refused = await exported(home, ['own.pem', '--out', 'store.p12']);
    expect([refused.status, refused.json().error?.code]).toEqual([4, 'fingerprint-required']);
    const again = `pg-root-cert export --out store.p12 ${path.join(home, 'own.pem')}`;
    expect(refused.json().error?.help).toEqual([
      expect.stringContaining(`: ${again} --sha256 ${own.sha256}`),
      expect.stringContaining(`: ${again} --vouch`),
    ]);
    const done = await exported(home, ['own.pem', '--sha256', own.sha256, '--out', 'store.p12']);
    expect(done.status).toBe(0);
    expect(aliasesOf(path.join(home, 'store.p12'))).toEqual([`gro-e-sohne-ca-${own.sha256.slice(0, 8)}`]);
  });

  test('a store that somebody has changed since is not undone, and scan can tell what it holds', async () => {
    const home = emptyHome();
    const store = path.join(home, 'store.jks');
    await exported(home, [G2, '--out', 'store.jks']);
    appendFileSync(store, 'x');
    const refused = (await run(home, ['undo', '--file', 'store.jks', '--json'])).json();
    expect(refused.error).toMatchObject({
      code: 'changed-since',
      help: [`look at what it holds: pg-root-cert scan ${store}`],
    });
  });

  test('every way that install takes a source', async () => {
    const home = emptyHome();
    const own = makeCertificate({ subject: 'Site CA', ca: true });
    const site = {
      schemaVersion: 1,
      roots: [{ id: 'site-root', name: 'Site CA', sha256: own.sha256, pem: own.pem, status: 'current' }],
      providers: [{ id: 'site', name: 'Our site', roots: ['site-root'], hosts: ['*.db.example.org'] }],
    };
    writeFileSync(path.join(home, 'site.json'), JSON.stringify(site));
    const byHost = await exported(home, [
      '--for',
      'a.db.example.org',
      '--catalog',
      'site.json',
      '--out',
      's.jks',
    ]);
    expect([byHost.status, aliasesOf(path.join(home, 's.jks'))]).toEqual([0, ['site-root']]);

    const vouched = await run(home, ['export', '-', '--vouch', '--out', 'stdin.pem'], { stdin: own.pem });
    expect(vouched.status).toBe(0);
    expect(vouched.stdout).toContain('nobody has checked it but you');

    const mirror = await serveHttp((_, response) => response.end(pem(G2)));
    const fetched = ['export', G2, '--require-download', '--mirror', mirror.url, '--out', 'g2.pem', '--json'];
    const done = await run(home, fetched);
    const mixedUp = await run(
      home,
      fetched.map((word) => word.replace(G2, 'isrg-root-x1').replace('g2.pem', 'x1.pem')),
    );
    await mirror.close();
    expect(done.json().targets[0]).toMatchObject({ changed: true, source: 'download' });
    expect(mixedUp.json().error?.code).toBe('fingerprint-mismatch');
    expect(existsSync(path.join(home, 'x1.pem'))).toBe(false);
  });

  const withPrograms = hasKeytool && hasOpenssl ? test : test.skip;
  withPrograms('keytool and OpenSSL read every keystore, OpenSSL every file', async () => {
    const home = emptyHome();
    for (const out of ['store.p12', 'store.jks', 'all.pem']) await exported(home, ['azure', '--out', out]);
    await exported(home, [G2, '--out', 'one.der']);
    const at = (name: string) => path.join(home, name);
    for (const store of ['store.p12', 'store.jks']) {
      const text = keytool(['-list', '-v', '-keystore', at(store), '-storepass', PASSWORD]);
      expect(text.match(/^Alias name: .*$/gm)?.sort()).toEqual(AZURE.map((id) => `Alias name: ${id}`));
      expect(text.match(/^Entry type: trustedCertEntry$/gm)).toHaveLength(2);
    }
    expect(openssl(['pkcs12', '-in', at('store.p12'), '-passin', `pass:${PASSWORD}`, '-nokeys'])).toContain(
      'subject=C = US, O = DigiCert Inc, OU = www.digicert.com, CN = DigiCert Global Root G2',
    );
    expect(openssl(['x509', '-inform', 'der', '-in', at('one.der'), '-noout', '-subject'])).toContain(
      'Root G2',
    );
    expect(openssl(['storeutl', '-certs', '-noout', at('all.pem')])).toContain('Total found: 2');
  });
});

describe('what root.crt holds besides roots', () => {
  const ca = makeCertificate({ subject: 'Our CA' });
  const intermediate = makeCertificate({ subject: 'Our Intermediate', issuer: ca, ca: true });
  const sameName = makeCertificate({ subject: 'Our CA', issuer: 'Our CA', ca: true, signWith: intermediate });
  const expired = makeCertificate({
    subject: 'Old CA',
    ca: true,
    notBefore: new Date('2001-01-01'),
    notAfter: new Date('2011-01-01'),
  });

  test('is left out, and said', async () => {
    const home = homeWith([ca, intermediate, sameName, expired].map(({ pem: text }) => text).join(''));
    const done = await exported(home, ['--out', 'store.p12']);
    expect(done.status).toBe(0);
    const document = done.json();
    expect(document.targets[0]?.added.map(({ sha256 }) => sha256)).toEqual([ca.sha256]);
    expect(codesOf(document)).toEqual(['certificate-skipped', 'certificate-skipped', 'stale-root']);
  });

  test('nothing else in it, no file, a broken one: refused, nothing written', async () => {
    const cases: [string | null, Code, number][] = [
      [intermediate.pem + expired.pem, 'root-crt-no-root', 4],
      ['-----BEGIN CERTIFICATE-----\nAAAA\n', 'root-crt-unparsable', 4],
      [null, 'root-crt-missing', 2],
    ];
    for (const [text, code, status] of cases) {
      const home = text === null ? emptyHome() : homeWith(text);
      const before = tree(home);
      const refused = await exported(home, ['--out', 'store.p12']);
      expect([refused.status, refused.json().error?.code]).toEqual([status, code]);
      expect(tree(home)).toEqual(before);
    }
  });

  test('another file by --file; and that libpq reads another than root.crt', async () => {
    const home = homeWith(pem(G2));
    writeFileSync(path.join(home, 'other.crt'), pem('isrg-root-x1'));
    const done = await exported(home, ['--file', 'other.crt', '--out', 'store.jks']);
    expect(done.json().targets[0]?.added.map(({ id }) => id)).toEqual(['isrg-root-x1']);
    const overridden = await exported(home, ['--out', 'other.jks'], { ...env, PGSSLROOTCERT: '/etc/x.crt' });
    expect(overridden.json().findings.map(({ code }) => code)).toEqual(['env-overrides-root-crt']);
  });
});

describe('a file that is there', () => {
  const outs = ['store.p12', 'store.jks', 'roots.pem', 'root.der'] as const;

  test.each(outs)('%s: a second run does nothing, and asks no network', async (out) => {
    const home = emptyHome();
    await exported(home, [G2, '--out', out]);
    const before = tree(home);
    const nobody = await closedPort();
    const argv = ['export', G2, '--out', out, '--require-download', '--mirror', `http://127.0.0.1:${nobody}`];
    const again = await run(home, argv, { env });
    expect([again.status, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toBe(`ok: "DigiCert Global Root G2" is in ${path.join(home, out)} already\n`);
    expect(tree(home)).toEqual(before);
  });

  test.each(['store.p12', 'store.jks', 'roots.pem'])(
    '%s is added to; undo, twice, byte for byte',
    async (out) => {
      const home = emptyHome();
      const file = path.join(home, out);
      await exported(home, [G2, '--out', out]);
      chmodSync(file, 0o600);
      const first = bytesOf(file);
      const second = (await exported(home, ['azure', '--out', out])).json();
      expect(second.targets[0]).toMatchObject({
        changed: true,
        added: [{ id: AZURE[1] }],
        kept: [{ id: G2 }],
      });
      expect(bytesOf(second.targets[0]?.backup ?? '')).toEqual(first);
      expect(statSync(file).mode & 0o777).toBe(0o600);

      const undone = (await run(home, ['undo', '--file', out, '--json'])).json();
      expect(undone.targets[0]).toMatchObject({
        changed: true,
        removed: [{ id: AZURE[1] }],
        kept: [{ id: G2 }],
      });
      expect(undone.findings).toEqual([]);
      expect(bytesOf(file)).toEqual(first);
      expect((await run(home, ['undo', '--file', out])).status).toBe(0);
      expect(existsSync(file)).toBe(false);
    },
  );

  test('undo needs no password; what it cannot read it does not name', async () => {
    const home = emptyHome();
    const secret = { [VARIABLE]: 'a secret' };
    await exported(home, [G2, '--out', 'store.p12'], secret);
    const first = bytesOf(path.join(home, 'store.p12'));
    await exported(home, ['azure', '--out', 'store.p12'], secret);
    const undone = await run(home, ['undo', '--file', 'store.p12']);
    expect(undone.stdout).toMatch(/^ok: .*store\.p12 was put back\n {2}backup: /);
    expect(bytesOf(path.join(home, 'store.p12'))).toEqual(first);
  });

  test('DER files go again, and the folder that was made for them', async () => {
    const home = emptyHome();
    const done = (await exported(home, ['azure', '--format', 'der', '--out', 'made/'])).json();
    expect(statSync(path.join(home, 'made')).mode & 0o777).toBe(0o755);
    for (const { path: file } of [...done.targets].reverse()) {
      expect((await run(home, ['undo', '--file', file])).status).toBe(0);
    }
    expect(existsSync(path.join(home, 'made'))).toBe(false);
  });

  test.each(['store.p12', 'store.jks'])('%s: four runs at once, nothing is lost', async (out) => {
    const home = emptyHome();
    const ids = ['gts-root-r1', 'gts-root-r4', 'isrg-root-x1', 'isrg-root-x2'];
    await exported(home, [G2, '--out', out]);
    const runs = await Promise.all(ids.map((id) => exported(home, [id, '--out', out, '--timeout', '60'])));
    expect(runs.map(({ status, stderr }) => [status, stderr])).toEqual(ids.map(() => [0, '']));
    expect(aliasesOf(path.join(home, out)).sort()).toEqual([G2, ...ids].sort());
    for (let left = 5; left > 0; left--) {
      expect((await run(home, ['undo', '--file', out])).status).toBe(0);
    }
    expect(existsSync(path.join(home, out))).toBe(false);
  });

  test('a link stays, and what it leads to is changed', async () => {
    const home = emptyHome();
    mkdirSync(path.join(home, 'dotfiles'));
    symlinkSync('dotfiles/store.jks', path.join(home, 'store.jks'));
    expect((await exported(home, [G2, '--out', 'store.jks'])).status).toBe(0);
    expect(readlinkSync(path.join(home, 'store.jks'))).toBe('dotfiles/store.jks');
    expect(aliasesOf(path.join(home, 'dotfiles/store.jks'))).toEqual([G2]);
  });

  test('--dry-run says what would be, and does nothing', async () => {
    const home = emptyHome();
    await exported(home, [G2, '--out', 'store.p12']);
    const before = tree(home);
    for (const out of ['store.p12', 'new.jks', 'new.pem']) {
      const told = (await exported(home, ['azure', '--out', out, '--dry-run'])).json();
      expect(told).toMatchObject({ ok: true, dryRun: true, targets: [{ changed: true }] });
    }
    await exported(home, ['azure', '--format', 'der', '--out', 'folder', '--dry-run']);
    expect(tree(home)).toEqual(before);
  });

  const withPrograms = hasKeytool && hasOpenssl ? test : test.skip;
  withPrograms.each(['PKCS12', 'JKS'] as const)(
    "keytool's own %s with a private key still opens",
    async (type) => {
      const home = emptyHome();
      const file = path.join(home, 'store');
      writeFileSync(file, bytesOf(keytoolStore({ type, roots: ['gts-root-r4'], key: true })));
      expect((await exported(home, ['azure', '--out', 'store'])).status).toBe(0);
      const text = keytool(['-list', '-keystore', file, '-storepass', PASSWORD]);
      expect(text).toContain('Your keystore contains 4 entries');
      const request = keytool(['-certreq', '-alias', 'client', '-keystore', file, '-storepass', PASSWORD]);
      expect(request).toContain('BEGIN NEW CERTIFICATE REQUEST');
    },
  );

  test('public and private roots in one file: said', async () => {
    const home = emptyHome();
    const done = await exported(home, [G2, 'supabase-root-2021', '--out', 'store.p12']);
    expect(codesOf(done.json())).toContain('public-root-widens-trust');
  });
});

describe('the password', () => {
  test('from a file before the environment; only its first line, without the line end or a mark', async () => {
    const home = emptyHome();
    writeFileSync(path.join(home, 'pw'), '\ufefffirst line\r\nsecond\n', { mode: 0o600 });
    const done = await exported(home, [G2, '--out', 'store.jks', '--password-file', 'pw']);
    expect([done.status, done.json().findings]).toEqual([0, []]);
    expect(readStore(bytesOf(path.join(home, 'store.jks')), ['first line'])?.fault).toBeNull();
    expect(done.stdout + done.stderr).not.toContain('first line');
  });

  test('in a file that others can read: said, not refused', async () => {
    const home = emptyHome();
    writeFileSync(path.join(home, 'pw'), PASSWORD, { mode: 0o644 });
    const done = await exported(home, [G2, '--out', 'store.p12', '--password-file', 'pw'], {});
    expect([done.status, codesOf(done.json())]).toEqual([0, ['store-password-exposed']]);
  });

  test('nobody to ask: refused', async () => {
    const home = emptyHome();
    const refused = await exported(home, [G2, '--out', 'store.p12'], {});
    expect([refused.status, refused.json().error?.code]).toEqual([2, 'store-password-missing']);
    expect(tree(home)).toEqual(tree(emptyHome()));
  });

  test('too short for keytool, or not ASCII for Java: no new store', async () => {
    const home = emptyHome();
    const codeWith = async (out: string, password: string) =>
      (await exported(home, [G2, '--out', out], { [VARIABLE]: password })).json().error?.code;
    expect(await codeWith('store.jks', '12345')).toBe('store-password-unfit');
    expect(await codeWith('store.p12', 'pässwörd')).toBe('store-password-unfit');
    expect(await codeWith('store.jks', 'pässwörd')).toBeUndefined();
  });

  /** Answers each question at a terminal with the next of these. */
  function onTerminal(home: string, argv: readonly string[], answers: readonly string[]): Promise<string> {
    const line = [...COMMAND, ...argv].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      cwd: home,
      env: { PATH: process.env.PATH ?? '', HOME: home, TERM: 'xterm' },
    });
    let shown = '';
    const left = [...answers];
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      shown += part;
      if (/(password (of|for) .*|once more): $/.test(part)) child.stdin.write(`${left.shift() ?? ''}\r`);
    });
    return new Promise((resolve) => child.on('close', () => resolve(shown)));
  }
  const withTerminal = hasProgram('script') && process.platform === 'linux' ? test : test.skip;

  withTerminal('at a terminal: twice for a new store, once for one that is there, never shown', async () => {
    const home = emptyHome();
    const file = path.join(home, 'store.p12');
    const made = await onTerminal(
      home,
      ['export', G2, '--offline', '--out', 'store.p12'],
      ['typed in', 'typed in'],
    );
    expect(made).toContain(`new password for ${file}: `);
    expect(made).toContain('once more: ');
    expect(made).toContain('was written');
    expect(aliasesOf(file, 'typed in')).toEqual([G2]);
    const more = await onTerminal(home, ['export', 'azure', '--offline', '--out', 'store.p12'], ['typed in']);
    expect(more).toContain(`password of ${file}: `);
    expect(more).not.toContain('once more');
    expect(aliasesOf(file, 'typed in')).toHaveLength(2);
    expect(made + more).not.toContain('typed in');
    const differ = await onTerminal(home, ['export', G2, '--out', 'new.p12'], ['typed in', 'typed on']);
    expect(differ).toContain('store-password-unfit');
    expect(existsSync(path.join(home, 'new.p12'))).toBe(false);
  });
});

describe('refused: the exit code, the code, and not a byte changed', () => {
  const damaged = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 30);
  const CASES: readonly (readonly [Code, number, readonly string[]])[] = [
    ['usage', 2, ['azure']],
    ['usage', 2, ['azure', '--out', '-']],
    ['usage', 2, ['azure', '--out', 'roots']],
    ['usage', 2, ['azure', '--out', 'folder', '--format', 'pem']],
    ['usage', 2, ['azure', '--out', 'x', '--format', 'pkcs7']],
    ['usage', 2, ['azure', '--out', 'x.pem', '--password-file', 'other.pem']],
    ['usage', 2, ['azure', '--out', 'x.pem', '--file', 'other.pem']],
    ['unknown-root', 2, ['nobody', '--out', 'x.pem']],
    ['fingerprint-mismatch', 4, ['azure', '--out', 'x.pem', '--sha256', '00'.repeat(32)]],
    ['store-password-wrong', 4, ['azure', '--out', 'wrong.p12']],
    ['store-password-wrong', 4, ['azure', '--out', 'wrong.jks']],
    ['store-unreadable', 4, ['azure', '--out', 'damaged.p12']],
    ['store-unreadable', 4, ['azure', '--out', 'damaged.jks']],
    ['store-unreadable', 4, ['azure', '--out', 'damaged.pem']],
    ['store-unsupported', 4, ['azure', '--out', 'secret.jceks', '--format', 'jks']],
    ['store-wrong-format', 4, ['azure', '--out', 'good.jks', '--format', 'pkcs12']],
    ['store-wrong-format', 4, ['azure', '--out', 'good.jks', '--format', 'pem']],
    ['store-wrong-format', 4, ['azure', '--out', 'other.pem', '--format', 'jks']],
    ['store-wrong-format', 4, ['azure', '--out', 'empty.p12']],
    ['der-file-taken', 4, ['isrg-root-x1', '--out', 'g2.der']],
    ['wrong-file-kind', 5, ['azure', '--out', 'g2.der']],
    ['folder-missing', 5, ['azure', '--out', 'nowhere/store.jks']],
    ['file-missing', 5, ['azure', '--password-file', 'nowhere', '--out', 'new.jks']],
    ['unsafe-path', 5, ['azure', '--out', 'open/store.jks']],
  ];

  /** What each case finds in its home. */
  const prepared = emptyHome();
  beforeAll(async () => {
    const at = (name: string) => path.join(prepared, name);
    for (const format of ['p12', 'jks']) {
      await exported(prepared, [G2, '--out', `good.${format}`]);
      await exported(prepared, [G2, '--out', `wrong.${format}`], { [VARIABLE]: 'another' });
      writeFileSync(at(`damaged.${format}`), damaged(bytesOf(at(`good.${format}`))));
    }
    writeFileSync(at('g2.der'), catalogRoot(G2).der);
    writeFileSync(at('secret.jceks'), Buffer.from('cececece0000000200000000', 'hex'));
    writeFileSync(at('other.pem'), pem(G2));
    writeFileSync(at('damaged.pem'), pem(G2).slice(0, -80));
    writeFileSync(at('empty.p12'), '');
    mkdirSync(at('folder'));
    mkdirSync(at('open'));
  });

  test.each(CASES)('%s, exit code %d: %j', async (code, status, argv) => {
    const home = emptyHome();
    cpSync(prepared, home, { recursive: true });
    chmodSync(path.join(home, 'open'), 0o777);
    const before = tree(home);
    const refused = await exported(home, argv);
    expect([refused.json().error?.code, refused.status]).toEqual([code, status]);
    expect(refused.json()).toMatchObject({ ok: false, command: 'export' });
    expect(refused.json().error?.help).not.toEqual([]);
    expect(tree(home)).toEqual(before);
  });

  test('of several files one fails: those before it are told, and stay', async () => {
    const home = emptyHome();
    mkdirSync(path.join(home, 'roots'));
    writeFileSync(path.join(home, 'roots', `${AZURE[1]}.der`), catalogRoot('isrg-root-x1').der);
    const done = await exported(home, ['azure', '--format', 'der', '--out', 'roots']);
    expect(done.status).toBe(4);
    expect(done.json().targets).toMatchObject([
      { changed: true, added: [{ id: G2 }] },
      { changed: false, added: [], error: { code: 'der-file-taken' } },
    ]);
    expect(existsSync(path.join(home, 'roots', `${G2}.der`))).toBe(true);
  });
});

describe('faults', () => {
  const withStrace = process.platform === 'linux' && hasProgram('strace') ? test : test.skip;
  withStrace.each(['rename', 'fsync'])(
    '%s fails: exit 5, all as it was',
    async (call) => {
      let failures = 0;
      for (let nth = 1; nth <= 12; nth++) {
        const home = emptyHome();
        await exported(home, [G2, '--out', 'store.p12']);
        const before = tree(home);
        const inject = `--inject=${call}:error=ENOSPC:when=${nth}`;
        const through = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, inject];
        const done = await run(home, ['export', 'azure', '--offline', '--out', 'store.p12'], {
          env,
          through,
        });
        if (done.status === 0) break;
        failures++;
        expect([done.status, done.stderr]).toEqual([5, expect.stringContaining('error[disk-full]')]);
        expect({ call, nth, files: tree(home) }).toEqual({ call, nth, files: before });
      }
      expect(failures).toBeGreaterThan(0);
    },
    120_000,
  );

  const isRoot = process.getuid?.() === 0;
  (process.platform === 'linux' && isRoot ? test : test.skip)(
    'a full disk: exit 5, the store as it was',
    async () => {
      const home = emptyHome();
      const disk = path.join(home, 'disk');
      mkdirSync(disk);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=700', 'tmpfs', disk]);
      expect(mounted.status).toBe(0);
      try {
        await exported(home, [G2, '--out', 'disk/store.jks']);
        const before = tree(home);
        const done = await exported(home, ['aws-rds', '--out', 'disk/store.jks']);
        expect([done.status, done.json().error?.code]).toEqual([5, 'disk-full']);
        expect(tree(home)).toEqual(before);
      } finally {
        spawnSync('umount', [disk]);
      }
    },
  );
});
