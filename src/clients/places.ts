import type { Host } from '../core/host.js';
import { homeFolder } from '../locate/homes.js';
import { MAC_PSQL } from '../postgres/psql-macos.js';
import type { FoundId } from './types.js';

/** Patterns as `Look.glob` takes them; `{NAME}` is an environment variable, `{HOME}` libpq's home, `{CWD}` the present folder. */
export type Places = Readonly<Record<'unix' | 'darwin' | 'win32', readonly string[]>>;

const VENVS = ['{VIRTUAL_ENV}', '{CONDA_PREFIX}', '{CWD}/.venv', '{CWD}/venv'];
const UNIX_VENVS = [...VENVS, '{HOME}/.pyenv/versions/*'].map((each) => `${each}/lib/python3*/site-packages`);

export const PSQL: Places = {
  unix: ['/usr/lib/postgresql/*/bin/psql', '/usr/pgsql-*/bin/psql', '/usr/local/pgsql/bin/psql'],
  darwin: [...MAC_PSQL, '/Applications/Postgres.app/Contents/Versions/*/bin/psql'],
  win32: ['{ProgramFiles}/PostgreSQL/*/bin/psql.exe'],
};

export const JAVA: Places = {
  unix: [
    '{JAVA_HOME}/bin/java',
    '/usr/lib/jvm/*/bin/java',
    '/usr/java/*/bin/java',
    '{HOME}/.sdkman/candidates/java/*/bin/java',
  ],
  darwin: [
    '{JAVA_HOME}/bin/java',
    '/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java',
    '{HOME}/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java',
    '/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home/bin/java',
    '{HOME}/.sdkman/candidates/java/*/bin/java',
  ],
  win32: [
    '{JAVA_HOME}/bin/java.exe',
    ...['Java', 'Eclipse Adoptium', 'Microsoft', 'Amazon Corretto', 'Zulu'].map(
      (maker) => `{ProgramFiles}/${maker}/*/bin/java.exe`,
    ),
  ],
};

/** Folders with Python packages. */
export const PYTHON: Places = {
  unix: [
    ...UNIX_VENVS,
    '{HOME}/.local/lib/python3*/site-packages',
    '/usr/local/lib/python3*/*-packages',
    '/usr/lib/python3*/*-packages',
    '/usr/lib64/python3*/site-packages',
  ],
  darwin: [
    ...UNIX_VENVS,
    '{HOME}/Library/Python/3*/lib/python/site-packages',
    '/opt/homebrew/lib/python3*/site-packages',
    '/usr/local/lib/python3*/site-packages',
    '/Library/Frameworks/Python.framework/Versions/3*/lib/python3*/site-packages',
  ],
  win32: [
    ...VENVS.map((each) => `${each}/Lib/site-packages`),
    '{APPDATA}/Python/Python3*/site-packages',
    '{LOCALAPPDATA}/Programs/Python/Python3*/Lib/site-packages',
    '{ProgramFiles}/Python3*/Lib/site-packages',
  ],
};

/** What is known by one file or folder alone. */
export const INSTALLED = [
  {
    id: 'php',
    name: 'PHP',
    unix: ['/usr/lib/php/*/pgsql.so', '/usr/lib64/php/modules/pgsql.so'],
    darwin: ['/opt/homebrew/opt/php*/bin/php'],
    win32: [],
  },
  {
    id: 'odbc',
    name: 'psqlODBC',
    unix: [
      '/usr/lib/*-linux-gnu/odbc/psqlodbcw.so',
      '/usr/lib64/psqlodbcw.so',
      '/usr/pgsql-*/lib/psqlodbcw.so',
    ],
    darwin: ['/opt/homebrew/lib/psqlodbcw.so', '/usr/local/lib/psqlodbcw.so'],
    win32: ['{ProgramFiles}/psqlODBC/*/bin/psqlodbc35w.dll'],
  },
  {
    id: 'pgadmin',
    name: 'pgAdmin 4',
    unix: ['/usr/pgadmin4'],
    darwin: ['/Applications/pgAdmin 4.app', '{HOME}/Applications/pgAdmin 4.app'],
    win32: ['{ProgramFiles}/pgAdmin 4', '{LOCALAPPDATA}/Programs/pgAdmin 4'],
  },
  {
    id: 'dbeaver',
    name: 'DBeaver',
    unix: ['/usr/share/dbeaver-ce', '/opt/dbeaver', '/opt/dbeaver-ce', '/snap/dbeaver-ce'],
    darwin: ['/Applications/DBeaver*.app', '{HOME}/Applications/DBeaver*.app'],
    win32: ['{ProgramFiles}/DBeaver*', '{LOCALAPPDATA}/DBeaver*'],
  },
  {
    id: 'dbvisualizer',
    name: 'DbVisualizer',
    unix: ['/opt/DbVisualizer*'],
    darwin: ['/Applications/DbVisualizer.app', '{HOME}/Applications/DbVisualizer.app'],
    win32: ['{ProgramFiles}/DbVisualizer*'],
  },
] as const satisfies readonly (Places & { id: FoundId; name: string })[];

/** The patterns of this system, those left out whose variables name no absolute path. */
export function patternsFor(host: Host, places: Places): readonly string[] {
  const { platform, path, env, cwd } = host;
  const own: Record<string, string | null> = { HOME: homeFolder(host), CWD: cwd };
  const system = platform === 'win32' || platform === 'darwin' ? platform : 'unix';
  return places[system].flatMap((pattern) => {
    const name = /^\{(\w+)\}/.exec(pattern)?.[1];
    if (name === undefined) return [pattern];
    const value = name in own ? own[name] : env[name];
    return value && path.isAbsolute(value) ? [value + pattern.slice(name.length + 2)] : [];
  });
}
