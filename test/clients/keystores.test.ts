import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explainText } from '../../src/explain/text.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { emptyHome, run } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';
import { install } from './present.js';
import { type Answer, runClient, TLS_VERSION } from './run-client.js';
import { java } from './runtimes.js';

const PROGRAM = fileURLToPath(new URL('./programs/Jdbc.java', import.meta.url));
const PASSWORD = 'correct horse';
const canRun = java() !== null && available().servers.includes('18');

(canRun ? describe : describe.skip)('pgjdbc by a keystore, with sslmode=verify-full', () => {
  const ca = makeTestCa({ name: 'Our CA', withIntermediate: true });
  const otherCa = makeTestCa({ name: 'Another CA' });
  let server: PostgresServer;
  let namedOtherwise: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ tls: ca.issueServer({ names: ['localhost'] }) });
    namedOtherwise = await startPostgres({ tls: ca.issueServer({ names: ['db.example.org'] }) });
  });
  afterAll(async () => {
    await server.stop();
    await namedOtherwise.stop();
  });

  /** With Java's own store where none is named. */
  function connect(home: string, store: string | null, { port } = server): Promise<Answer> {
    const named = { trustStore: store, trustStorePassword: PASSWORD };
    const options = store === null ? {} : named;
    const runtime = java(Object.entries(options).map(([name, value]) => `-Djavax.net.ssl.${name}=${value}`));
    const factory = 'sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory';
    const url = `jdbc:postgresql://localhost:${port}/postgres?user=postgres&sslmode=verify-full&${factory}`;
    return runClient({ argv: [...(runtime?.command(PROGRAM) ?? []), url, TLS_VERSION] }, home);
  }

  const likeliest = ({ connected, error }: Answer) => {
    expect(connected).toBe(false);
    return explainText(error).causes[0]?.code;
  };

  test.each(['pkcs12', 'jks'])(
    '%s: refused before, connected after; undo, and it is refused again',
    async (format) => {
      const home = emptyHome();
      const store = path.join(home, 'store');
      writeFileSync(path.join(home, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
      const exportTo = async (): Promise<void> => {
        const argv = ['export', '--format', format, '--out', store, '--password-file', 'password'];
        const { status, stderr } = await run(home, argv);
        expect({ status, stderr }).toMatchObject({ status: 0 });
      };

      expect(likeliest(await connect(home, null))).toBe('root-not-trusted');
      await install(home, otherCa);
      await exportTo();
      expect(likeliest(await connect(home, store))).toBe('root-not-trusted');

      await install(home, ca);
      await exportTo();
      expect(await connect(home, store)).toEqual({ connected: true, tls: 'TLSv1.3', error: '' });
      expect(likeliest(await connect(home, store, namedOtherwise))).toBe('hostname-mismatch');

      expect((await run(home, ['undo', '--file', store])).status).toBe(0);
      expect(likeliest(await connect(home, store))).toBe('root-not-trusted');
    },
    60_000,
  );
});
