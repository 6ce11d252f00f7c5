import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { go, java, node, perl, php, programPath, python, type Runtime, ruby } from './runtimes.js';

/** User and database are `postgres`, without a password. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly sslmode: string;
  /** A root file to name in the settings; null: the client is left to its own default. */
  readonly root: string | null;
}

/** What starts a client that connects to the target, asks one question and prints the answer. */
export interface Call {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface Client {
  /** Its name in `snippet`, where it has one there. */
  readonly id: string;
  readonly title: string;
  /** Which root file it reads: one in a home folder by itself, or only the one that its settings name. */
  readonly reads: '$HOME' | 'passwd home' | 'named file';
  /** The call; null where the client is not on this machine. */
  find(): ((target: Target, query: string) => Call) | null;
}

const ODBC_DRIVERS = '/etc/odbcinst.ini';
const ODBC_DRIVER = 'PostgreSQL Unicode';
const PROGRAMS = new URL('./programs/', import.meta.url);
const settingsOf = ({ host, port, sslmode, root }: Target): Record<string, string> => ({
  host,
  port: String(port),
  user: 'postgres',
  dbname: 'postgres',
  sslmode,
  ...(root === null ? {} : { sslrootcert: root }),
});
const conninfo = (target: Target, separator = ' '): string =>
  Object.entries(settingsOf(target))
    .map(([name, value]) => `${name}=${value}`)
    .join(separator);
const uri = ({ host, port, sslmode, root }: Target): string => {
  const file = root === null ? '' : `&sslrootcert=${encodeURIComponent(root)}`;
  return `postgresql://postgres@${host}:${port}/postgres?sslmode=${sslmode}${file}`;
};
const jdbcUrl = ({ host, port, sslmode, root }: Target): string => {
  const file = root === null ? '' : `&sslrootcert=${encodeURIComponent(root)}`;
  return `jdbc:postgresql://${host}:${port}/postgres?user=postgres&sslmode=${sslmode}${file}`;
};

/** A client that is a program of ours in its language, which takes the target and the query. */
const programmed = (
  about: Pick<Client, 'id' | 'title' | 'reads'>,
  runtime: () => Runtime | null,
  program: string,
  args: (target: Target, query: string) => readonly string[],
): Client => ({
  ...about,
  find() {
    const found = runtime();
    if (found === null) return null;
    const file = fileURLToPath(new URL(program, PROGRAMS));
    return (target, query) => ({ argv: [...found.command(file), ...args(target, query)], env: found.env });
  },
});

const psql: Client = {
  id: 'psql',
  title: 'psql',
  reads: '$HOME',
  find() {
    const path = programPath('psql');
    if (path === null) return null;
    return (target, query) => ({ argv: [path, '-XAtc', query, conninfo(target)] });
  },
};

const odbc: Client = {
  id: 'odbc',
  title: 'psqlODBC, by isql',
  reads: '$HOME',
  find() {
    const isql = programPath('isql');
    if (isql === null || !existsSync(ODBC_DRIVERS)) return null;
    if (!readFileSync(ODBC_DRIVERS, 'utf8').includes(`[${ODBC_DRIVER}]`)) return null;
    return ({ host, port, sslmode, root }, query) => {
      const named = root === null ? '' : `;pqopt={sslrootcert=${root}}`;
      const where = `Server=${host};Port=${port};Database=postgres;Uid=postgres;SSLmode=${sslmode}${named}`;
      const source = `Driver={${ODBC_DRIVER}};${where}`;
      return { argv: [isql, '-b', '-v', '-k', source], stdin: `${query}\n` };
    };
  },
};

/** Every client of the tests, whether it is on this machine or not. */
export const CLIENTS: readonly Client[] = [
  psql,
  ...['psycopg2', 'psycopg'].map((id) =>
    programmed(
      { id, title: `${id} (Python)`, reads: '$HOME' },
      () => python(id),
      'python-dbapi.py',
      (target, query) => [id, conninfo(target), query],
    ),
  ),
  programmed(
    { id: 'asyncpg', title: 'asyncpg (Python)', reads: '$HOME' },
    () => python('asyncpg'),
    'python-asyncpg.py',
    (target, query) => [uri(target), query],
  ),
  programmed(
    { id: 'dbd-pg', title: 'DBD::Pg (Perl)', reads: '$HOME' },
    () => perl('DBD::Pg'),
    'dbd-pg.pl',
    (target, query) => [conninfo(target, ';'), query],
  ),
  programmed(
    { id: 'php', title: 'PHP', reads: '$HOME' },
    () => php('pgsql'),
    'pg.php',
    (target, query) => [conninfo(target), query],
  ),
  programmed(
    { id: 'ruby', title: 'pg (Ruby)', reads: '$HOME' },
    () => ruby('pg'),
    'pg.rb',
    (target, query) => [conninfo(target), query],
  ),
  odbc,
  programmed(
    { id: 'jdbc', title: 'pgjdbc, by its default root.crt', reads: 'passwd home' },
    java,
    'Jdbc.java',
    (target, query) => [jdbcUrl(target), query],
  ),
  programmed(
    { id: 'jdbc-sslrootcert', title: 'pgjdbc, by sslrootcert', reads: 'named file' },
    java,
    'Jdbc.java',
    (target, query) => [jdbcUrl(target), query],
  ),
  programmed(
    { id: 'pgx', title: 'pgx (Go)', reads: 'passwd home' },
    () => go('github.com/jackc/pgx/v4'),
    'pgx.go',
    (target, query) => [conninfo(target), query],
  ),
  programmed(
    { id: 'lib-pq', title: 'lib/pq (Go)', reads: 'named file' },
    () => go('github.com/lib/pq'),
    'lib-pq.go',
    (target, query) => [conninfo(target), query],
  ),
  programmed(
    { id: 'node-postgres', title: 'node-postgres', reads: 'named file' },
    () => node('pg'),
    'node-postgres.cjs',
    (target, query) => [uri(target), query],
  ),
  programmed(
    { id: 'postgres.js', title: 'postgres.js', reads: 'named file' },
    () => node('postgres'),
    'postgres-js.cjs',
    ({ root, ...target }, query) => [uri({ ...target, root: null }), query, root ?? ''],
  ),
];
