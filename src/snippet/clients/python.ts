import { PYTHON } from '../languages.js';
import { libpqParameters, tlsParameters, uri } from '../parameters.js';
import { jsonString, type Parameters } from '../quoting.js';
import type { Client, Values } from '../types.js';
import { LIBPQ_PROGRAM, NO_GSS } from './shared.js';

const keywordArguments = (parameters: Parameters): string =>
  parameters.map(([name, value]) => `    ${name}=${name === 'port' ? value : jsonString(value)},\n`).join('');

const connect = (module: string) => (values: Values) =>
  `import ${module}\n\nconnection = ${module}.connect(\n${keywordArguments(libpqParameters(values))})`;

const psycopg: Client = {
  ...LIBPQ_PROGRAM,
  id: 'psycopg',
  title: 'psycopg (Python)',
  place: 'psycopg 3; psycopg2 takes the same arguments',
  language: PYTHON,
  more: () => ['The wheels of psycopg bring a libpq of their own; its version decides, not that of psql.'],
  text: connect('psycopg'),
};

const jupyter: Client = {
  ...LIBPQ_PROGRAM,
  id: 'jupyter',
  title: 'Jupyter (psycopg2)',
  place: 'a cell of the notebook',
  language: PYTHON,
  password:
    'from PGPASSWORD or ~/.pgpass; or add password=getpass.getpass(), which asks: never the word itself, a notebook is passed on',
  more: ({ rootFile }) => [
    `The file ${rootFile} must be where the kernel runs, which may be another machine.`,
  ],
  text: connect('psycopg2'),
};

/** Source: SQLAlchemy, Engine Configuration, sqlalchemy.engine.URL.create. */
const sqlalchemy: Client = {
  ...LIBPQ_PROGRAM,
  id: 'sqlalchemy',
  title: 'SQLAlchemy',
  place: 'with psycopg2; postgresql+psycopg for psycopg 3',
  language: PYTHON,
  text: (values) => `from sqlalchemy import create_engine
from sqlalchemy.engine import URL

url = URL.create(
    "postgresql+psycopg2",
    username=${jsonString(values.user)},
    host=${jsonString(values.host)},
    port=${values.port},
    database=${jsonString(values.database)},
    query={
${dictionary(tlsParameters(values), 8)}    },
)
engine = create_engine(url)`,
};

const dictionary = (parameters: Parameters, indent: number): string =>
  parameters
    .map(([name, value]) => `${' '.repeat(indent)}${jsonString(name)}: ${jsonString(value)},\n`)
    .join('');

/** Source: Django, PostgreSQL notes, PostgreSQL connection settings. */
const django: Client = {
  ...LIBPQ_PROGRAM,
  id: 'django',
  title: 'Django',
  place: 'settings.py',
  language: PYTHON,
  text: (values) => `DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": ${jsonString(values.host)},
        "PORT": "${values.port}",
        "NAME": ${jsonString(values.database)},
        "USER": ${jsonString(values.user)},
        "OPTIONS": {
${dictionary(tlsParameters(values), 12)}        },
    }
}`,
};

/** Source: asyncpg, API Reference, connect (dsn). */
const asyncpg: Client = {
  id: 'asyncpg',
  title: 'asyncpg (Python)',
  place: 'asyncpg 0.25 or newer',
  language: PYTHON,
  reads: { named: true, byDefault: ({ dotted }) => dotted, words: 'by itself it reads $FILE' },
  require: {
    verifies: true,
    words: 'verifies the certificate once the root file is there, as verify-ca does, but not the host name',
  },
  password: 'from ~/.pgpass (PGPASSFILE) or PGPASSWORD',
  gss: NO_GSS,
  more: () => [
    'Python 3.13 and newer are strict: a CA without a critical basicConstraints or a key identifier is refused.',
  ],
  text: (values) => `import asyncpg


async def connect():
    return await asyncpg.connect(
        ${jsonString(uri(values, tlsParameters({ ...values, noGss: false })))}
    )`,
};

export const PYTHON_CLIENTS = [psycopg, jupyter, sqlalchemy, django, asyncpg];
