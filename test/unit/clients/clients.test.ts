import { describe, expect, test } from '@jest/globals';
import { clientsHere } from '../../../src/clients/clients.js';
import type { Managed } from '../../../src/clients/serves.js';
import type { ClientState } from '../../../src/clients/types.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';

const root = makeCertificate({ subject: 'Our CA', ca: true });
const other = makeCertificate({ subject: 'Other CA', ca: true });

/** Puts empty files there, or files with a text. */
function put(host: FakeHost, files: readonly (string | readonly [string, string])[]): void {
  for (const file of files) {
    const [path, bytes] = typeof file === 'string' ? [file, ''] : file;
    host.files.put(path, { bytes });
  }
}

/** The clients where this file is managed and holds `root`, which no catalogue knows. */
async function clientsWith(
  host: FakeHost,
  path: string,
  content: string | null = root.pem,
): Promise<readonly ClientState[]> {
  if (content !== null) host.files.put(path, { bytes: content });
  const roots = content === null ? [] : [root.sha256];
  const managed: Managed = { path, option: [], exists: content !== null, roots, unknown: roots };
  const { clients, complete } = await clientsHere(host, managed);
  expect(complete).toBe(true);
  return clients;
}

const short = (clients: readonly ClientState[]) =>
  clients.map(({ id, version, where, reads, served }) => [id, version, where, reads, served]);
const byName = (clients: readonly ClientState[], name: string): ClientState => {
  const found = clients.find((client) => client.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const release = (version: string) => `IMPLEMENTOR="X"\nJAVA_VERSION="${version}"\n`;

describe('Linux', () => {
  const FILE = '/home/me/.postgresql/root.crt';

  test('nothing found, nothing said', async () => {
    expect(await clientsWith(fakeHost(), FILE)).toEqual([]);
  });

  test('programs, libraries, runtimes and the project around', async () => {
    const host = fakeHost({ env: { HOME: '/home/me', PATH: 'bin:/usr/bin', JAVA_HOME: '/opt/jdk' } });
    host.files.put('/usr/share/postgresql-common/pg_wrapper');
    host.files.put('/usr/bin/psql', { kind: 'link', target: '/usr/share/postgresql-common/pg_wrapper' });
    host.files.put('/usr/lib/jvm/default-java', { kind: 'link', target: '/usr/lib/jvm/java-17' });
    put(host, [
      '/usr/lib/postgresql/14/bin/psql',
      '/usr/lib/postgresql/17/bin/psql',
      '/usr/lib/python3/dist-packages/psycopg2-2.9.5.egg-info',
      '/home/me/.local/lib/python3.12/site-packages/asyncpg-0.30.0.dist-info/METADATA',
      '/home/me/.venv/lib/python3.12/site-packages/psycopg2_binary-2.9.9.dist-info/METADATA',
      '/home/me/.venv/lib/python3.12/site-packages/psycopg_pool-3.2.dist-info/METADATA',
      '/usr/lib/jvm/java-17/bin/java',
      ['/usr/lib/jvm/java-17/release', release('17.0.15')],
      '/usr/lib/jvm/docs/readme',
      '/opt/jdk/bin/java',
      ['/home/me/package.json', '{"dependencies":{"pg":"^8.11.0","@prisma/client":"*"}}'],
      ['/home/me/node_modules/pg/package.json', '{"version":"8.23.1"}'],
      ['/home/me/node_modules/postgres/package.json', '{"version":"3.4.9"}'],
      ['/home/me/go.mod', 'require (\n\tgithub.com/jackc/pgx/v5 v5.7.2\n\tgithub.com/lib/pq v1.10.9\n)\n'],
      ['/home/me/Gemfile.lock', 'GEM\n  specs:\n    pg (1.5.4-x86_64-linux)\n      x (1)\n'],
      ['/home/me/Cargo.lock', '[[package]]\nname = "sqlx"\nversion = "0.8.2"\n'],
      ['/home/me/app.csproj', '<PackageReference Include="Npgsql" Version="9.0.1" />'],
      '/usr/lib/php/20220829/pgsql.so',
      '/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so',
    ]);
    expect(short(await clientsWith(host, FILE))).toEqual([
      ['psql', '14', '/usr/lib/postgresql/14/bin/psql', FILE, true],
      ['psql', '17', '/usr/lib/postgresql/17/bin/psql', FILE, true],
      ['psycopg', '2.9.9', '/home/me/.venv/lib/python3.12/site-packages', FILE, true],
      ['asyncpg', '0.30.0', '/home/me/.local/lib/python3.12/site-packages', FILE, true],
      ['psycopg', '2.9.5', '/usr/lib/python3/dist-packages', FILE, true],
      ['jdbc', null, '/opt/jdk', FILE, true],
      ['jdbc', '17.0.15', '/usr/lib/jvm/java-17', FILE, true],
      ['node-postgres', '8.23.1', '/home/me', null, false],
      ['postgres.js', '3.4.9', '/home/me', null, false],
      ['prisma', null, '/home/me', null, false],
      ['sqlx', '0.8.2', '/home/me', null, false],
      ['ruby', '1.5.4', '/home/me', FILE, true],
      ['npgsql', '9.0.1', '/home/me', FILE, true],
      ['pgx', '5.7.2', '/home/me', FILE, true],
      ['lib-pq', '1.10.9', '/home/me', null, false],
      ['php', null, '/usr/lib/php/20220829/pgsql.so', FILE, true],
      ['odbc', null, '/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so', FILE, true],
    ]);
    expect(host.commands).toEqual([]);
  });

  test('the nearest project has the say, and those above it count up to the root', async () => {
    const host = { ...fakeHost(), cwd: '/home/me/shop/packages/web' };
    put(host, [
      '/home/me/shop/packages/web/index.js',
      ['/home/me/shop/node_modules/pg/package.json', '{"version":"8.23.1"}'],
      ['/home/me/node_modules/pg/package.json', '{"version":"7.0.0"}'],
    ]);
    expect(short(await clientsWith(host, FILE))).toEqual([
      ['node-postgres', '8.23.1', '/home/me/shop', null, false],
    ]);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a version that is no text', '{"version":{"toString":1}}'],
    ['a version with control characters', '{"version":"1\\u001b[31m"}'],
  ])('a package.json with %s gives no version', async (_title, text) => {
    const host = fakeHost();
    put(host, [['/home/me/node_modules/pg/package.json', text]]);
    expect(short(await clientsWith(host, FILE))).toEqual([['node-postgres', null, '/home/me', null, false]]);
  });

  test('another home in the password database: Java and psql 14 look there', async () => {
    const host = fakeHost({ env: { HOME: '/srv/app' }, passwdHome: '/home/me' });
    put(host, ['/usr/lib/jvm/jdk/bin/java', '/usr/pgsql-14/bin/psql', '/usr/pgsql-15/bin/psql']);
    const clients = await clientsWith(host, '/srv/app/.postgresql/root.crt');
    expect(clients.map(({ version, reads, served }) => [version, reads, served])).toEqual([
      ['14', FILE, false],
      ['15', '/srv/app/.postgresql/root.crt', true],
      [null, FILE, false],
    ]);
    expect(byName(clients, 'pgjdbc in Java')).toMatchObject({
      missing: `it reads ${FILE}, which does not exist`,
      requireVerifies: false,
      help: [
        {
          commands: [
            [
              ...['pg-root-cert', 'install', '/srv/app/.postgresql/root.crt'],
              ...['--sha256', root.sha256, '--file', FILE],
            ],
          ],
        },
      ],
    });
  });

  test('what another file holds counts, and what it lacks', async () => {
    const java = async (content: string) => {
      const host = fakeHost({ env: { HOME: '/srv/app' }, passwdHome: '/home/me' });
      put(host, ['/usr/lib/jvm/jdk/bin/java', [FILE, content]]);
      const [client] = await clientsWith(host, '/srv/app/.postgresql/root.crt');
      return [client?.served, client?.missing];
    };
    expect(await java(other.pem + root.pem)).toEqual([true, null]);
    expect(await java(other.pem)).toEqual([false, `it reads ${FILE}, which lacks a root of this file`]);
    expect(await java('garbage')).toEqual([false, `it reads ${FILE}, which lacks a root of this file`]);
  });

  test('a root.crt that is missing, or cannot be read, serves nobody', async () => {
    const host = fakeHost();
    put(host, ['/usr/pgsql-17/bin/psql', ['/home/me/node_modules/pg/package.json', '{"version":"8.1.0"}']]);
    const clients = await clientsWith(host, FILE, null);
    expect(clients.map(({ served, requireVerifies }) => [served, requireVerifies])).toEqual([
      [false, false],
      [false, true],
    ]);
    expect(clients[0]).toMatchObject({
      missing: `${FILE} does not exist`,
      help: [{ commands: [['pg-root-cert', 'install']] }],
    });
    host.files.put(FILE, { bytes: 'garbage' });
    const option = ['--file', FILE];
    const none = await clientsHere(host, { path: '/none', option, exists: false, roots: [], unknown: [] });
    expect(none.clients[0]?.help).toMatchObject([{ commands: [['pg-root-cert', 'install', ...option]] }]);
    const managed: Managed = { path: FILE, option: [], exists: true, roots: [], unknown: [] };
    const [psql] = (await clientsHere(host, managed)).clients;
    expect(psql).toMatchObject({ served: false, requireVerifies: true, help: [] });
  });

  test.each([
    ['node_modules/pg/package.json', '{"version":"8.23.1"}', true],
    ['node_modules/pg/package.json', '{"version":"9.0.0"}', false],
    ['node_modules/postgres/package.json', '{"version":"3.4.9"}', false],
    ['app.csproj', '<PackageReference Include="Npgsql" Version="6.0.1" />', true],
    ['app.csproj', '<PackageReference Include="Npgsql" Version="9.0.1" />', false],
  ])('%s with %s: sslmode=require verifies %s', async (file, text, verifies) => {
    const host = fakeHost();
    put(host, [[`/home/me/${file}`, text]]);
    expect((await clientsWith(host, FILE)).map(({ requireVerifies }) => requireVerifies)).toEqual([verifies]);
  });

  test('PGSSLROOTCERT: who reads it, and who knows the word system', async () => {
    const project = [
      '/usr/lib/python3/dist-packages/asyncpg-0.30.0.egg-info',
      '/usr/lib/jvm/jdk/bin/java',
      '/usr/pgsql-15/bin/psql',
      '/usr/pgsql-17/bin/psql',
      ['/home/me/go.mod', 'github.com/jackc/pgx/v5 v5.7.0\ngithub.com/lib/pq v1.10.9\n'],
    ] as const;
    const reads = async (value: string) => {
      const host = fakeHost({ env: { HOME: '/home/me', PGSSLROOTCERT: value } });
      put(host, project);
      return Object.fromEntries(
        (await clientsWith(host, FILE)).map(({ id, version, reads }) => [`${id} ${version}`, reads]),
      );
    };
    expect(await reads('certs/ours.crt')).toEqual({
      'psql 15': '/home/me/certs/ours.crt',
      'psql 17': '/home/me/certs/ours.crt',
      'asyncpg 0.30.0': '/home/me/certs/ours.crt',
      'jdbc null': FILE,
      'pgx 5.7.0': '/home/me/certs/ours.crt',
      'lib-pq 1.10.9': '/home/me/certs/ours.crt',
    });
    expect(await reads('system')).toEqual({
      'psql 15': '/home/me/system',
      'psql 17': 'system',
      'asyncpg 0.30.0': '/home/me/system',
      'jdbc null': FILE,
      'pgx 5.7.0': 'system',
      'lib-pq 1.10.9': '/home/me/system',
    });
  });

  test('a folder that nobody may look into, and one that never ends, hold nothing up', async () => {
    const host = fakeHost();
    put(host, ['/usr/pgsql-17/bin/psql']);
    for (let n = 0; n < 3000; n += 1) host.files.put(`/usr/lib/jvm/${n}/readme`);
    const { list } = host.files;
    host.files.list = (path) => {
      if (path === '/home/me') throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      return list.call(host.files, path);
    };
    const { clients, complete } = await clientsHere(host, {
      path: FILE,
      option: [],
      exists: false,
      roots: [],
      unknown: [],
    });
    expect(clients.map(({ id }) => id)).toEqual(['psql']);
    expect(complete).toBe(false);
  });
});

describe('macOS', () => {
  const FILE = '/Users/me/.postgresql/root.crt';

  test('runtimes, virtual environments and programs with a window, which see no PGSSLROOTCERT', async () => {
    const host = fakeHost({
      platform: 'darwin',
      passwdHome: '/Users/me',
      env: { HOME: '/Users/me', PGSSLROOTCERT: '/Users/me/ours.crt', VIRTUAL_ENV: '/Users/me/v' },
    });
    put(host, [
      '/Applications/Postgres.app/Contents/Versions/16/bin/psql',
      '/Users/me/v/lib/python3.13/site-packages/psycopg-3.2.1.dist-info/METADATA',
      '/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home/bin/java',
      ['/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home/release', release('21.0.2')],
      '/Applications/pgAdmin 4.app/Contents/Info.plist',
      '/Applications/DBeaver.app/Contents/Info.plist',
      '/Users/me/Applications/DbVisualizer.app/Contents/Info.plist',
    ]);
    const clients = await clientsWith(host, FILE);
    expect(short(clients)).toEqual([
      ['psql', '16', '/Applications/Postgres.app/Contents/Versions/16/bin/psql', '/Users/me/ours.crt', false],
      ['psycopg', '3.2.1', '/Users/me/v/lib/python3.13/site-packages', '/Users/me/ours.crt', false],
      ['jdbc', '21.0.2', '/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home', FILE, true],
      ['pgadmin', null, '/Applications/pgAdmin 4.app', FILE, true],
      ['dbeaver', null, '/Applications/DBeaver.app', FILE, true],
      ['dbvisualizer', null, '/Users/me/Applications/DbVisualizer.app', FILE, true],
    ]);
  });

  test("what launchd's environment says, programs with a window read", async () => {
    const host = fakeHost({
      platform: 'darwin',
      passwdHome: '/Users/me',
      exec: (argv) =>
        argv.join(' ') === '/bin/launchctl getenv PGSSLROOTCERT'
          ? { status: 0, stdout: Buffer.from('/Users/me/theirs.crt\n'), stderr: Buffer.of() }
          : null,
    });
    put(host, ['/Applications/pgAdmin 4.app/x', '/opt/homebrew/opt/postgresql@17/bin/psql']);
    expect((await clientsWith(host, FILE)).map(({ id, version, reads }) => [id, version, reads])).toEqual([
      ['psql', '17', FILE],
      ['pgadmin', null, '/Users/me/theirs.crt'],
    ]);
  });
});

describe('Windows', () => {
  const PROFILE = 'C:\\Users\\me';
  const FILE = `${PROFILE}\\AppData\\Roaming\\postgresql\\root.crt`;
  const host = fakeHost({
    platform: 'win32',
    env: {
      APPDATA: `${PROFILE}\\AppData\\Roaming`,
      LOCALAPPDATA: `${PROFILE}\\AppData\\Local`,
      USERPROFILE: PROFILE,
      ProgramFiles: 'C:\\Program Files',
      PATH: 'C:\\Program Files\\PostgreSQL\\17\\bin;tools',
    },
  });
  put(host, [
    'C:\\Program Files\\PostgreSQL\\17\\bin\\psql.exe',
    `${PROFILE}\\AppData\\Local\\Programs\\Python\\Python312\\Lib\\site-packages\\asyncpg-0.30.0.dist-info\\METADATA`,
    'C:\\Program Files\\Eclipse Adoptium\\jdk-21\\bin\\java.exe',
    ['C:\\Program Files\\Eclipse Adoptium\\jdk-21\\release', release('21.0.2').replaceAll('\n', '\r\n')],
    'C:\\Program Files\\psqlODBC\\1600\\bin\\psqlodbc35w.dll',
    `${PROFILE}\\AppData\\Local\\Programs\\pgAdmin 4\\runtime\\pgAdmin4.exe`,
    'C:\\Program Files\\DBeaver\\dbeaver.exe',
  ]);

  test('all but asyncpg read the same file', async () => {
    const clients = await clientsWith(host, FILE);
    expect(clients.map(({ id, version, reads, served }) => [id, version, reads, served])).toEqual([
      ['psql', '17', FILE, true],
      ['asyncpg', '0.30.0', `${PROFILE}\\.postgresql\\root.crt`, false],
      ['jdbc', '21.0.2', FILE, true],
      ['odbc', null, FILE, true],
      ['pgadmin', null, FILE, true],
      ['dbeaver', null, FILE, true],
    ]);
    expect(byName(clients, 'asyncpg').help[0]?.commands).toEqual([
      [
        ...['pg-root-cert', 'install', FILE, '--sha256', root.sha256],
        ...['--file', `${PROFILE}\\.postgresql\\root.crt`],
      ],
    ]);
  });
});
