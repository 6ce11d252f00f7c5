import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { askLibpq, askOpenSsl } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { CERTS, codesOf, emptyHome, rootCrt, run } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;
const onOpenSsl = here.openSsl.includes('1.1.1') && here.openSsl.includes('3') ? describe : describe.skip;

onServers('the main job against a real PostgreSQL, with libpq as the judge', () => {
  const ca = makeTestCa({ name: 'Our CA' });
  const otherCa = makeTestCa({ name: 'Another CA' });
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres({ tls: ca.issueServer({ names: ['localhost'] }) });
  });
  afterAll(() => server.stop());

  const connect = (home: string, sslmode: string, env: Record<string, string> = {}) =>
    askLibpq({
      conninfo: `host=localhost hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres sslmode=${sslmode}`,
      env: { HOME: home, ...env },
    });
  const homeWithFile = (): string => {
    const home = emptyHome();
    writeFileSync(path.join(home, 'ca.pem'), ca.root.pem);
    return home;
  };

  test('libpq refuses; the CA is installed by its SHA-256; libpq connects; undo, and it refuses again', async () => {
    const home = homeWithFile();
    const before = await connect(home, 'verify-full');
    expect(before.connected).toBe(false);
    expect(before.message).toContain(`root certificate file "${rootCrt(home)}" does not exist`);

    const installed = await run(home, ['install', 'ca.pem', '--sha256', ca.root.sha256]);
    expect(installed.status).toBe(0);
    expect(await connect(home, 'verify-full')).toMatchObject({ connected: true, sslInUse: true });

    await run(home, ['undo']);
    expect((await connect(home, 'verify-full')).connected).toBe(false);
  });

  test('beside what was there: both CAs serve', async () => {
    const home = homeWithFile();
    mkdirSync(path.dirname(rootCrt(home)));
    writeFileSync(rootCrt(home), `\ufeff# theirs\r\n${otherCa.root.pem.replaceAll('\n', '\r\n').trimEnd()}`);
    expect((await connect(home, 'verify-full')).message).toContain('certificate verify failed');
    await run(home, ['install', 'ca.pem', '--sha256', ca.root.sha256]);
    expect((await connect(home, 'verify-full')).connected).toBe(true);
    await server.swapCertificate(otherCa.issueServer({ names: ['localhost'] }));
    expect((await connect(home, 'verify-full')).connected).toBe(true);
    await server.swapCertificate(ca.issueServer({ names: ['localhost'] }));
  });

  test('what prefer-may-fall-back and require-now-verifies say is what libpq does', async () => {
    const home = emptyHome();
    expect(await connect(home, 'prefer')).toMatchObject({ connected: true, sslInUse: true });
    expect(await connect(home, 'require')).toMatchObject({ connected: true, sslInUse: true });
    const installed = await run(home, ['--offline', '--json']);
    expect(codesOf(installed.json())).toEqual(
      expect.arrayContaining(['prefer-may-fall-back', 'require-now-verifies']),
    );
    expect((await connect(home, 'require')).message).toContain('certificate verify failed');
    await server.reload({ hba: ['host all all 127.0.0.1/32 trust'] });
    expect(await connect(home, 'prefer')).toMatchObject({ connected: true, sslInUse: false });
  });

  test('the way out: a file of its own, named by a service', async () => {
    const home = homeWithFile();
    const file = path.join(home, 'our.crt');
    await run(home, ['install', 'ca.pem', '--sha256', ca.root.sha256, '--file', file]);
    writeFileSync(
      path.join(home, '.pg_service.conf'),
      `[ours]\nhost=localhost\nsslmode=verify-full\nsslrootcert=${file}\n`,
    );
    const conninfo = `service=ours hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres`;
    expect((await askLibpq({ conninfo, env: { HOME: home } })).connected).toBe(true);
    expect(await connect(home, 'require')).toMatchObject({ connected: true });
    const status = await run(home, ['status', '--json'], { env: { PGSERVICE: 'ours' } });
    expect(codesOf(status.json())).toContain('service-overrides-root-crt');
  });

  test('with the last root removed, require verifies no longer', async () => {
    const home = homeWithFile();
    await run(home, ['install', 'gts-root-r1', '--offline']);
    expect((await connect(home, 'require')).connected).toBe(false);
    const removed = await run(home, ['remove', 'gts-root-r1', '--json']);
    expect(codesOf(removed.json())).toContain('require-no-longer-verifies');
    expect((await connect(home, 'require')).connected).toBe(true);
  });

  test('status and libpq agree on files that libpq cannot read', async () => {
    const pem = readFileSync(path.join(CERTS, 'gts-root-r1.pem'), 'utf8');
    for (const content of [
      '',
      'x',
      `${pem}-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n`,
      pem.trimEnd() + pem,
    ]) {
      const home = emptyHome();
      mkdirSync(path.dirname(rootCrt(home)));
      writeFileSync(rootCrt(home), content);
      const { message } = await connect(home, 'require');
      const said = /could not read root certificate file "[^"]*": (.*)/.exec(message)?.[1];
      const status = await run(home, ['status', '--json']);
      const finding = status.json().findings.find(({ code }) => code === 'root-crt-unparsable');
      expect({ content, message: finding?.message }).toEqual({
        content,
        message: expect.stringContaining(`: ${said}`),
      });
    }
  });
});

onOpenSsl('what a merge writes, both OpenSSL 1.1.1 and 3 read whole', () => {
  const pems = ['isrg-root-x1', 'gts-root-r1', 'supabase-root-2021'].map((id) =>
    readFileSync(path.join(CERTS, `${id}.pem`), 'latin1'),
  );
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const piece = fc.oneof(
    fc.constantFrom(...pems),
    fc.string({ maxLength: 300 }).map((text) => `# ${text.replaceAll(/[\r\n]/g, ' ')}\n`),
    fc.constant('\n'),
  );
  const file = fc
    .tuple(fc.array(piece, { maxLength: 5 }), lineEnd, fc.boolean(), fc.boolean())
    .map(([pieces, end, bom, lastNewline]) => {
      const text = pieces.join('').replaceAll('\n', end);
      return Buffer.from(`${bom ? '\xef\xbb\xbf' : ''}${lastNewline ? text : text.trimEnd()}`, 'latin1');
    });

  test('for 600 files of certificates, comments and line ends', async () => {
    const { mergeBundle } = await import('../../src/x509/merge.js');
    const { parseCertificate } = await import('../../src/x509/certificate.js');
    const { readBundle } = await import('../../src/x509/bundle.js');
    const [added] = readBundle(readFileSync(path.join(CERTS, 'digicert-global-root-g2.pem'))).certificates;
    const root = added === undefined ? null : parseCertificate(added.der);
    if (root === null) throw new Error('the root cannot be read');
    const results = fc.sample(file, 600).map((bytes) => {
      const merged = mergeBundle(bytes, [root]);
      if ('refused' in merged)
        throw new Error(`refused: ${JSON.stringify(merged.refused)} ${bytes.toString('latin1')}`);
      return merged.bytes;
    });
    for (const library of ['1.1.1', '3'] as const) {
      expect((await askOpenSsl(library, results)).filter(({ loads }) => !loads)).toEqual([]);
    }
  });
});
