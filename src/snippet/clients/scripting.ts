import { ODBC_INI, PHP, R, RAILS_YAML, RUBY } from '../languages.js';
import { conninfo, libpqParameters, tlsParameters } from '../parameters.js';
import {
  bareLine,
  jsonString,
  odbcBraces,
  odbcPlain,
  type Parameters,
  phpString,
  railsString,
  refuse,
  rubyString,
} from '../quoting.js';
import type { Client, Values } from '../types.js';
import { LIBPQ, LIBPQ_PROGRAM } from './shared.js';

/** Source: PHP manual, PDO_PGSQL DSN; pgsql_driver.c, pdo_pgsql_handle_factory: every `;` becomes a blank. */
const php: Client = {
  ...LIBPQ_PROGRAM,
  id: 'php',
  title: 'PHP (PDO)',
  place: 'pg_connect takes the same without pgsql: and with blanks for the semicolons',
  language: PHP,
  text: (values) => {
    const parameters = libpqParameters(values);
    const split = parameters.find(([, value]) => value.includes(';'));
    if (split !== undefined) refuse('a DSN of PDO', split[1], 'PDO puts a blank for each semicolon');
    return `<?php\n$pdo = new PDO(${phpString(`pgsql:${conninfo(parameters, ';')}`)});`;
  },
};

const ruby: Client = {
  ...LIBPQ_PROGRAM,
  id: 'ruby',
  title: 'Ruby (pg)',
  place: 'the gem pg',
  language: RUBY,
  text: (values) => `require "pg"

connection = PG.connect(
${libpqParameters(values)
  .map(([name, value]) => `  ${name}: ${name === 'port' ? value : rubyString(value)},\n`)
  .join('')})`,
};

/** Source: Rails Guides, Configuring Rails Applications, Configuring a PostgreSQL Database. */
const rails: Client = {
  ...LIBPQ_PROGRAM,
  id: 'rails',
  title: 'Rails',
  place: 'config/database.yml',
  language: RAILS_YAML,
  text: (values) => `production:
  adapter: postgresql
  host: ${railsString(values.host)}
  port: ${values.port}
  database: ${railsString(values.database)}
  username: ${railsString(values.user)}
${tlsParameters(values)
  .map(([name, value]) => `  ${name}: ${railsString(value)}`)
  .join('\n')}`,
};

/** RPostgres hands what it does not know to libpq (RPostgres, dbConnect, `...`). */
const rstudio: Client = {
  ...LIBPQ_PROGRAM,
  id: 'rstudio',
  title: 'RStudio (RPostgres)',
  place: 'the console, or a script',
  language: R,
  password:
    'from ~/.pgpass (PGPASSFILE) or PGPASSWORD; or add password = rstudioapi::askForPassword(), which asks',
  more: () => ['The same with RJDBC: take the url of pg-root-cert snippet jdbc.'],
  text: (values) => `library(DBI)

connection <- dbConnect(
  RPostgres::Postgres(),
${libpqParameters(values)
  .map(([name, value]) => `  ${name} = ${name === 'port' ? value : jsonString(value)}`)
  .join(',\n')}
)`,
};

/** Source: psqlODBC, Configuration Options (Servername, SSLmode, pqopt). */
const odbc: Client = {
  ...LIBPQ,
  id: 'odbc',
  title: 'ODBC (psqlODBC)',
  place:
    '~/.odbc.ini, then connect with DSN=NAME; the last line, without its semicolon, is the connection string',
  language: ODBC_INI,
  password: 'the application asks, or from ~/.pgpass (PGPASSFILE) or PGPASSWORD; Pwd in a connection string',
  text: (values) => {
    const where: Parameters = [
      ['Servername', values.host],
      ['Port', String(values.port)],
      ['Database', values.database],
      ['Username', values.user],
      ['SSLmode', 'verify-full'],
      ['pqopt', conninfo(libpqOptions(values))],
    ];
    const driver = values.platform === 'win32' ? 'PostgreSQL Unicode(x64)' : 'PostgreSQL Unicode';
    const lines = where.map(([name, value]) => `${name} = ${bareLine('odbc.ini', value)}`);
    const pairs = where.map(
      ([name, value]) => `${name}=${name === 'pqopt' ? odbcBraces(value) : odbcPlain(value)}`,
    );
    return [
      `[${values.name}]`,
      `Driver = ${driver}`,
      ...lines,
      `;Driver={${driver}};${pairs.join(';')}`,
    ].join('\n');
  },
};

/** What the driver has no setting of its own for. */
const libpqOptions = (values: Values): Parameters =>
  tlsParameters(values).filter(([name]) => name !== 'sslmode');

export const SCRIPTING_CLIENTS = [php, ruby, rails, rstudio, odbc];
