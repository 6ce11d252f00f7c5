import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientId } from '../../src/snippet/ids.js';
import { GO_ENV, go, node, php, ruby } from './runtimes.js';
import { JAVA_RUNNERS } from './snippet-java.js';
import { LIBPQ_RUNNERS, PYTHON_RUNNERS } from './snippet-libpq.js';
import { continued, type Runner, save } from './snippet-runner.js';

/** ES modules look for packages in node_modules only. */
const esm = (id: ClientId, title: string, name: string, tail: string): Runner => ({
  id,
  title,
  find() {
    const call = continued(id, title, () => node(name), 'run.mjs', tail).find();
    return (
      call &&
      ((attempt) => {
        const made = call(attempt);
        symlinkSync(made.env?.NODE_PATH ?? '', join(attempt.home, 'node_modules'));
        return made;
      })
    );
  },
});

const prisma = esm(
  'prisma',
  "Prisma's adapter for pg",
  '@prisma/adapter-pg',
  `const connection = await prisma.adapter.connect();
const { rows } = await connection.queryRaw({ sql: process.argv[2], args: [], argTypes: [] });
console.log(rows[0][0]);
await connection.dispose();`,
);

const NODE: readonly Runner[] = [
  esm(
    'node-postgres',
    'node-postgres',
    'pg',
    `const { rows } = await client.query({ text: process.argv[2], rowMode: "array" });
console.log(rows[0][0]);
await client.end();`,
  ),
  esm(
    'postgres.js',
    'postgres.js',
    'postgres',
    'const [[answer]] = await sql.unsafe(process.argv[2]).values();\nconsole.log(answer);\nawait sql.end();',
  ),
  {
    ...prisma,
    find() {
      const call = prisma.find();
      return (
        call &&
        ((attempt) => {
          const generated = join(attempt.home, 'generated', 'prisma');
          mkdirSync(generated, { recursive: true });
          save(generated, 'package.json', '{ "type": "module" }');
          save(
            generated,
            'client.js',
            'export class PrismaClient { constructor(options) { Object.assign(this, options); } }',
          );
          return call(attempt);
        })
      );
    },
  },
];

/** The snippet's file with a `main` that asks, run without leaving a program behind. */
const goRunner = (id: ClientId, title: string, library: string, opened: string, ask: string): Runner => ({
  id,
  title,
  find() {
    if (go(library) === null) return null;
    return ({ text, home, query }) => {
      const here = text.replace('pgx/v5', 'pgx/v4');
      const program = here.replace('package main', 'package main\n\nimport "fmt"\nimport "os"');
      const tail = `func main() {
	connection, err := ${opened}
	if err != nil { panic(err) }
	var answer string
	if err := connection.${ask}.Scan(&answer); err != nil { panic(err) }
	fmt.Println(answer)
}`;
      return { argv: ['go', 'run', save(home, 'main.go', `${program}\n${tail}`), query], env: GO_ENV };
    };
  },
});

const OTHERS: readonly Runner[] = [
  goRunner(
    'pgx',
    'pgx 4',
    'github.com/jackc/pgx/v4',
    'connect(context.Background())',
    'QueryRow(context.Background(), os.Args[1])',
  ),
  goRunner('lib-pq', 'lib/pq', 'github.com/lib/pq', 'connect()', 'QueryRow(os.Args[1])'),
  continued(
    'php',
    'PDO',
    () => php('pdo_pgsql'),
    'a.php',
    'echo $pdo->query($argv[1])->fetchColumn(), "\\n";',
  ),
  continued('ruby', 'pg', () => ruby('pg'), 'a.rb', 'puts connection.exec(ARGV[0]).getvalue(0, 0)'),
  {
    id: 'rails',
    title: 'Active Record, by database.yml',
    find() {
      const found = ruby('active_record');
      if (found === null) return null;
      return ({ text, home, query }) => {
        const program = `require "active_record"
require "erb"
require "yaml"
configuration = YAML.load(ERB.new(File.read(ARGV[1], encoding: "UTF-8")).result)
ActiveRecord::Base.establish_connection(configuration["production"])
puts ActiveRecord::Base.connection.select_value(ARGV[0])`;
        const argv = [
          ...found.command(save(home, 'run.rb', program)),
          query,
          save(home, 'database.yml', text),
        ];
        return { argv, env: { LC_ALL: 'C.UTF-8' } };
      };
    },
  },
];

/** Every client that a snippet can be run with, whether it is on this machine or not. */
export const RUNNERS: readonly Runner[] = [
  ...LIBPQ_RUNNERS,
  ...JAVA_RUNNERS,
  ...PYTHON_RUNNERS,
  ...NODE,
  ...OTHERS,
];
