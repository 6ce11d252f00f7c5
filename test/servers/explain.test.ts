import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Code } from '../../src/core/codes.js';
import { explainText } from '../../src/explain/text.js';
import { askLibpq } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { emptyHome, rootCrt } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;

onServers('explain knows what libpq really prints', () => {
  const ca = makeTestCa({ name: 'Our CA' });
  const tls = ca.issueServer({ names: ['localhost'] });
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ tls });
  });
  afterAll(() => server.stop());

  const likeliest = (text: string): Code | undefined => explainText(text).causes[0]?.code;
  const libpqSays = async (settings: string, root: string | null): Promise<string> => {
    const home = emptyHome();
    mkdirSync(path.dirname(rootCrt(home)));
    if (root !== null) writeFileSync(rootCrt(home), root);
    const conninfo = `hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres ${settings}`;
    const { connected, message } = await askLibpq({ conninfo, env: { HOME: home } });
    expect(connected).toBe(false);
    return message;
  };

  test.each<[string, string, string | null, readonly Code[]]>([
    ['no root.crt', 'host=localhost sslmode=verify-full', null, ['root-crt-missing']],
    [
      'another root',
      'host=localhost sslmode=verify-full',
      makeTestCa({ name: 'Other' }).root.pem,
      ['root-not-trusted', 'unknown-ca'],
    ],
    ['another name', 'host=db.example.org sslmode=verify-full', ca.root.pem, ['hostname-mismatch']],
    ['a broken root.crt', 'host=localhost sslmode=require', 'garbage', ['root-crt-unparsable']],
    [
      'TLS versions apart',
      'host=localhost sslmode=require ssl_max_protocol_version=TLSv1.1 ssl_min_protocol_version=TLSv1',
      null,
      ['tls-version-mismatch'],
    ],
  ])('libpq, %s', async (_title, settings, root, codes) => {
    expect(codes).toContain(likeliest(await libpqSays(settings, root)));
  });

  test('libpq, a server without TLS, and one that refuses', async () => {
    await server.reload({ tls: null });
    expect(likeliest(await libpqSays('host=localhost sslmode=require', null))).toBe('ssl-not-supported');
    await server.reload({ tls, hba: ['hostssl all nobody 127.0.0.1/32 trust'] });
    expect(likeliest(await libpqSays('host=localhost sslmode=require', null))).toBe('hba-rejected');
    await server.reload({ tls, hba: ['hostssl all all 127.0.0.1/32 trust'] });
  });
});
