import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askLibpq } from '../support/libpq.js';
import { makeCertificate, type TestCertificate } from '../support/make-certs.js';
import { available } from '../support/parts.js';
import { type PostgresServer, type ServerTls, startPostgres } from '../support/postgres.js';
import { emptyHome, rootCrt, run, tree } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const DAY = 86_400_000;
const days = (count: number): Date => new Date(Date.now() + count * DAY);

interface DoctorDocument {
  error?: { code: string };
  target: { sslrootcert: string };
  verdict: { connects: boolean | null; libpqMessage: string | null };
  findings: { code: string; severity: string }[];
  fixed: { code: string }[];
}

const HOST = 'db.site.example.test';
const ca = makeTestCa({ name: 'Site Root', withIntermediate: true });
const otherCa = makeTestCa({ name: 'Other Root' });
const named = (issuer: TestCertificate, more: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
  makeCertificate({ subject: HOST, issuer, ca: false, san: [`DNS:${HOST}`, 'DNS:x.neon.tech'], ...more });
const shows = (leaf: TestCertificate, ...sent: readonly TestCertificate[]): ServerTls => ({
  cert: [leaf, ...sent].map(({ pem }) => pem).join(''),
  key: leaf.privateKeyPem,
});
const intermediate = ca.intermediate ?? ca.root;
const GOOD = shows(named(intermediate), intermediate);
const GOOD_WITH_ROOT = shows(named(intermediate), intermediate, ca.root);

/** A site's catalogue: each root by its id, and each provider with its roots and host patterns. */
function siteCatalog(
  roots: Readonly<Record<string, TestCertificate>>,
  providers: Readonly<Record<string, { roots: readonly string[]; hosts: readonly string[] }>>,
): string {
  return JSON.stringify({
    schemaVersion: 1,
    roots: Object.entries(roots).map(([id, { pem, sha256 }]) => ({
      id,
      name: id,
      sha256,
      pem,
      status: 'current',
    })),
    providers: Object.entries(providers).map(([id, provider]) => ({
      id,
      name: `Provider ${id}`,
      formerly: [],
      ...provider,
    })),
  });
}

const SITE = siteCatalog(
  { 'site-root': ca.root },
  { site: { roots: ['site-root'], hosts: ['*.site.example.test'] } },
);

onServers('doctor --fix against a real PostgreSQL', () => {
  let server: PostgresServer;
  let home: string;
  beforeAll(async () => {
    server = await startPostgres({ tls: GOOD });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    home = emptyHome();
    mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  });

  const to = (host: string, more = 'sslmode=verify-full') =>
    `host=${host} hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres ${more}`;
  const write = (name: string, content: string | Uint8Array, mode = 0o600): string => {
    const file = path.join(home, name);
    writeFileSync(file, content, { mode });
    chmodSync(file, mode);
    return file;
  };
  const fix = async (argv: readonly string[], env: Record<string, string> = {}) => {
    const told = await run(home, ['doctor', '--fix', '--libpq', '18', ...argv, '--json'], { env });
    return { ...told, document: JSON.parse(told.stdout) as DoctorDocument };
  };
  const connects = async (conninfo: string, env: Record<string, string> = {}) =>
    (await askLibpq({ conninfo, env: { HOME: home, ...env } })).connected;
  const fixedBy = ({ document }: { document: DoctorDocument }) => document.fixed.map(({ code }) => code);

  /** It said no: nothing below the home has changed, and libpq has not changed its mind. */
  async function expectRefusal(conninfo: string, argv: readonly string[], env: Record<string, string> = {}) {
    const before = tree(home);
    const libpq = await connects(conninfo, env);
    const told = await fix([...argv, conninfo], env);
    expect(tree(home)).toEqual(before);
    expect(fixedBy(told)).toEqual([]);
    expect(told.document.verdict.connects).toBe(libpq);
    return told;
  }

  /** The sentence that says why not. */
  const reasonFor = async (conninfo: string, argv: readonly string[]): Promise<string> =>
    (await run(home, ['doctor', '--fix', '--libpq', '18', ...argv, conninfo])).stdout.replace(/\s+/g, ' ');

  describe('a root that a catalogue knows', () => {
    test('is installed, proved, and taken back', async () => {
      await server.swapCertificate(GOOD);
      const catalog = write('site.json', SITE);
      expect(await connects(to(HOST))).toBe(false);
      const mended = await fix(['--catalog', catalog, to(HOST)]);
      expect(mended.status).toBe(0);
      expect(fixedBy(mended)).toEqual(['root-crt-missing']);
      expect(readFileSync(rootCrt(home), 'utf8')).toContain(ca.root.pem.trim());
      expect(await connects(to(HOST))).toBe(true);
      expect((await run(home, ['undo'])).status).toBe(0);
      expect(existsSync(rootCrt(home))).toBe(false);
      expect(await connects(to(HOST))).toBe(false);
    });

    test('stands beside what is there already, and undo gives that back byte for byte', async () => {
      await server.swapCertificate(GOOD);
      const present = `# ours\r\n\r\n${otherCa.root.pem}`;
      write('.postgresql/root.crt', present);
      const mended = await fix(['--catalog', write('site.json', SITE), to(HOST)]);
      expect(fixedBy(mended)).toEqual(['root-not-trusted']);
      expect(readFileSync(rootCrt(home), 'utf8').startsWith(present)).toBe(true);
      expect(await connects(to(HOST))).toBe(true);
      await run(home, ['undo']);
      expect(readFileSync(rootCrt(home), 'utf8')).toBe(present);
    });

    test('replaces the lack of any root', async () => {
      await server.swapCertificate(GOOD);
      write('.postgresql/root.crt', intermediate.pem);
      const mended = await fix(['--catalog', write('site.json', SITE), to(HOST)]);
      expect(fixedBy(mended)).toEqual(['root-crt-no-root']);
      expect(await connects(to(HOST))).toBe(true);
    });

    test('is not taken without the catalogue that knows it', async () => {
      await server.swapCertificate(GOOD);
      await expectRefusal(to(HOST), []);
    });

    test('is not written a second time', async () => {
      await server.swapCertificate(GOOD);
      const catalog = write('site.json', SITE);
      await fix(['--catalog', catalog, to(HOST)]);
      const told = await expectRefusal(to(HOST), ['--catalog', catalog]);
      expect(told.status).toBe(0);
    });

    test('goes into the file of --file, with an undo of its own', async () => {
      await server.swapCertificate(GOOD);
      const catalog = write('site.json', SITE);
      const file = path.join(home, 'own.crt');
      const mended = await fix(['--catalog', catalog, '--file', file, to(HOST)]);
      expect(mended.status).toBe(0);
      expect(existsSync(rootCrt(home))).toBe(false);
      expect(await connects(to(HOST, `sslmode=verify-full sslrootcert=${file}`))).toBe(true);
      expect((await run(home, ['undo', '--file', file])).status).toBe(0);
      expect(existsSync(file)).toBe(false);
    });
  });

  describe('what would be trust where none is due', () => {
    test.each(['verify-full', 'verify-ca', 'require'])('another host name, sslmode=%s', async (mode) => {
      await server.swapCertificate(GOOD);
      const catalog = write('site.json', SITE);
      const conninfo = to('other.site.example.test', `sslmode=${mode}`);
      write('.postgresql/root.crt', otherCa.root.pem);
      await expectRefusal(conninfo, ['--catalog', catalog]);
      expect(await reasonFor(conninfo, ['--catalog', catalog])).toContain('is for another name');
    });

    test('no host name to compare', async () => {
      await server.swapCertificate(GOOD);
      const conninfo = to("''", 'sslmode=verify-ca');
      await expectRefusal(conninfo, ['--catalog', write('site.json', SITE)]);
    });

    test("another provider's root", async () => {
      await server.swapCertificate(GOOD);
      const catalog = write(
        'site.json',
        siteCatalog(
          { 'site-root': ca.root, 'other-root': otherCa.root },
          {
            a: { roots: ['other-root'], hosts: ['*.site.example.test'] },
            b: { roots: ['site-root'], hosts: ['*.b.example.test'] },
          },
        ),
      );
      await expectRefusal(to(HOST), ['--catalog', catalog]);
      expect(await reasonFor(to(HOST), ['--catalog', catalog])).toContain(
        'Provider a does not use this root',
      );
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', ca.root.sha256]);
    });

    test("a site's catalogue that claims the hosts of a known provider", async () => {
      await server.swapCertificate(GOOD_WITH_ROOT);
      const catalog = write(
        'site.json',
        siteCatalog(
          { 'site-root': ca.root },
          { site: { roots: ['site-root'], hosts: ['x.neon.tech', '*.neon.tech'] } },
        ),
      );
      await expectRefusal(to('x.neon.tech'), ['--catalog', catalog]);
      await expectRefusal(to('x.neon.tech'), ['--catalog', catalog, '--trust', ca.root.sha256]);
      await expectRefusal(to('x.neon.tech'), ['--trust', ca.root.sha256]);
      expect(await reasonFor(to('x.neon.tech'), ['--catalog', catalog])).toContain(
        'Neon does not use this root',
      );
    });

    const stale = makeTestCa({ name: 'Stale Root' });
    const staleRoot = makeCertificate({
      subject: 'Stale Root',
      key: stale.root,
      notBefore: days(-9),
      notAfter: days(-1),
    });
    const oldIntermediate = makeCertificate({
      subject: 'Old',
      issuer: ca.root,
      ca: true,
      notBefore: days(-9),
      notAfter: days(-1),
    });
    const limited = makeCertificate({
      subject: 'Limited',
      issuer: ca.root,
      ca: true,
      keyUsage: ['digitalSignature'],
    });
    const CHAINS: readonly [string, ServerTls, TestCertificate][] = [
      [
        'an expired server certificate',
        shows(named(intermediate, { notBefore: days(-9), notAfter: days(-1) }), intermediate),
        ca.root,
      ],
      [
        'one that is not valid yet',
        shows(named(intermediate, { notBefore: days(1) }), intermediate),
        ca.root,
      ],
      ['an expired intermediate', shows(named(oldIntermediate), oldIntermediate), ca.root],
      ['an expired root', shows(named(stale.root)), staleRoot],
      ['a wrong signature', shows(named(intermediate, { signWith: otherCa.root }), intermediate), ca.root],
      [
        'a wrong signature in the name of the root',
        shows(named(ca.root, { signWith: otherCa.root })),
        ca.root,
      ],
      ['an issuer that may not sign', shows(named(limited), limited), ca.root],
      ['a missing intermediate', shows(named(intermediate)), ca.root],
    ];
    test.each(CHAINS)('%s', async (_, tls, root) => {
      await server.swapCertificate(tls);
      const site = siteCatalog({ root }, { site: { roots: ['root'], hosts: ['*.site.example.test'] } });
      const catalog = write('site.json', site);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', root.sha256]);
      write('.postgresql/root.crt', otherCa.root.pem);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', root.sha256]);
    });

    test('an impostor, whoever trusts it', async () => {
      const impostor = makeCertificate({ subject: 'Site Root' });
      await server.swapCertificate(shows(named(impostor), impostor));
      const catalog = write('site.json', SITE);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', impostor.sha256]);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', ca.root.sha256]);
      expect(await reasonFor(to(HOST), ['--catalog', catalog, '--trust', impostor.sha256])).toContain(
        'another key',
      );
    });
  });

  describe('a root that no catalogue knows', () => {
    test('only with the SHA-256 of that very root', async () => {
      await server.swapCertificate(GOOD_WITH_ROOT);
      await expectRefusal(to(HOST), []);
      await expectRefusal(to(HOST), ['--trust', otherCa.root.sha256]);
      await expectRefusal(to(HOST), ['--trust', intermediate.sha256]);
      expect(await reasonFor(to(HOST), [])).toContain(`--trust ${ca.root.sha256}`);
      const mended = await fix(['--trust', ca.root.sha256.toUpperCase(), to(HOST)]);
      expect(mended.status).toBe(0);
      expect(await connects(to(HOST))).toBe(true);
      await run(home, ['undo']);
      expect(await connects(to(HOST))).toBe(false);
    });

    test('the server has to show it: a hash is no certificate', async () => {
      await server.swapCertificate(GOOD);
      await expectRefusal(to(HOST), ['--trust', ca.root.sha256]);
    });

    test("a server's own self-signed certificate", async () => {
      const own = makeCertificate({ subject: HOST, ca: null, keyUsage: null, san: [`DNS:${HOST}`] });
      await server.swapCertificate(shows(own));
      await expectRefusal(to(HOST), []);
      expect((await fix(['--trust', own.sha256, to(HOST)])).status).toBe(0);
      expect(await connects(to(HOST))).toBe(true);
    });
  });

  describe('a file that the target names', () => {
    test.each(['missing', 'with another root', 'that can be salvaged'])('%s', async (kind) => {
      await server.swapCertificate(GOOD_WITH_ROOT);
      const catalog = write('site.json', SITE);
      const file = path.join(home, 'named.crt');
      if (kind === 'with another root') write('named.crt', otherCa.root.pem);
      if (kind === 'that can be salvaged') write('named.crt', otherCa.root.pem.trimEnd() + ca.root.pem);
      const argv = ['--catalog', catalog, '--trust', ca.root.sha256];
      await expectRefusal(to(HOST, `sslmode=verify-full sslrootcert=${file}`), argv);
      await expectRefusal(to(HOST), argv, { PGSSLROOTCERT: file });
      write('.pg_service.conf', `[ours]\nsslrootcert=${file}\n`);
      await expectRefusal(to(HOST, 'sslmode=verify-full service=ours'), argv);
    });

    test('--file is written in its stead, and keeps what it holds', async () => {
      await server.swapCertificate(GOOD);
      const third = makeTestCa({ name: 'Third Root' }).root;
      const broken = otherCa.root.pem.trimEnd() + otherCa.root.pem;
      const namedFile = write('named.crt', broken);
      const file = write('own.crt', third.pem);
      const conninfo = to(HOST, `sslmode=verify-full sslrootcert=${namedFile}`);
      await fix(['--catalog', write('site.json', SITE), '--file', file, conninfo]);
      expect(readFileSync(namedFile, 'utf8')).toBe(broken);
      expect(readFileSync(file, 'utf8').startsWith(third.pem)).toBe(true);
      expect(existsSync(rootCrt(home))).toBe(false);
    });
  });

  describe('a root.crt that libpq cannot read', () => {
    test.each([
      ['joined without a line end', ca.root.pem.trimEnd() + otherCa.root.pem],
      ['UTF-16', Buffer.from(`\ufeff${ca.root.pem}`, 'utf16le')],
      ['DER', ca.root.der],
    ])('is written anew where all can be read: %s', async (_, content) => {
      await server.swapCertificate(GOOD);
      write('.postgresql/root.crt', content);
      const before = readFileSync(rootCrt(home));
      const mended = await fix([to(HOST)]);
      expect(mended.status).toBe(0);
      expect(fixedBy(mended)).toEqual(['root-crt-unparsable']);
      expect(await connects(to(HOST))).toBe(true);
      expect((await run(home, ['undo'])).status).toBe(0);
      expect(readFileSync(rootCrt(home))).toEqual(before);
    });

    test('gets the root that it lacks at once', async () => {
      await server.swapCertificate(GOOD);
      write('.postgresql/root.crt', otherCa.root.pem.trimEnd() + otherCa.root.pem);
      const mended = await fix(['--catalog', write('site.json', SITE), to(HOST)]);
      expect(mended.status).toBe(0);
      expect(readFileSync(rootCrt(home), 'utf8')).toContain(otherCa.root.pem.trim());
      expect(await connects(to(HOST))).toBe(true);
    });

    test.each([
      [
        'a damaged block beside a good one',
        `${ca.root.pem}-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n`,
      ],
      ['a block without its end', `${ca.root.pem}${otherCa.root.pem.slice(0, 200)}`],
    ])('is left alone otherwise: %s', async (_, content) => {
      await server.swapCertificate(GOOD);
      write('.postgresql/root.crt', content);
      await expectRefusal(to(HOST), ['--catalog', write('site.json', SITE)]);
    });

    test('two runs at once lose nothing of each other', async () => {
      await server.swapCertificate(GOOD_WITH_ROOT);
      write('.postgresql/root.crt', otherCa.root.pem.trimEnd() + otherCa.root.pem);
      const targets = write('targets', `${to(HOST)}\n`.repeat(4));
      const catalog = write('site.json', SITE);
      const argv = ['--catalog', catalog, '--targets', targets, '--concurrency', '4'];
      await fix(argv);
      expect(await connects(to(HOST))).toBe(true);
      expect(readFileSync(rootCrt(home), 'utf8').split('BEGIN CERTIFICATE')).toHaveLength(3);
    });
  });

  describe('permissions', () => {
    const mode = (name: string): number => statSync(path.join(home, name)).mode & 0o777;

    test.each([0o644, 0o660, 0o604])('of the client key, mode %o', async (wide) => {
      await server.swapCertificate(GOOD);
      write('.postgresql/root.crt', ca.root.pem);
      const client = ca.issueClient('postgres');
      write('.postgresql/postgresql.crt', client.cert);
      write('.postgresql/postgresql.key', client.key, wide);
      expect(await connects(to(HOST))).toBe(false);
      const mended = await fix([to(HOST)]);
      expect(mended.status).toBe(0);
      expect(fixedBy(mended)).toEqual(['client-key-permissions']);
      expect(mode('.postgresql/postgresql.key')).toBe(0o600);
      expect(await connects(to(HOST))).toBe(true);
    });

    test('of root.crt and of its folder', async () => {
      await server.swapCertificate(GOOD);
      write('.postgresql/root.crt', ca.root.pem, 0o666);
      chmodSync(path.join(home, '.postgresql'), 0o777);
      const mended = await fix([to(HOST)]);
      expect(mended.status).toBe(0);
      expect(fixedBy(mended)).toContain('root-crt-permissions');
      expect([mode('.postgresql'), mode('.postgresql/root.crt')]).toEqual([0o755, 0o644]);
      expect(readFileSync(rootCrt(home), 'utf8')).toBe(ca.root.pem);
      expect(await connects(to(HOST))).toBe(true);
    });

    test('never of a file that the target names', async () => {
      await server.swapCertificate(GOOD);
      const file = write('named.crt', ca.root.pem, 0o666);
      await expectRefusal(to(HOST, `sslmode=verify-full sslrootcert=${file}`), []);
    });
  });

  test('settings that libpq refuses change nothing', async () => {
    const before = tree(home);
    const told = await fix([to(HOST, 'sslmode=bogus')]);
    expect(told.status).toBe(2);
    expect(tree(home)).toEqual(before);
  });

  const asNobody = isRoot && here.libpq.includes('14') ? test : test.skip;
  asNobody('libpq 14 does not look at HOME, so neither the verdict nor the repair does', async () => {
    await server.swapCertificate(GOOD);
    const catalog = write('site.json', SITE);
    write('.postgresql/root.crt', ca.root.pem);
    for (const name of ['.', '.postgresql', '.postgresql/root.crt', 'site.json'])
      chownSync(path.join(home, name), NOBODY, NOBODY);
    const before = tree(home);
    const through = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    const doctor = (argv: readonly string[]) =>
      run(home, ['doctor', '--libpq', '14', '--catalog', catalog, ...argv, to(HOST), '--json'], { through });
    const { findings, verdict, target } = JSON.parse((await doctor([])).stdout) as DoctorDocument;
    const libpq = await askLibpq({ conninfo: to(HOST), env: { HOME: home }, libpq: '14', uid: NOBODY });
    expect(verdict).toMatchObject({ connects: false, libpqMessage: libpq.message });
    expect(target.sslrootcert).not.toBe(rootCrt(home));
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['root-crt-missing', 'home-mismatch']),
    );
    const mended = JSON.parse((await doctor(['--fix'])).stdout) as DoctorDocument;
    expect(mended.error).toMatchObject({
      code: expect.stringMatching(/^(folder-missing|permission-denied)$/),
    });
    expect(tree(home)).toEqual(before);
  });
});
