import type { Host } from '../core/host.js';
import { dockVariable } from '../locate/dock.js';
import { overrideOf } from '../locate/override.js';
import { clientNamed } from '../snippet/clients/index.js';
import { defaultFiles } from '../snippet/default-files.js';
import type { DefaultFiles } from '../snippet/types.js';
import type { FoundClient, FoundId } from './types.js';

/** The root files that clients of this user may come to. */
export interface RootFiles extends DefaultFiles {
  /** What PGSERVICE or PGSSLROOTCERT makes libpq read instead; a path or `system`. */
  readonly override: string | null;
  /** PGSSLROOTCERT alone, for clients that read no service file. */
  readonly env: string | null;
  /** What `system` is to a client that does not know the word: a file in the present folder. */
  readonly namedSystem: string;
  /** What makes a program with a window read another file: on macOS it has launchd's environment, not a shell's. */
  readonly window: string | null;
}

export async function rootFilesOf(host: Host, found: readonly FoundClient[]): Promise<RootFiles> {
  const { path, cwd } = host;
  const named = (value: string | null | undefined): string | null =>
    value ? (value === 'system' ? value : path.resolve(cwd, value)) : null;
  const override = overrideOf(host)?.value ?? null;
  const asksDock = host.platform === 'darwin' && found.some(({ id }) => id === 'pgadmin');
  return {
    ...defaultFiles(host),
    override,
    env: named(host.env.PGSSLROOTCERT),
    namedSystem: path.resolve(cwd, 'system'),
    window: asksDock ? named(await dockVariable(host, 'PGSSLROOTCERT')) : override,
  };
}

type Version = readonly [major: number, minor: number];

/** What the environment and the version change of what `snippet` knows of a client. */
interface Habit {
  /** What the environment makes it read. */
  readonly told?: (files: RootFiles) => string | null;
  /** Knows the word `system` since this version; without it, never. */
  readonly system?: Version;
  /** What it reads by default before a version. */
  readonly older?: { readonly than: Version; readonly reads: (files: RootFiles) => string | null };
  /** Its `sslmode=require` verifies only before this version. */
  readonly strictBefore?: Version;
}

const byLibpq = (files: RootFiles): string | null => files.override;
const byVariable = (files: RootFiles): string | null => files.env;
/** Which libpq a library has is not known: the present one. */
const ON_LIBPQ: Habit = { told: byLibpq, system: [0, 0] };

/** Read from each client's source. */
const HABITS: Readonly<Record<FoundId, Habit>> = {
  // libpq-rules 1: HOME counts since PostgreSQL 15.
  psql: { told: byLibpq, system: [16, 0], older: { than: [15, 0], reads: (files) => files.passwd } },
  psycopg: ON_LIBPQ,
  php: ON_LIBPQ,
  ruby: ON_LIBPQ,
  odbc: ON_LIBPQ,
  pgadmin: { ...ON_LIBPQ, told: (files) => files.window },
  jdbc: {},
  dbeaver: {},
  dbvisualizer: {},
  asyncpg: { told: byVariable },
  pgx: { told: byVariable, system: [5, 7], older: { than: [5, 0], reads: (files) => files.passwd } },
  'lib-pq': { told: byVariable, system: [1, 12], older: { than: [1, 12], reads: () => null } },
  npgsql: { told: byVariable, strictBefore: [7, 0] },
  'node-postgres': { strictBefore: [9, 0] },
  'postgres.js': {},
  prisma: {},
  sqlx: { told: byVariable },
};

/** False also where the version is not known: then it is a present one. */
function isBefore(version: string | null, [major, minor]: Version): boolean {
  const [have = Number.NaN, haveMinor = 0] = (version ?? '').split('.', 2).map(Number);
  return have < major || (have === major && haveMinor < minor);
}

/** The root file that this client reads by itself: a path, `system`, or null for none. */
export function readsOf({ id, version }: FoundClient, files: RootFiles): string | null {
  const { told, system, older } = HABITS[id];
  const named = told?.(files) ?? null;
  if (named === 'system' && (system === undefined || isBefore(version, system))) return files.namedSystem;
  if (named !== null) return named;
  if (older !== undefined && isBefore(version, older.than)) return older.reads(files);
  return clientNamed(id)?.reads.byDefault(files) ?? null;
}

/** Whether its `sslmode=require` verifies the server. `reads` is what it reads, if that is there; else null. */
export function requireVerifies({ id, version }: FoundClient, reads: string | null): boolean {
  const { strictBefore } = HABITS[id];
  if (strictBefore !== undefined) return isBefore(version, strictBefore);
  return reads !== null && (clientNamed(id)?.require.verifies ?? false);
}
