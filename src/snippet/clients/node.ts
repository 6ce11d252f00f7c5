import { isIP } from 'node:net';
import { JAVASCRIPT, TYPESCRIPT } from '../languages.js';
import { uri } from '../parameters.js';
import { jsonString } from '../quoting.js';
import type { Client, Values } from '../types.js';
import { NO_GSS } from './shared.js';

const NODE = {
  language: JAVASCRIPT,
  reads: {
    named: true,
    byDefault: () => null,
    words: "by itself it reads no file: Node's built-in roots count",
  },
  gss: NO_GSS,
} as const satisfies Partial<Client>;

const AS_FULL = 'With ca given it checks certificate and host name, as sslmode=verify-full does.';

/** Both drivers give Node a host name to check, but not an address: it would look for `localhost`. */
function options(values: Values, user: 'user' | 'username'): string {
  const address = isIP(values.host) === 0 ? '' : `, host: ${jsonString(values.host)}`;
  return `{
  host: ${jsonString(values.host)},
  port: ${values.port},
  database: ${jsonString(values.database)},
  ${user}: ${jsonString(values.user)},
  ssl: { ca: readFileSync(${jsonString(values.rootFile)}, "utf8")${address} },
}`;
}

/** Source: node-postgres, SSL; pg-connection-string's README (sslmode). */
const nodePostgres: Client = {
  ...NODE,
  id: 'node-postgres',
  title: 'node-postgres (pg)',
  place: 'an ES module; Pool takes the same',
  require: {
    verifies: true,
    words:
      'in a connection string verifies certificate and host name until pg 9; with uselibpqcompat=true as libpq does',
  },
  password: 'from PGPASSWORD or ~/.pgpass; or the option password, from the environment',
  more: () => [AS_FULL, 'Leave sslmode out of a connection string beside it: that would replace ssl.'],
  text: (values) => `import { readFileSync } from "node:fs";
import pg from "pg";

export const client = new pg.Client(${options(values, 'user')});
await client.connect();`,
};

/** Source: postgres.js' README, SSL; its src/connection.js, secure. */
const postgresJs: Client = {
  ...NODE,
  id: 'postgres.js',
  title: 'postgres.js',
  place: 'an ES module',
  require: {
    verifies: false,
    words: 'does not verify anything, and neither does ssl: "require"',
  },
  password: 'from PGPASSWORD, or the option password',
  more: () => [AS_FULL, 'Never write sslrootcert into its URL: it would be sent to the server as a setting.'],
  text: (values) => `import { readFileSync } from "node:fs";
import postgres from "postgres";

export const sql = postgres(${options(values, 'username')});`,
};

/**
 * Prisma 7 connects by a driver adapter, which is node-postgres; the engine before it reads a URL of its own kind, in
 * which any sslmode but disable and require means prefer (quaint, PostgresUrl). Source: Prisma, PostgreSQL, Configuring
 * an SSL connection.
 */
const prisma: Client = {
  ...NODE,
  id: 'prisma',
  title: 'Prisma',
  place: 'where PrismaClient is made, in Prisma 7, or 6 with the adapter',
  language: TYPESCRIPT,
  require: {
    verifies: false,
    words: 'does not verify anything in a URL for the older engine, unless sslaccept=strict stands there too',
  },
  password: 'from PGPASSWORD; or the option password, from the environment',
  more: (values) => [
    AS_FULL,
    'The older engine, and prisma migrate, take a URL, here without the password. There verify-full is spelled so (sslmode=verify-full would be taken for prefer):',
    `  DATABASE_URL="${uri(values, [
      ['sslmode', 'require'],
      ['sslaccept', 'strict'],
      ['sslcert', values.rootFile],
    ])}"`,
  ],
  text: (values) => `import { readFileSync } from "node:fs";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/prisma/client.js";

const adapter = new PrismaPg(${options(values, 'user')});
export const prisma = new PrismaClient({ adapter });`,
};

export const NODE_CLIENTS = [nodePostgres, postgresJs, prisma];
