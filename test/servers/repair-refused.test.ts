import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeCertificate, type TestCertificate } from '../support/make-certs.js';
import { available } from '../support/parts.js';
import type { ServerTls } from '../support/postgres.js';
import { rootCrt } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';
import {
  ca,
  days,
  GOOD,
  GOOD_WITH_ROOT,
  HOST,
  intermediate,
  named,
  otherCa,
  repairBench,
  SITE,
  shows,
  siteCatalog,
} from './repair-bench.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;

onServers('doctor --fix says no', () => {
  const { home, serve, to, write, fix, expectRefusal, reasonFor } = repairBench();

  describe('what would be trust where none is due', () => {
    test.each(['verify-full', 'verify-ca', 'require'])('another host name, sslmode=%s', async (mode) => {
      await serve(GOOD);
      const catalog = write('site.json', SITE);
      const conninfo = to('other.site.example.test', `sslmode=${mode}`);
      write('.postgresql/root.crt', otherCa.root.pem);
      await expectRefusal(conninfo, ['--catalog', catalog]);
      expect(await reasonFor(conninfo, ['--catalog', catalog])).toContain('is for another name');
    });

    test('no host name to compare', async () => {
      await serve(GOOD);
      const conninfo = to("''", 'sslmode=verify-ca');
      await expectRefusal(conninfo, ['--catalog', write('site.json', SITE)]);
    });

    test("another provider's root", async () => {
      await serve(GOOD);
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
      await serve(GOOD_WITH_ROOT);
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
      await serve(tls);
      const site = siteCatalog({ root }, { site: { roots: ['root'], hosts: ['*.site.example.test'] } });
      const catalog = write('site.json', site);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', root.sha256]);
      write('.postgresql/root.crt', otherCa.root.pem);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', root.sha256]);
    });

    test('an impostor, whoever trusts it', async () => {
      const impostor = makeCertificate({ subject: 'Site Root' });
      await serve(shows(named(impostor), impostor));
      const catalog = write('site.json', SITE);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', impostor.sha256]);
      await expectRefusal(to(HOST), ['--catalog', catalog, '--trust', ca.root.sha256]);
      expect(await reasonFor(to(HOST), ['--catalog', catalog, '--trust', impostor.sha256])).toContain(
        'another key',
      );
    });
  });

  describe('a file that the target names', () => {
    test.each(['missing', 'with another root', 'that can be salvaged'])('%s', async (kind) => {
      await serve(GOOD_WITH_ROOT);
      const catalog = write('site.json', SITE);
      const file = path.join(home(), 'named.crt');
      if (kind === 'with another root') write('named.crt', otherCa.root.pem);
      if (kind === 'that can be salvaged') write('named.crt', otherCa.root.pem.trimEnd() + ca.root.pem);
      const argv = ['--catalog', catalog, '--trust', ca.root.sha256];
      await expectRefusal(to(HOST, `sslmode=verify-full sslrootcert=${file}`), argv);
      await expectRefusal(to(HOST), argv, { PGSSLROOTCERT: file });
      write('.pg_service.conf', `[ours]\nsslrootcert=${file}\n`);
      await expectRefusal(to(HOST, 'sslmode=verify-full service=ours'), argv);
    });

    test('--file is written in its stead, and keeps what it holds', async () => {
      await serve(GOOD);
      const third = makeTestCa({ name: 'Third Root' }).root;
      const broken = otherCa.root.pem.trimEnd() + otherCa.root.pem;
      const namedFile = write('named.crt', broken);
      const file = write('own.crt', third.pem);
      const conninfo = to(HOST, `sslmode=verify-full sslrootcert=${namedFile}`);
      await fix(['--catalog', write('site.json', SITE), '--file', file, conninfo]);
      expect(readFileSync(namedFile, 'utf8')).toBe(broken);
      expect(readFileSync(file, 'utf8').startsWith(third.pem)).toBe(true);
      expect(existsSync(rootCrt(home()))).toBe(false);
    });
  });
});
