import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientNamed } from '../../src/snippet/clients/index.js';
import { CLIENT_IDS, type ClientId } from '../../src/snippet/ids.js';
import { available, partsManifest } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { emptyHome, run } from '../support/run.js';
import { makeTestCa } from '../support/test-ca.js';
import { type Answer, runClient, TLS_VERSION } from './run-client.js';
import type { Runner } from './snippet-runner.js';
import { RUNNERS } from './snippet-runners.js';

/** As much of node-postgres as is used here; its types are not installed. */
interface Pg {
  readonly Client: new (
    options: object,
  ) => {
    connect(): Promise<void>;
    query(sql: string): Promise<unknown>;
    escapeIdentifier(name: string): string;
    end(): Promise<void>;
  };
}

const serves = available().servers.includes('18');
const found = RUNNERS.map((runner) => ({ runner, call: serves ? runner.find() : null }));
type Call = NonNullable<ReturnType<Runner['find']>>;

const ca = makeTestCa({ name: 'Our CA' });
const otherCa = makeTestCa({ name: 'Another CA' });
let server: PostgresServer;
let namedOtherwise: PostgresServer;

/** Of what means something in a shell, a URI, a conninfo or a language; without the semicolon, which PDO cannot pass. */
const HOSTILE = 'd\'b "x" %41 #{1+1} #$0 $HOME `id` \\t <%= 1 %> ?> {y} é&=,';
/** A `.env` file cannot hold all of that at once. */
const MILDER = HOSTILE.replace("'", '');

beforeAll(async () => {
  if (!found.some(({ call }) => call !== null)) return;
  server = await startPostgres({ tls: ca.issueServer({ names: ['localhost'] }) });
  namedOtherwise = await startPostgres({
    tls: ca.issueServer({ names: ['db.example.org'], ips: ['127.0.0.1'] }),
  });
  const { Client } = createRequire(partsManifest())('pg') as Pg;
  const admin = new Client({
    host: 'localhost',
    port: server.port,
    user: 'postgres',
    database: 'postgres',
    ssl: { ca: ca.root.pem },
  });
  await admin.connect();
  for (const name of [HOSTILE, MILDER]) {
    await admin.query(`CREATE ROLE ${admin.escapeIdentifier(name)} LOGIN`);
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
  }
  await admin.end();
});
afterAll(async () => {
  await server?.stop();
  await namedOtherwise?.stop();
});

const refused = { connected: false, error: expect.stringMatching(/certificate|host ?name|x509|altnames/i) };

interface Options {
  readonly host?: string;
  readonly port?: number;
  readonly name?: string;
  readonly root?: string;
  readonly folder?: string;
  /** What becomes of the snippet before it is run. */
  readonly edit?: (text: string) => string;
}

/** What the client makes of the snippet that the command prints for it. */
async function connect(id: ClientId, call: Call, options: Options = {}): Promise<Answer> {
  const {
    host = 'localhost',
    port = server.port,
    name = 'postgres',
    root = ca.root.pem,
    folder = 'roots',
    edit = (text: string) => text,
  } = options;
  const home = emptyHome();
  const file = path.join(home, folder, 'ca.crt');
  mkdirSync(path.dirname(file));
  writeFileSync(file, root);
  const quoted = `'${name.replace(/[\\']/g, '\\$&')}'`;
  const conninfo = `host=${host} port=${port} dbname=${quoted} user=${quoted} sslmode=require`;
  const printed = await run(home, ['snippet', id, conninfo, '--file', file]);
  expect(printed).toMatchObject({ status: 0, stderr: expect.stringContaining('weak-sslmode') });
  return runClient(call({ text: edit(printed.stdout.trimEnd()), home, query: TLS_VERSION }), home);
}

describe.each(found)('$runner.id: $runner.title', ({ runner: { id }, call }) => {
  const here = call === null ? test.skip : test;
  const why = call === null ? ', but that is not here' : '';
  const ask = (options?: Options) => connect(id, call as Call, options);

  here(
    `connects over TLS, though names and folders are full of quotes${why}`,
    async () => {
      const name = id === 'env' ? MILDER : HOSTILE;
      const answer = await ask({ name, folder: "it's mine, 100% #1 {ü}" });
      expect(answer).toEqual({ connected: true, tls: 'TLSv1.3', error: '' });
    },
    60_000,
  );

  here(
    `refuses a server of another name${why}`,
    async () => {
      expect(await ask({ port: namedOtherwise.port })).toMatchObject(refused);
    },
    60_000,
  );

  here(
    `refuses a server of another root${why}`,
    async () => {
      expect(await ask({ root: otherCa.root.pem })).toMatchObject(refused);
    },
    60_000,
  );
});

/** The snippet as it would be with `sslmode=require`, in the words of the client. */
const WEAKER: Readonly<Partial<Record<ClientId, (text: string) => string>>> = {
  'node-postgres': (text) => {
    const port = /port: (\d+)/.exec(text)?.[1];
    const file = /readFileSync\("(.*)", "utf8"\)/.exec(text)?.[1];
    const uri = `postgresql://postgres@localhost:${port}/postgres?sslmode=require&sslrootcert=${file}`;
    return text.replace(/^ {2}ssl: .*$/m, `  connectionString: ${JSON.stringify(uri)},`);
  },
  'postgres.js': (text) => text.replace(/^ {2}ssl: .*$/m, '  ssl: "require",'),
};
const weaker = (id: ClientId) => WEAKER[id] ?? ((text: string) => text.replaceAll('verify-full', 'require'));

/** Not Prisma: what it says is of the engine before, which is not in its packages. Java's own store always verifies. */
const saying = found.filter(({ runner: { id, title } }) => id !== 'prisma' && !title.includes('keystore'));

describe.each(saying)('$runner.id: $runner.title', ({ runner: { id }, call }) => {
  const verifies = clientNamed(id)?.require.verifies;
  const here = call === null ? test.skip : test;

  here(
    `with sslmode=require and another root it ${verifies ? 'refuses' : 'connects'}, as the snippet says`,
    async () => {
      const answer = await connect(id, call as Call, { root: otherCa.root.pem, edit: weaker(id) });
      expect(answer).toMatchObject(verifies ? refused : { connected: true, tls: 'TLSv1.3' });
    },
    60_000,
  );
});

/** Node is given a name to check by these drivers, but no address: left to itself it would look for `localhost`. */
describe.each(found.filter(({ runner: { id } }) => ['node-postgres', 'postgres.js', 'prisma'].includes(id)))(
  '$runner.id: an address instead of a name',
  ({ runner: { id }, call }) => {
    const here = call === null ? test.skip : test;
    const host = '127.0.0.1';

    here('connects where the certificate has it', async () => {
      const port = namedOtherwise.port;
      expect(await connect(id, call as Call, { host, port })).toMatchObject({ connected: true, error: '' });
    });

    here('refuses a certificate for localhost', async () => {
      expect(await connect(id, call as Call, { host })).toMatchObject({
        connected: false,
        error: expect.stringContaining('127.0.0.1'),
      });
    });
  },
);

test('no client is left out but those that cannot be had', () => {
  const run = new Set(RUNNERS.map(({ id }) => id));
  expect(CLIENT_IDS.filter((id) => !run.has(id))).toEqual(['power-bi', 'rstudio', 'npgsql', 'sqlx']);
});
