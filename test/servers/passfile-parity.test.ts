import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { findPassword } from '../../src/audit/password.js';
import { auditSettings } from '../../src/audit/settings.js';
import { nodeHost } from '../../src/core/node-host.js';
import { askLibpqAll } from '../support/libpq.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { emptyHome } from '../support/run.js';

jest.setTimeout(60_000);

const here = available();
const onServer = here.servers.includes('18') && here.libpq.includes('18') ? describe : describe.skip;
const PASSWORD = 'pa:s\\s *';

onServer('the password file, as libpq 18 reads it', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    const hba = ['host all all 127.0.0.1/32 scram-sha-256', 'local all all scram-sha-256'];
    server = await startPostgres({ tls: null, password: PASSWORD, hba });
  });
  afterAll(() => server.stop());

  const named = () => `host=localhost hostaddr=127.0.0.1 port=${server.port} user=postgres sslmode=disable`;

  interface Case {
    readonly conninfo: string;
    readonly env: Record<string, string>;
  }

  /** For each case whether libpq finds the password, and whether we do. */
  async function compare(cases: readonly Case[]) {
    const verdicts = await askLibpqAll(cases, { timeoutMs: 50_000 });
    const libpq = verdicts.map(({ connected }) => connected);
    const ours = cases.map(({ conninfo, env }) => {
      const host = { ...nodeHost(), env };
      const { resolved } = auditSettings(host, conninfo);
      const [spec] = resolved.hosts;
      if (spec === undefined) throw new Error('no host');
      return findPassword(host, resolved.settings, spec).password?.value === PASSWORD;
    });
    return { libpq, ours };
  }

  function fileOf(content: string, mode = 0o600): string {
    const file = path.join(emptyHome(), 'pass');
    writeFileSync(file, content, { mode });
    chmodSync(file, mode);
    return file;
  }

  const ESCAPED = 'pa\\:s\\\\s *';
  const port = () => String(server.port);

  test('fields, escapes, comments, line ends, the order', async () => {
    const line = (...fields: string[]) => fields.join(':');
    const all = line('localhost', port(), 'postgres', 'postgres', ESCAPED);
    const contents = [
      all,
      `${all}\n`,
      `${all}\r\n`,
      `# comment\n\n${all}\n`,
      `#${all}`,
      ` ${all}`,
      `${all} `,
      `${all}:more`,
      line('*', '*', '*', '*', ESCAPED),
      line('*', '*', '*', '*', PASSWORD),
      line('*', '*', '*', '*', 'other', `\n${all}`),
      `${line('*', '*', '*', 'eva', 'other')}\n${all}`,
      line('127.0.0.1', '*', '*', '*', ESCAPED),
      line('LOCALHOST', '*', '*', '*', ESCAPED),
      line('local*', '*', '*', '*', ESCAPED),
      line('\\localhost', '*', '*', '*', ESCAPED),
      line('local\\host', '*', 'post\\gres', '*', ESCAPED),
      line('localhost', '*', '*', ESCAPED),
      line('localhost', '*', '*', '*'),
      line('localhost', '*', '*', '*', ''),
      line('', '*', '*', '*', ESCAPED),
      '',
      '\n\n',
      `\uFEFF${all}`,
    ];
    const cases = contents.map((content) => ({ conninfo: named(), env: { PGPASSFILE: fileOf(content) } }));
    const { libpq, ours } = await compare(cases);
    expect(ours).toEqual(libpq);
    expect(new Set(libpq).size).toBe(2);
  });

  test('which host counts, and which setting', async () => {
    const file = fileOf(`${['localhost', '*', '*', '*', ESCAPED].join(':')}\n`);
    const byAddress = fileOf(`127.0.0.1:*:*:*:${ESCAPED}\n`);
    const bySocket = fileOf(`${server.socketFolder}:*:*:*:${ESCAPED}\n`);
    const base = `port=${port()} user=postgres sslmode=disable`;
    const home = emptyHome();
    writeFileSync(path.join(home, '.pgpass'), `*:*:*:*:${ESCAPED}\n`, { mode: 0o600 });
    const cases = [file, byAddress, bySocket].flatMap((each) =>
      [
        `host=localhost ${base}`,
        `host=127.0.0.1 ${base}`,
        `hostaddr=127.0.0.1 ${base}`,
        `host=${server.socketFolder} ${base}`,
        `host=localhost,127.0.0.1 ${base}`,
      ].map((conninfo) => ({ conninfo, env: { PGPASSFILE: each } })),
    );
    const { libpq, ours } = await compare([
      ...cases,
      { conninfo: `${named()} passfile=${file}`, env: { PGPASSFILE: '/nowhere' } },
      { conninfo: `${named()} passfile=/nowhere`, env: { PGPASSFILE: file } },
      { conninfo: named(), env: { HOME: home } },
      { conninfo: named(), env: { HOME: home, PGPASSFILE: '' } },
      { conninfo: named(), env: { HOME: home, PGPASSWORD: '' } },
      { conninfo: named(), env: { HOME: home, PGPASSWORD: 'wrong' } },
      { conninfo: `${named()} password=''`, env: { HOME: home } },
    ]);
    expect(ours).toEqual(libpq);
  });

  test('permissions and kinds', async () => {
    const content = `*:*:*:*:${ESCAPED}\n`;
    const folder = emptyHome();
    const link = path.join(folder, 'link');
    symlinkSync(fileOf(content), link);
    mkdirSync(path.join(folder, 'folder'));
    const files = [
      ...[0o600, 0o400, 0o700, 0o640, 0o604, 0o610, 0o644].map((mode) => fileOf(content, mode)),
      link,
      path.join(folder, 'folder'),
      path.join(folder, 'missing'),
    ];
    const { libpq, ours } = await compare(
      files.map((file) => ({ conninfo: named(), env: { PGPASSFILE: file } })),
    );
    expect(ours).toEqual(libpq);
    expect(libpq.slice(0, 4)).toEqual([true, true, true, false]);
  });

  test('lines of chance', async () => {
    const word = fc.constantFrom('*', 'localhost', 'local\\host', 'postgres', '\\', ':', '\\:', 'a', '');
    const field = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('*', 'localhost', 'postgres') },
      { weight: 1, arbitrary: fc.array(word, { maxLength: 2 }).map((words) => words.join('')) },
    );
    const secret = fc.constantFrom(ESCAPED, PASSWORD, `${ESCAPED}\\`, `${ESCAPED}:`, '\\pa\\:\\s\\\\s *', '');
    const row = fc
      .tuple(field, fc.constantFrom('*', '*', 'PORT', '1'), field, field, secret)
      .map((fields) => fields.join(':'));
    const file = fc.tuple(fc.array(row, { minLength: 1, maxLength: 3 }), fc.constantFrom('\n', '\r\n'));
    const contents = fc
      .sample(file, { numRuns: 150, seed: 7 })
      .map(([rows, end]) => rows.join(end).replaceAll('PORT', port()));
    const cases = contents.map((content) => ({ conninfo: named(), env: { PGPASSFILE: fileOf(content) } }));
    const { libpq, ours } = await compare(cases);
    const differing = contents.filter((_, at) => libpq[at] !== ours[at]);
    expect(differing).toEqual([]);
    expect(libpq.filter(Boolean).length).toBeGreaterThan(10);
  });
});
