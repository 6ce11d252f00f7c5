import { describe, expect, test } from '@jest/globals';
import type { Args, Outcome } from '../../../src/cli/command.js';
import { makePaint } from '../../../src/cli/render/paint.js';
import { runSnippet } from '../../../src/cli/snippet.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';

const TARGET = 'host=db.example.org dbname=sales user=reporter';

const argsOf = (positional: readonly string[], options: Record<string, string>): Args => ({
  positional,
  text: (name) => options[name],
  list: () => [],
  flag: () => false,
  amount: () => undefined,
});

function runOn(host: FakeHost, id: string, conninfo = TARGET, options = {}): Promise<Outcome> {
  const context = { host, commands: [], onProgress: () => {}, interactive: false, hint: () => {} };
  return runSnippet(context, argsOf([id, conninfo], options));
}
const textOf = (outcome: Outcome) => outcome.text(makePaint(false, 80, false));
const reads = async (host: FakeHost, id: string) => (await runOn(host, id)).document.reads;

test('in a container whose user has no name, the user stands open', async () => {
  const host = { ...fakeHost(), user: { uid: 12345, gid: 12345, name: null, passwdHome: null } };
  const { placeholders } = (await runOn(host, 'psql', 'host=db.example.org')).document;
  expect(placeholders).toEqual(['DATABASE', 'USER']);
});

test.each([
  ['pg', 'node-postgres'],
  ['node', 'node-postgres'],
  ['java', 'jdbc'],
  ['python', 'psycopg'],
  ['psycopg2', 'psycopg'],
  ['go', 'pgx'],
  ['rust', 'sqlx'],
  ['.net', 'npgsql'],
  ['csharp', 'npgsql'],
])('who asks for %s is pointed to %s', async (typed, id) => {
  await expect(runOn(fakeHost(), typed)).rejects.toMatchObject({
    code: 'usage',
    help: [expect.stringMatching(`^did you mean pg-root-cert snippet .*\\b${id}\\b`), expect.anything()],
  });
});

describe('on Windows', () => {
  const windows = fakeHost({ platform: 'win32' });
  const roaming = 'C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt';

  test("the root file is that of %APPDATA%, quoted in each language's way", async () => {
    expect(await reads(windows, 'psql')).toEqual({ path: roaming, byDefault: roaming });
    expect(textOf(await runOn(windows, 'psycopg'))).toContain(
      'sslrootcert="C:\\\\Users\\\\me\\\\AppData\\\\Roaming\\\\postgresql\\\\root.crt"',
    );
    expect(textOf(await runOn(windows, 'service'))).toContain(`sslrootcert=${roaming}`);
    expect(textOf(await runOn(windows, 'env'))).toContain(`PGSSLROOTCERT='${roaming}'`);
    expect(textOf(await runOn(windows, 'jdbc'))).toContain('&sslrootcert=C:%5CUsers%5Cme%5CAppData');
    expect(textOf(await runOn(windows, 'jdbc'))).toMatch(
      /^javax\.net\.ssl\.trustStore=C:\\\\Users\\\\me\\\\/m,
    );
  });

  test('clients with another default place say so', async () => {
    expect(await reads(windows, 'jdbc')).toEqual({ path: roaming, byDefault: roaming });
    expect(await reads(windows, 'asyncpg')).toEqual({
      path: roaming,
      byDefault: 'C:\\Users\\me\\.postgresql\\root.crt',
    });
    expect(await reads(windows, 'power-bi')).toEqual({ path: null, byDefault: null });
  });

  test('the password file, the driver and the shell are those of Windows', async () => {
    expect(textOf(await runOn(windows, 'psql'))).toContain('%APPDATA%\\postgresql\\pgpass.conf');
    expect(textOf(await runOn(windows, 'env'))).toContain("#   $env:PGHOST = 'db.example.org'");
    expect(textOf(await runOn(windows, 'odbc'))).toContain('Driver = PostgreSQL Unicode(x64)');
  });
});

describe('elsewhere', () => {
  test('on macOS as on Linux', async () => {
    const mac = fakeHost({ platform: 'darwin' });
    const root = '/Users/me/.postgresql/root.crt';
    expect(await reads(mac, 'psql')).toEqual({ path: root, byDefault: root });
  });

  test('pgjdbc takes the home of the password database, psql that of HOME', async () => {
    const host = fakeHost({ env: { HOME: '/srv/app' }, passwdHome: '/home/me' });
    expect(await reads(host, 'psql')).toMatchObject({ byDefault: '/srv/app/.postgresql/root.crt' });
    expect(await reads(host, 'jdbc')).toEqual({
      path: '/srv/app/.postgresql/root.crt',
      byDefault: '/home/me/.postgresql/root.crt',
    });
    expect(textOf(await runOn(host, 'jdbc'))).toContain('by itself pgjdbc reads');
    expect(textOf(await runOn(host, 'psql'))).toContain('by itself it reads the same');
  });

  test('without a home a root file must be named', async () => {
    const host = fakeHost({ env: {}, passwdHome: null });
    await expect(runOn(host, 'psql')).rejects.toMatchObject({ code: 'home-not-found' });
    const named = await runOn(host, 'psql', TARGET, { file: '/etc/ca.pem' });
    expect(textOf(named)).toContain('sslrootcert=/etc/ca.pem');
    expect(named.document.notes).toContainEqual(expect.stringContaining('no file, for no home is known'));
  });

  test('the keystore lies beside the root file, and is made of that file', async () => {
    const host = fakeHost();
    expect(textOf(await runOn(host, 'jdbc'))).toContain(
      'pg-root-cert export --format pkcs12 --out /home/me/.postgresql/root.p12 --password-file PASSWORD_FILE',
    );
    expect(textOf(await runOn(host, 'jdbc', TARGET, { file: '/etc/db/ca.pem' }))).toContain(
      'pg-root-cert export --file /etc/db/ca.pem --format pkcs12 --out /etc/db/ca.p12 ',
    );
  });

  test('several hosts: the first that has a right port, and it is said', async () => {
    const outcome = await runOn(fakeHost(), 'psql', 'host=a,b,c port=99999,2,3 dbname=d user=u');
    expect(textOf(outcome)).toContain('host=b port=2 ');
    expect(outcome.notes).toContain('of 3 hosts one is taken: b');
  });

  test('an address without a name stands for the host; beside a name it is left out', async () => {
    const alone = await runOn(fakeHost(), 'psql', 'hostaddr=10.0.0.1 dbname=d user=u');
    expect(textOf(alone)).toContain('host=10.0.0.1 ');
    expect(alone.notes?.join()).not.toContain('left out');
    const beside = await runOn(fakeHost(), 'psql', 'host=db hostaddr=10.0.0.1 dbname=d user=u');
    expect(beside.notes).toContain('left out: hostaddr');
  });

  test('gssencmode: disable is taken over, anything else is left out', async () => {
    expect(textOf(await runOn(fakeHost(), 'psql', `${TARGET} gssencmode=disable`))).toContain(
      ' gssencmode=disable',
    );
    const other = await runOn(fakeHost(), 'psql', `${TARGET} gssencmode=prefer`);
    expect(textOf(other)).not.toContain(' gssencmode=');
    expect(other.notes).toContain('left out: gssencmode');
  });

  test('the name of a section is one that ends where it ends', async () => {
    const outcome = await runOn(fakeHost(), 'service', 'host=a]b dbname=d user=u');
    expect(textOf(outcome)).toMatch(/^\[a-b\]$/m);
  });
});
