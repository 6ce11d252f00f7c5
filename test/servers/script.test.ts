import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBusybox, makeMachine, runInstaller } from '../support/installer.js';
import { askLibpq } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { emptyHome, run } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';

const here = available();
const onServers = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;
const machines = [makeMachine('dash', { openssl: true }), makeBusybox()].flatMap((each) => each ?? []);

onServers('the installer without Node, with libpq as the judge', () => {
  const ca = makeTestCa({ name: 'Our CA' });
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ tls: ca.issueServer({ names: ['localhost'] }) });
  });
  afterAll(() => server.stop());

  test.each(machines)('$name: libpq refuses, then connects', async (machine) => {
    const home = emptyHome();
    const { pem, sha256 } = ca.root;
    const roots = [{ id: 'our-ca', name: 'Our CA', sha256, pem, status: 'current' }];
    writeFileSync(path.join(home, 'site.json'), JSON.stringify({ schemaVersion: 1, roots, providers: [] }));
    const script = path.join(home, 'install.sh');
    const made = await run(home, ['script', 'our-ca', 'supabase', '--catalog', 'site.json']);
    writeFileSync(script, made.stdout);

    const connect = () =>
      askLibpq({
        conninfo: `host=localhost hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres sslmode=verify-full`,
        env: { HOME: home },
      });
    expect((await connect()).connected).toBe(false);
    expect((await runInstaller(machine, script, home)).status).toBe(0);
    expect(await connect()).toMatchObject({ connected: true, sslInUse: true });
  });
});
