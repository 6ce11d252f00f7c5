import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Code } from '../../src/core/codes.js';
import { explainText } from '../../src/explain/text.js';
import { type PostgresServer, type ServerSettings, startPostgres } from '../support/postgres.js';
import { emptyHome, rootCrt, run } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';
import type { Client } from './clients.js';
import { here, install, type PresentClient, skipped } from './present.js';
import { type Answer, passwdHome, runClient, TLS_VERSION } from './run-client.js';

const ca = makeTestCa({ name: 'Our CA', withIntermediate: true });
const otherCa = makeTestCa({ name: 'Another CA' });
const tls = ca.issueServer({ names: ['localhost'] });
let server: PostgresServer;
let namedOtherwise: PostgresServer;

beforeAll(async () => {
  if (here.length === 0) return;
  server = await startPostgres({ tls });
  namedOtherwise = await startPostgres({ tls: ca.issueServer({ names: ['db.example.org'] }) });
});
afterAll(async () => {
  await server?.stop();
  await namedOtherwise?.stop();
});

/** `hasRoot`: name the user's root.crt to a client that reads no file unasked. */
async function connect(
  client: PresentClient,
  home: string,
  { port = server.port, hasRoot = true } = {},
): Promise<Answer> {
  const root = client.reads === 'named file' && hasRoot ? rootCrt(home) : null;
  const call = client.call({ host: 'localhost', port, sslmode: 'verify-full', root }, TLS_VERSION);
  return runClient(call, home, client.reads === 'passwd home' ? passwdHome(home) : []);
}

const codesOf = (text: string): Code[] => explainText(text).causes.map(({ code }) => code);
const NOT_TRUSTED: readonly Code[] = ['root-not-trusted', 'intermediate-missing'];
/** What it is where there is no root file: without one, some trust the system's roots. */
const withoutRoot = ({ id }: Client): readonly Code[] =>
  ['pgx', 'lib-pq', 'node-postgres', 'postgres.js'].includes(id) ? NOT_TRUSTED : ['root-crt-missing'];

describe('with sslmode=verify-full, refused before and connected after', () => {
  for (const title of skipped) test.skip(title, () => {});

  test.each(here.map((client) => [client.title, client] as const))(
    '%s',
    async (_title, client) => {
      const home = emptyHome();
      const refused = async (options: { port?: number; hasRoot?: boolean }): Promise<string> => {
        const { connected, error } = await connect(client, home, options);
        expect({ connected, error }).toEqual({ connected: false, error: expect.stringMatching(/./) });
        return error;
      };
      expect(withoutRoot(client)).toContain(codesOf(await refused({ hasRoot: false }))[0]);
      await install(home, otherCa);
      expect(NOT_TRUSTED).toContain(codesOf(await refused({}))[0]);

      await install(home, ca);
      expect(await connect(client, home)).toEqual({ connected: true, tls: 'TLSv1.3', error: '' });
      expect(codesOf(await refused({ port: namedOtherwise.port }))[0]).toBe('hostname-mismatch');

      await run(home, ['remove', ca.root.sha256]);
      expect(NOT_TRUSTED).toContain(codesOf(await refused({}))[0]);
    },
    60_000,
  );
});

describe('explain knows what every client says', () => {
  const past = new Date('2020-01-02T00:00:00Z');
  const expired = ca.issueServer({
    names: ['localhost'],
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: past,
  });
  const everybody = ['hostssl all all 127.0.0.1/32 trust'];
  const states: readonly [string, Partial<ServerSettings>, Code][] = [
    ['a server without TLS', { tls: null }, 'ssl-not-supported'],
    ['an expired server certificate', { tls: expired }, 'server-cert-expired'],
    ['an address that the server does not admit', { hba: ['hostssl all nobody all trust'] }, 'hba-rejected'],
    [
      'no TLS version in common',
      { settings: { ssl_min_protocol_version: 'TLSv1', ssl_max_protocol_version: 'TLSv1.1' } },
      'tls-version-mismatch',
    ],
  ];

  (here.length > 0 ? test : test.skip).each(states)(
    '%s',
    async (_title, change, code) => {
      await server.reload({ tls, hba: everybody, settings: {}, ...change });
      const home = emptyHome();
      await install(home, ca);
      for (const client of here) {
        const { connected, error } = await connect(client, home);
        const codes = codesOf(error);
        // libpq gives no reason for this one; then the right cause is one of several.
        const told = !/SSL error: certificate verify failed/.test(error);
        expect({ client: client.id, connected, error, named: told ? codes[0] : codes }).toMatchObject({
          connected: false,
          named: told ? code : expect.arrayContaining([code]),
        });
      }
    },
    120_000,
  );
});
