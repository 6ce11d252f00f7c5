import { psqlMajorByPath, psqlOnPath } from '../postgres/psql-major.js';
import type { Look } from './look.js';
import { INSTALLED, JAVA, type Places, PSQL, PYTHON, patternsFor } from './places.js';
import type { FoundClient } from './types.js';

const found = (look: Look, places: Places): readonly string[] =>
  patternsFor(look.host, places).flatMap((pattern) => look.glob(pattern));

const distinct = (look: Look, paths: readonly string[]): readonly string[] => [
  ...new Set(paths.map((path) => look.realPath(path))),
];

/** Every psql, the one on the search path first; Debian's wrapper stands for those in /usr/lib/postgresql. */
export function findPsql(look: Look): FoundClient[] {
  const onPath = psqlOnPath(look.host);
  const all = distinct(look, [...(onPath === null ? [] : [onPath]), ...found(look, PSQL)]);
  return all
    .filter((path) => look.host.path.basename(path) !== 'pg_wrapper')
    .map((where) => {
      const major = psqlMajorByPath(where);
      return { id: 'psql', name: 'psql', version: major === null ? null : String(major), where };
    });
}

/** Every Java runtime: a pgjdbc in it reads what the runtime takes for the home. */
export function findJava(look: Look): FoundClient[] {
  const { dirname, join } = look.host.path;
  return distinct(look, found(look, JAVA)).map((program) => {
    const where = dirname(dirname(program));
    const release = look.read(join(where, 'release')) ?? '';
    return {
      id: 'jdbc',
      name: 'pgjdbc in Java',
      version: /^JAVA_VERSION="([\w.+-]{1,30})"/m.exec(release)?.[1] ?? null,
      where,
    };
  });
}

const MODULES = {
  psycopg2: 'psycopg',
  psycopg2_binary: 'psycopg',
  psycopg: 'psycopg',
  asyncpg: 'asyncpg',
} as const;
const METADATA =
  /^(psycopg2|psycopg2_binary|psycopg|asyncpg)-(\d[\w.]{0,20}?)(?:-py[\d.]+)?\.(?:dist|egg)-info$/;

/** Python's libraries, by the folders that pip and the system's packages leave beside them. */
export function findPython(look: Look): FoundClient[] {
  return distinct(look, found(look, PYTHON)).flatMap((where) =>
    look.list(where).flatMap((entry): FoundClient[] => {
      const [, module, version = null] = METADATA.exec(entry) ?? [];
      if (module === undefined) return [];
      return [
        { id: MODULES[module as keyof typeof MODULES], name: module.replace('_binary', ''), version, where },
      ];
    }),
  );
}

export function findInstalled(look: Look): FoundClient[] {
  return INSTALLED.flatMap((place) =>
    distinct(look, found(look, place)).map((where) => ({
      id: place.id,
      name: place.name,
      version: null,
      where,
    })),
  );
}
