import type { Help } from '../core/findings.js';
import type { ClientId } from '../snippet/ids.js';

/** Those of `snippet`'s clients that can be found. */
export type FoundId = Extract<
  ClientId,
  | 'psql'
  | 'psycopg'
  | 'asyncpg'
  | 'jdbc'
  | 'node-postgres'
  | 'postgres.js'
  | 'prisma'
  | 'pgx'
  | 'lib-pq'
  | 'sqlx'
  | 'npgsql'
  | 'php'
  | 'ruby'
  | 'odbc'
  | 'pgadmin'
  | 'dbeaver'
  | 'dbvisualizer'
>;

/** A client that is on this machine. */
export interface FoundClient {
  readonly id: FoundId;
  /** What it is called, such as `psycopg2`. */
  readonly name: string;
  /** As its files tell it; null where they do not. */
  readonly version: string | null;
  /** The program, or the folder in which it was found. Absolute. */
  readonly where: string;
}

/** How the present state serves a client that is given nothing but `sslmode=verify-full`. */
export interface ClientState extends FoundClient {
  /** The root file it reads by itself: a path, `system`, or null for none. */
  readonly reads: string | null;
  /** True where that file holds every root of the managed one. */
  readonly served: boolean;
  /** Whether `sslmode=require` verifies the server there, as things are. */
  readonly requireVerifies: boolean;
  /** What keeps it from being served; null where nothing does. */
  readonly missing: string | null;
  readonly help: readonly Help[];
}
