import type { Call } from './clients.js';
import { programPath, python } from './runtimes.js';
import { type Attempt, continued, type Runner, save } from './snippet-runner.js';

const needing = (program: string, call: (attempt: Attempt) => Call) => () =>
  programPath(program) === null ? null : call;

const PYTHON_CURSOR = `import sys
cursor = connection.cursor()
cursor.execute(sys.argv[1])
print(cursor.fetchone()[0])`;

export const LIBPQ_RUNNERS: readonly Runner[] = [
  {
    id: 'psql',
    title: 'psql, by a shell',
    find: needing('psql', ({ text, query }) => ({ argv: ['sh', '-c', `${text} -XAtc "$0"`, query] })),
  },
  {
    id: 'env',
    title: 'psql in an environment read by a shell',
    find: needing('psql', ({ text, home, query }) => {
      save(home, '.env', text);
      return { argv: ['sh', '-c', 'set -a; . ./.env; set +a; exec psql -XAtc "$0"', query] };
    }),
  },
  {
    id: 'service',
    title: 'psql with a service',
    find: needing('psql', ({ text, home, query }) => {
      const PGSERVICEFILE = save(home, 'services', text);
      const name = /^\[(.*)\]$/m.exec(text)?.[1] ?? '';
      return { argv: ['psql', '-XAtc', query, `service=${name}`], env: { PGSERVICEFILE } };
    }),
  },
  {
    id: 'pgadmin',
    title: "psycopg with pgAdmin's ConnectionParameters",
    find() {
      const found = python('psycopg');
      if (found === null) return null;
      return ({ text, home, query }) => {
        const program = `import json, sys, psycopg
server = json.load(open(sys.argv[2]))["Servers"]["1"]
connection = psycopg.connect(host=server["Host"], port=server["Port"], dbname=server["MaintenanceDB"],
    user=server["Username"], **server["ConnectionParameters"])
${PYTHON_CURSOR}`;
        const argv = [
          ...found.command(save(home, 'run.py', program)),
          query,
          save(home, 'servers.json', text),
        ];
        return { argv, env: found.env };
      };
    },
  },
  ...(['DSN', 'connection string'] as const).map(
    (kind): Runner => ({
      id: 'odbc',
      title: `psqlODBC, by its ${kind}`,
      find: needing('isql', ({ text, home, query }) => {
        const ODBCINI = save(home, '.odbc.ini', text);
        const name = /^\[(.*)\]$/m.exec(text)?.[1] ?? '';
        const source = text.split('\n').at(-1)?.slice(1) ?? '';
        const argv = kind === 'DSN' ? ['isql', '-b', '-v', name] : ['isql', '-b', '-v', '-k', source];
        return { argv, env: { ODBCINI }, stdin: `${query}\n` };
      }),
    }),
  ),
];

export const PYTHON_RUNNERS: readonly Runner[] = [
  continued('psycopg', 'psycopg', () => python('psycopg'), 'a.py', PYTHON_CURSOR),
  continued('jupyter', 'psycopg2', () => python('psycopg2'), 'c.py', PYTHON_CURSOR),
  continued(
    'sqlalchemy',
    'SQLAlchemy',
    () => python('sqlalchemy, psycopg2'),
    'd.py',
    'import sys\nwith engine.connect() as connection:\n    print(connection.exec_driver_sql(sys.argv[1]).scalar())',
  ),
  continued(
    'django',
    'Django',
    () => python('django, psycopg2'),
    'e.py',
    `import sys, django
from django.conf import settings
settings.configure(DATABASES=DATABASES)
django.setup()
from django.db import connection
${PYTHON_CURSOR}`,
  ),
  continued(
    'asyncpg',
    'asyncpg',
    () => python('asyncpg'),
    'f.py',
    `import asyncio, sys
async def ask():
    connection = await connect()
    print(await connection.fetchval(sys.argv[1]))
    await connection.close()
asyncio.run(ask())`,
  ),
];
