import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { emptyHome, type Run, rootCrt, run } from '../support/run.js';

interface SnippetDocument {
  client: string;
  title: string;
  text: string;
  reads: { path: string | null; byDefault: string | null };
  requireVerifies: boolean;
  provider: string | null;
  placeholders: string[];
  notes: string[];
  findings: { code: string; message: string }[];
  clients: { client: string }[];
  error?: { code: string; message: string; help: string[] };
}

const TARGET = 'host=db.example.org port=6543 dbname=sales user=reporter';

async function snippet(
  argv: readonly string[],
  { home = emptyHome(), env = {} }: { home?: string; env?: Record<string, string> } = {},
): Promise<Run & { document: SnippetDocument }> {
  const told = await run(home, ['snippet', ...argv], { env });
  const document = argv.includes('--json')
    ? (JSON.parse(told.stdout) as SnippetDocument)
    : ({} as SnippetDocument);
  return { ...told, document };
}

describe('what is printed', () => {
  test('the snippet alone is on stdout, the rest on stderr', async () => {
    const home = emptyHome();
    const { status, stdout, stderr } = await snippet(['env', `${TARGET} sslmode=require connect_timeout=3`], {
      home,
    });
    expect(status).toBe(0);
    expect(stdout.replace(/^#.*\n/gm, '')).toBe(
      [
        'PGHOST=db.example.org',
        'PGPORT=6543',
        'PGDATABASE=sales',
        'PGUSER=reporter',
        'PGSSLMODE=verify-full',
        `PGSSLROOTCERT=${rootCrt(home)}`,
        '',
      ].join('\n'),
    );
    expect(stderr).toMatch(/^note: left out: connect_timeout$/m);
    expect(stderr).toMatch(/^note: .*root\.crt is not there yet; to make it: pg-root-cert install NAME$/m);
    expect(stderr).toMatch(
      /^warning\[weak-sslmode\]: sslmode=require of the connection string is not taken over/m,
    );
  });

  test('with --json one document', async () => {
    const home = emptyHome();
    const { document } = await snippet(['jdbc', TARGET, '--json'], { home });
    expect(document).toMatchObject({
      client: 'jdbc',
      title: 'JDBC (Java, pgjdbc)',
      text: expect.stringContaining('jdbc:postgresql://db.example.org:6543/sales?sslmode=verify-full&'),
      reads: { path: rootCrt(home) },
      requireVerifies: false,
      provider: null,
      placeholders: [],
      notes: expect.arrayContaining([expect.stringContaining('Root: ')]),
      findings: [],
    });
  });

  test('a format without comments has its remarks on stderr', async () => {
    const { stdout, stderr } = await snippet(['pgadmin', TARGET]);
    expect(JSON.parse(stdout)).toHaveProperty('Servers.1.ConnectionParameters.sslmode', 'verify-full');
    expect(stderr).toMatch(/^note: Root: /m);
    expect((await snippet(['pgadmin', TARGET, '--quiet'])).stderr).toBe('');
  });

  test('no character of a value is changed, though it looks like a command of ours', async () => {
    const env = { npm_command: 'exec' };
    const { stdout } = await snippet(['psycopg', "host=h dbname='pg-root-cert install'"], { env });
    expect(stdout).toContain('dbname="pg-root-cert install"');
    expect((await snippet(['jdbc', TARGET], { env })).stdout).toContain('#   npx pg-root-cert export ');
  });
});

describe('where the values come from', () => {
  test('a URI, the environment, a service', async () => {
    const home = emptyHome();
    expect((await snippet(['psql', 'postgresql://reporter@db.example.org:6543/sales'])).stdout).toContain(
      TARGET,
    );
    const env = { PGHOST: 'db.example.org', PGPORT: '6543', PGDATABASE: 'sales', PGUSER: 'reporter' };
    expect((await snippet(['psql'], { env })).stdout).toContain(TARGET);
    writeFileSync(path.join(home, 'services'), `[sales]\n${TARGET.replaceAll(' ', '\n')}\n`);
    const service = { PGSERVICEFILE: path.join(home, 'services') };
    const { stdout } = await snippet(['service', 'service=sales'], { env: service });
    expect(stdout).toMatch(/^\[sales\]\nhost=db\.example\.org\nport=6543$/m);
  });

  test('words without quotes around them are one conninfo', async () => {
    expect((await snippet(['psql', ...TARGET.split(' ')])).stdout).toContain(TARGET);
    expect((await snippet(['psql', 'host=a', 'host=b'])).status).toBe(2);
  });

  test('what nothing says is left to fill in, in capital letters', async () => {
    const { document } = await snippet(['psql', '--json']);
    expect(document.text).toContain('host=HOST port=5432 dbname=DATABASE user=USER');
    expect(document.placeholders).toEqual(['HOST', 'DATABASE', 'USER']);
    expect(document.notes).toContain('fill in HOST, DATABASE, USER');
  });

  test('Adobe Query Service: known by its host', async () => {
    const { document } = await snippet(['psql', 'host=acme.platform-query.adobe.io', '--json']);
    expect(document.provider).toBe('adobe');
    expect(document.text).toMatch(/port=80 dbname=DATABASE user=ORG_ID@AdobeOrg .*gssencmode=disable/);
    expect(document.text).toContain('14.x only');
    expect(document.notes).toContainEqual(expect.stringContaining('pg-root-cert install adobe'));
  });
});

describe('the root file', () => {
  const rootOf = async (argv: readonly string[], home: string, env: Record<string, string> = {}) =>
    (await snippet(['service', ...argv, '--json'], { home, env })).document.reads.path;

  test("--file, then the connection's, then libpq's place; always absolute", async () => {
    const home = emptyHome();
    expect(await rootOf([TARGET], home)).toBe(rootCrt(home));
    expect(await rootOf([`${TARGET} sslrootcert=ca.pem`], home)).toBe(path.join(home, 'ca.pem'));
    expect(await rootOf([TARGET], home, { PGSSLROOTCERT: '/etc/ca.pem' })).toBe('/etc/ca.pem');
    expect(await rootOf([`${TARGET} sslrootcert=ca.pem`, '--file', 'b.pem'], home)).toBe(
      path.join(home, 'b.pem'),
    );
  });

  test("sslrootcert=system is no file: libpq's place is named, and it is said", async () => {
    const home = emptyHome();
    const { document } = await snippet(
      ['psql', `${TARGET} sslrootcert=system sslmode=verify-full`, '--json'],
      {
        home,
        env: { PATH: '' },
      },
    );
    expect(document.reads.path).toBe(rootCrt(home));
    expect(document.notes).toContainEqual(expect.stringMatching(/^sslrootcert=system.* not taken over/));
  });

  test('one that is there is not asked for', async () => {
    const home = emptyHome();
    mkdirSync(path.dirname(rootCrt(home)));
    writeFileSync(rootCrt(home), '');
    expect((await snippet(['psql', TARGET], { home })).stderr).toBe('');
  });
});

describe('a password', () => {
  test.each([
    'host=h user=u password=s3cr3t',
    'postgresql://u:s3cr3t@h/d',
    'postgresql://u@h/d?password=s3cr3t&sslpassword=s3cr3t',
    'postgresql://u:pass@s3cr3t@h/d',
  ])('is printed nowhere: %s', async (conninfo) => {
    for (const argv of [
      ['psql', conninfo],
      ['prisma', conninfo, '--json'],
    ]) {
      const { stdout, stderr } = await snippet(argv);
      expect(stdout + stderr).not.toContain('s3cr3t');
    }
  });

  test('what may hold a part of one is refused', async () => {
    const { status, stderr } = await snippet(['psql', 'postgresql://u:pass@s3cr3t@h/d']);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('%40') });
  });
});

describe('what cannot be', () => {
  test('an unknown client: exit 2, the nearest one and all of them', async () => {
    const { status, stdout, document } = await snippet(['pqsl', TARGET, '--json']);
    expect({ status, code: document.error?.code }).toEqual({ status: 2, code: 'usage' });
    expect(document.error?.help).toEqual([
      'did you mean pg-root-cert snippet psql?',
      expect.stringMatching(/^clients: psql, env, .*, django$/),
    ]);
    expect(stdout).not.toContain('sales');
  });

  test('a Unix socket has no TLS', async () => {
    const { status, stderr } = await snippet(['psql', 'host=/run/postgresql']);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('Unix socket') });
  });

  test('settings that libpq refuses', async () => {
    const { status, document } = await snippet(['psql', 'host=h sslmode=bogus', '--json']);
    expect({ status, code: document.error?.code }).toEqual({ status: 2, code: 'settings-refused' });
  });

  test('a name that the format cannot hold: nothing on stdout', async () => {
    const { status, stdout, stderr } = await snippet(['service', "host=h dbname='a\nb'"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('error[not-expressible]: a service file cannot hold "a\\nb": a line break');
  });
});

test('without a client: all of them, a line each', async () => {
  const { status, stdout } = await snippet([]);
  expect(status).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(28);
  expect((await snippet(['--json'])).document.clients).toHaveLength(28);
});

test.each(['bash', 'zsh', 'fish'])('%s completes the clients', async (shell) => {
  const { stdout } = await run(emptyHome(), ['completion', shell]);
  expect(stdout).toContain('psql env service jdbc');
});
