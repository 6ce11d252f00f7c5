import { chmodSync, chownSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { askLibpq } from '../support/libpq.js';
import { makeCertificate } from '../support/make-certs.js';
import { available } from '../support/parts.js';
import { rootCrt, run, tree } from '../support/run.js';
import {
  ca,
  type DoctorDocument,
  fixedBy,
  GOOD,
  GOOD_WITH_ROOT,
  HOST,
  intermediate,
  otherCa,
  repairBench,
  SITE,
  shows,
} from './repair-bench.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

onServers('doctor --fix against a real PostgreSQL', () => {
  const { home, serve, to, write, fix, connects, expectRefusal, reasonFor } = repairBench();

  describe('a root that a catalogue knows', () => {
    test('is installed, proved, and taken back', async () => {
      await serve(GOOD);
      const catalog = write('site.json', SITE);
      expect(await connects(to(HOST))).toBe(false);
      const mended = await fix(['--catalog', catalog, to(HOST)]);
      expect(mended.status).toBe(0);
      expect(fixedBy(mended)).toEqual(['root-crt-missing']);
      expect(readFileSync(rootCrt(home()), 'utf8')).toContain(ca.root.pem.trim());
      expect(await connects(to(HOST))).toBe(true);
      expect((await run(home(), ['undo'])).status).toBe(0);
      expect(existsSync(rootCrt(home()))).toBe(false);
      expect(await connects(to(HOST))).toBe(false);
    });

    test('stands beside what is there already, and undo gives that back byte for byte', async () => {
      await serve(GOOD);
      const present = `# ours\r\n\r\n${otherCa.root.pem}`;
      write('.postgresql/root.crt', present);
      const mended = await fix(['--catalog', write('site.json', SITE), to(HOST)]);
      expect(fixedBy(mended)).toEqual(['root-not-trusted']);
      expect(readFileSync(rootCrt(home()), 'utf8').startsWith(present)).toBe(true);
      expect(await connects(to(HOST))).toBe(true);
      await run(home(), ['undo']);
      expect(readFileSync(rootCrt(home()), 'utf8')).toBe(present);
    });

    test('replaces the lack of any root', async () => {
      await serve(GOOD);
      write('.postgresql/root.crt', intermediate.pem);
      const mended = await fix(['--catalog', write('site.json', SITE), to(HOST)]);
      expect(fixedBy(mended)).toEqual(['root-crt-no-root']);
      expect(await connects(to(HOST))).toBe(true);
    });

    test('is not taken without the catalogue that knows it', async () => {
      await serve(GOOD);
      await expectRefusal(to(HOST), []);
    });

    test('is not written a second time', async () => {
      await serve(GOOD);
      const catalog = write('site.json', SITE);
      await fix(['--catalog', catalog, to(HOST)]);
      const told = await expectRefusal(to(HOST), ['--catalog', catalog]);
      expect(told.status).toBe(0);
    });

    test('goes into the file of --file, with an undo of its own', async () => {
      await serve(GOOD);
      const catalog = write('site.json', SITE);
      const file = path.join(home(), 'own.crt');
      const mended = await fix(['--catalog', catalog, '--file', file, to(HOST)]);
      expect(mended.status).toBe(0);
      expect(existsSync(rootCrt(home()))).toBe(false);
      expect(await connects(to(HOST, `sslmode=verify-full sslrootcert=${file}`))).toBe(true);
      expect((await run(home(), ['undo', '--file', file])).status).toBe(0);
      expect(existsSync(file)).toBe(false);
    });
  });

  describe('a root that no catalogue knows', () => {
    test('only with the SHA-256 of that very root', async () => {
      await serve(GOOD_WITH_ROOT);
      await expectRefusal(to(HOST), []);
      await expectRefusal(to(HOST), ['--trust', otherCa.root.sha256]);
      await expectRefusal(to(HOST), ['--trust', intermediate.sha256]);
      expect(await reasonFor(to(HOST), [])).toContain(`--trust ${ca.root.sha256}`);
      const mended = await fix(['--trust', ca.root.sha256.toUpperCase(), to(HOST)]);
      expect(mended.status).toBe(0);
      expect(await connects(to(HOST))).toBe(true);
      await run(home(), ['undo']);
      expect(await connects(to(HOST))).toBe(false);
    });

    test('the server has to show it: a hash is no certificate', async () => {
      await serve(GOOD);
      await expectRefusal(to(HOST), ['--trust', ca.root.sha256]);
    });

    test("a server's own self-signed certificate", async () => {
      const own = makeCertificate({ subject: HOST, ca: null, keyUsage: null, san: [`DNS:${HOST}`] });
      await serve(shows(own));
      await expectRefusal(to(HOST), []);
      expect((await fix(['--trust', own.sha256, to(HOST)])).status).toBe(0);
      expect(await connects(to(HOST))).toBe(true);
    });
  });

  describe('a root.crt that libpq cannot read', () => {
    test.each([
      ['joined without a line end', ca.root.pem.trimEnd() + otherCa.root.pem],
      ['UTF-16', Buffer.from(`\ufeff${ca.root.pem}`, 'utf16le')],
      ['DER', ca.root.der],
    ])('is written anew where all can be read: %s', async (_, content) => {
      await serve(GOOD);
      write('.postgresql/root.crt', content);
      const before = readFileSync(rootCrt(home()));
      const mended = await fix([to(HOST)]);
      expect(mended.status).toBe(0);
      expect(fixedBy(mended)).toEqual(['root-crt-unparsable']);
      expect(await connects(to(HOST))).toBe(true);
      expect((await run(home(), ['undo'])).status).toBe(0);
      expect(readFileSync(rootCrt(home()))).toEqual(before);
    });

    test('gets the root that it lacks at once', async () => {
      await serve(GOOD);
      write('.postgresql/root.crt', otherCa.root.pem.trimEnd() + otherCa.root.pem);
      const mended = await fix(['--catalog', write('site.json', SITE), to(HOST)]);
      expect(mended.status).toBe(0);
      expect(readFileSync(rootCrt(home()), 'utf8')).toContain(otherCa.root.pem.trim());
      expect(await connects(to(HOST))).toBe(true);
    });

    test.each([
      [
        'a damaged block beside a good one',
        `${ca.root.pem}-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n`,
      ],
      ['a block without its end', `${ca.root.pem}${otherCa.root.pem.slice(0, 200)}`],
    ])('is left alone otherwise: %s', async (_, content) => {
      await serve(GOOD);
      write('.postgresql/root.crt', content);
      await expectRefusal(to(HOST), ['--catalog', write('site.json', SITE)]);
    });

    test('two runs at once lose nothing of each other', async () => {
      await serve(GOOD_WITH_ROOT);
      write('.postgresql/root.crt', otherCa.root.pem.trimEnd() + otherCa.root.pem);
      const targets = write('targets', `${to(HOST)}\n`.repeat(4));
      const catalog = write('site.json', SITE);
      const argv = ['--catalog', catalog, '--targets', targets, '--concurrency', '4'];
      await fix(argv);
      expect(await connects(to(HOST))).toBe(true);
      expect(readFileSync(rootCrt(home()), 'utf8').split('BEGIN CERTIFICATE')).toHaveLength(3);
    });
  });

  describe('permissions', () => {
    const mode = (name: string): number => statSync(path.join(home(), name)).mode & 0o777;

    test.each([0o644, 0o660, 0o604])('of the client key, mode %o', async (wide) => {
      await serve(GOOD);
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
      await serve(GOOD);
      write('.postgresql/root.crt', ca.root.pem, 0o666);
      chmodSync(path.join(home(), '.postgresql'), 0o777);
      const mended = await fix([to(HOST)]);
      expect(mended.status).toBe(0);
      expect(fixedBy(mended)).toContain('root-crt-permissions');
      expect([mode('.postgresql'), mode('.postgresql/root.crt')]).toEqual([0o755, 0o644]);
      expect(readFileSync(rootCrt(home()), 'utf8')).toBe(ca.root.pem);
      expect(await connects(to(HOST))).toBe(true);
    });

    test('never of a file that the target names', async () => {
      await serve(GOOD);
      const file = write('named.crt', ca.root.pem, 0o666);
      await expectRefusal(to(HOST, `sslmode=verify-full sslrootcert=${file}`), []);
    });
  });

  test('settings that libpq refuses change nothing', async () => {
    const before = tree(home());
    const told = await fix([to(HOST, 'sslmode=bogus')]);
    expect(told.status).toBe(2);
    expect(tree(home())).toEqual(before);
  });

  const asNobody = isRoot && here.libpq.includes('14') ? test : test.skip;
  asNobody('libpq 14 does not look at HOME, so neither the verdict nor the repair does', async () => {
    await serve(GOOD);
    const catalog = write('site.json', SITE);
    write('.postgresql/root.crt', ca.root.pem);
    for (const name of ['.', '.postgresql', '.postgresql/root.crt', 'site.json'])
      chownSync(path.join(home(), name), NOBODY, NOBODY);
    const before = tree(home());
    const through = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    const doctor = (argv: readonly string[]) =>
      run(home(), ['doctor', '--libpq', '14', '--catalog', catalog, ...argv, to(HOST), '--json'], {
        through,
      });
    const { findings, verdict, target } = JSON.parse((await doctor([])).stdout) as DoctorDocument;
    const libpq = await askLibpq({ conninfo: to(HOST), env: { HOME: home() }, libpq: '14', uid: NOBODY });
    expect(verdict).toMatchObject({ connects: false, libpqMessage: libpq.message });
    expect(target.sslrootcert).not.toBe(rootCrt(home()));
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['root-crt-missing', 'home-mismatch']),
    );
    const mended = JSON.parse((await doctor(['--fix'])).stdout) as DoctorDocument;
    expect(mended.error).toMatchObject({
      code: expect.stringMatching(/^(folder-missing|permission-denied)$/),
    });
    expect(tree(home())).toEqual(before);
  });
});
