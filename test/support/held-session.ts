import { createRequire } from 'node:module';
import type { ConnectionOptions } from 'node:tls';

interface PgClient {
  connect(): Promise<void>;
  query(sql: string): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): void;
}

const { Client } = createRequire(import.meta.url)('pg') as { Client: new (config: object) => PgClient };

export interface HeldOptions {
  readonly port: number;
  /** An address, or the folder of a Unix socket. Default: 127.0.0.1. */
  readonly host?: string;
  readonly user?: string;
  readonly password?: string;
  readonly application?: string;
  /** Default: plain text. The certificate is not checked. */
  readonly tls?: ConnectionOptions;
  readonly replication?: 'database' | 'true';
}

/** A session of node-postgres' that stays until it is ended. */
export async function holdSession(options: HeldOptions): Promise<PgClient> {
  const { port, host = '127.0.0.1', user = 'postgres', password, application, tls, replication } = options;
  const client = new Client({
    port,
    host,
    user,
    password,
    database: 'postgres',
    application_name: application,
    replication,
    ssl: tls === undefined ? false : { ...tls, rejectUnauthorized: false },
  });
  // The server ends before the session does, at the end of some tests.
  client.on('error', () => {});
  await client.connect();
  return client;
}
