import { DOTENV, JSON_FILE, SERVICE_FILE, SHELL } from '../languages.js';
import { conninfo, libpqParameters, tlsParameters, uri } from '../parameters.js';
import {
  bareLine,
  dotenvValue,
  jsonString,
  type Parameters,
  powerShellWord,
  refuse,
  shellWord,
} from '../quoting.js';
import type { Client, Values } from '../types.js';
import { LIBPQ } from './shared.js';

const psql: Client = {
  ...LIBPQ,
  id: 'psql',
  title: 'psql',
  place: 'type it; on Windows into PowerShell',
  language: SHELL,
  text: (values) => `psql ${values.platform === 'win32' ? onWindows(values) : shellWord(keywords(values))}`,
};

const keywords = (values: Values): string => conninfo(libpqParameters(values));

/** Windows PowerShell loses a `"` on the way to a program; a URI has none. */
function onWindows(values: Values): string {
  const text = keywords(values);
  return powerShellWord(text.includes('"') ? uri(values, tlsParameters(values)) : text);
}

const variables = (values: Values): Parameters =>
  libpqParameters(values).map(([name, value]) => [
    name === 'dbname' ? 'PGDATABASE' : `PG${name.toUpperCase()}`,
    value,
  ]);

const env: Client = {
  ...LIBPQ,
  id: 'env',
  title: 'libpq environment',
  place: 'save it as .env; a shell reads it with: set -a; . ./.env; set +a',
  language: DOTENV,
  password: 'from ~/.pgpass (PGPASSFILE), or add PGPASSWORD where nobody else reads this file',
  more: (values) => [
    'Every libpq client in that environment goes by it, whatever server it asks.',
    ...(values.platform === 'win32' ? inPowerShell(values) : []),
  ],
  text: (values) =>
    variables(values)
      .map(([name, value]) => `${name}=${dotenvValue(value)}`)
      .join('\n'),
};

const inPowerShell = (values: Values): string[] => [
  'PowerShell reads no such file; type there instead:',
  ...variables(values).map(([name, value]) => `  $env:${name} = ${powerShellWord(value)}`),
];

/** libpq 12 and 13 read a line into 256 bytes, its end included (fe-connect.c, parseServiceFile). */
const LONGEST_LINE = 254;
const SERVICE = 'a service file';

const service: Client = {
  ...LIBPQ,
  id: 'service',
  title: 'pg_service.conf',
  place:
    'add it to ~/.pg_service.conf (Windows: %APPDATA%\\postgresql\\.pg_service.conf), then connect with service=NAME',
  language: SERVICE_FILE,
  text: (values) => [`[${values.name}]`, ...serviceLines(libpqParameters(values))].join('\n'),
};

function serviceLines(parameters: Parameters): string[] {
  return parameters.map(([name, value]) => {
    if (/[\r\n]/.test(value)) refuse(SERVICE, value, 'a line break');
    if (/[ \t\v\f]$/.test(value)) refuse(SERVICE, value, 'blanks at the end would be lost');
    const line = `${name}=${value}`;
    if (Buffer.byteLength(line) > LONGEST_LINE) refuse(SERVICE, value, 'libpq reads no line as long');
    return line;
  });
}

/** Source: pgAdmin's manual, Import/Export Servers, JSON format. */
const pgadmin: Client = {
  ...LIBPQ,
  id: 'pgadmin',
  title: 'pgAdmin',
  place: 'save it as servers.json; Tools, Import/Export Servers, or: setup.py load-servers servers.json',
  language: JSON_FILE,
  password: 'pgAdmin asks for it; it is never in such a file',
  more: ({ rootFile }) => [
    `Run as a server for many, pgAdmin looks for ${rootFile} in the folder that it keeps for each user.`,
  ],
  text: (values) => {
    const parameters = tlsParameters(values).map(([name, value]) => `"${name}": ${jsonString(value)}`);
    return `{
  "Servers": {
    "1": {
      "Name": ${jsonString(bareLine('a name in pgAdmin', values.name))},
      "Group": "Servers",
      "Host": ${jsonString(values.host)},
      "Port": ${values.port},
      "MaintenanceDB": ${jsonString(values.database)},
      "Username": ${jsonString(values.user)},
      "ConnectionParameters": { ${parameters.join(', ')} }
    }
  }
}`;
  },
};

export const LIBPQ_CLIENTS = [psql, env, service, pgadmin];
