import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ClientState } from '../../src/clients/types.js';
import { partsManifest } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { emptyHome, rootCrt, run } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';
import { here, install, movesHome } from './present.js';
import { passwdHome, runClient, TLS_VERSION } from './run-client.js';

/** Those that no file of the project names, or that are another way to use one of the others. */
const NOT_IN_STATUS = ['dbd-pg', 'jdbc-sslrootcert'];
const clients = here.filter(({ id }) => !NOT_IN_STATUS.includes(id));
const onThisMachine = movesHome && clients.length > 0 ? describe : describe.skip;

onThisMachine('status says of each client what that client does', () => {
  const ca = makeTestCa({ name: 'Our CA' });
  const otherCa = makeTestCa({ name: 'Another CA' });
  const home = emptyHome();
  const other = emptyHome();
  const project = emptyHome();
  let server: PostgresServer;
  let through: readonly string[];

  beforeAll(async () => {
    server = await startPostgres({ tls: ca.issueServer({ names: ['localhost'] }) });
    through = passwdHome(other);
    symlinkSync(path.join(partsManifest(), '..', 'node_modules'), path.join(project, 'node_modules'));
    writeFileSync(
      path.join(project, 'go.mod'),
      'github.com/jackc/pgx/v4 v4.15.0\ngithub.com/lib/pq v1.10.7\n',
    );
    writeFileSync(path.join(project, 'Gemfile.lock'), 'GEM\n  specs:\n    pg (1.4.5)\n');
  });
  afterAll(() => server.stop());

  async function told(): Promise<ReadonlyMap<string, ClientState>> {
    const { stdout } = await run(home, ['status', '--json'], { cwd: project, through });
    const document: { clients: ClientState[] } = JSON.parse(stdout);
    return new Map(
      document.clients.map((client) => [client.id === 'psycopg' ? client.name : client.id, client]),
    );
  }

  /** Which of them connect with this sslmode and nothing else set. */
  async function connecting(sslmode: string): Promise<Record<string, boolean>> {
    const entries: [string, boolean][] = [];
    for (const { id, call } of clients) {
      const target = { host: 'localhost', port: server.port, sslmode, root: null };
      const { connected } = await runClient(call(target, TLS_VERSION), home, through);
      entries.push([id, connected]);
    }
    return Object.fromEntries(entries);
  }

  const of = async (what: (client: ClientState | undefined) => unknown): Promise<Record<string, unknown>> => {
    const states = await told();
    return Object.fromEntries(clients.map(({ id }) => [id, what(states.get(id))]));
  };
  const passwdReaders = clients.filter(({ reads }) => reads === 'passwd home').map(({ id }) => id);
  const homeReaders = clients.filter(({ reads }) => reads === '$HOME').map(({ id }) => id);

  test('nothing installed: none is served, and none connects', async () => {
    expect(await of((client) => client?.served)).toEqual(await connecting('verify-full'));
    expect(await of((client) => client?.requireVerifies === false)).toEqual(await connecting('require'));
  }, 60_000);

  test('installed in HOME: served are those that read it; the command that is named serves the rest', async () => {
    await install(home, ca);
    const connected = await connecting('verify-full');
    expect(await of((client) => client?.served)).toEqual(connected);
    expect(Object.keys(connected).filter((id) => connected[id])).toEqual(homeReaders);

    const commands = [...(await told()).values()].flatMap(({ help }) =>
      help.flatMap((each) => each.commands),
    );
    const [command] = commands.filter(([, name]) => name === 'install');
    const { status } = await run(home, command?.slice(1) ?? [], { through });
    expect(status).toBe(0);
    const now = await connecting('verify-full');
    expect(await of((client) => client?.served)).toEqual(now);
    expect(Object.keys(now).filter((id) => now[id])).toEqual(
      clients.map(({ id }) => id).filter((id) => [...homeReaders, ...passwdReaders].includes(id)),
    );
  }, 60_000);

  test('another root there: whom sslmode=require keeps from connecting, status says that it verifies', async () => {
    for (const folder of [home, other]) {
      mkdirSync(path.dirname(rootCrt(folder)), { recursive: true });
      writeFileSync(rootCrt(folder), otherCa.root.pem);
    }
    expect(await of((client) => client?.requireVerifies === false)).toEqual(await connecting('require'));
  }, 60_000);
});
