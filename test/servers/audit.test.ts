import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type HeldOptions, holdSession } from '../support/held-session.js';
import { available } from '../support/parts.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { emptyHome, hasProgram, rootCrt, run } from '../support/run.js';
import { atTerminal } from '../support/terminal.js';
import { makeTestCa } from '../support/test-ca.js';

jest.setTimeout(30_000);

const here = available();
/** PostgreSQL 12 takes TLS 1.0 unless told otherwise. */
const SETTINGS = { ssl_min_protocol_version: 'TLSv1.2' };
const PASSWORD = 'correct horse:battery\\staple';

interface Session {
  user: string;
  database: string | null;
  address: string | null;
  application: string;
  type: string | null;
  encryption: string;
  tls: { version: string; cipher: string; bits: number; clientDn: string | null } | null;
}

interface AuditDocument {
  ok: boolean;
  error?: { code: string; message: string; help: string[] };
  server: {
    host: string;
    port: number;
    version: string;
    ssl: boolean | null;
    tlsEnforced: boolean | null;
    settings: Record<string, string>;
    hba: { place: string; plaintext: boolean }[] | null;
  };
  connection: {
    user: string;
    database: string;
    sslmode: string;
    tls: { version: string; cipher: string } | null;
  };
  sessions: Session[];
  summary: Record<string, number>;
  findings: { code: string; severity: string; message: string; notes: string[] }[];
}

const ca = makeTestCa({ name: 'Our CA', withIntermediate: true });

function homeWith(content: string): string {
  const home = emptyHome();
  mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  writeFileSync(rootCrt(home), content);
  return home;
}

const codesOf = ({ findings }: AuditDocument) => findings.map(({ code }) => code).sort();

async function audit(home: string, conninfo: string, env: Record<string, string> = {}) {
  const told = await run(home, ['audit', conninfo, '--json'], { env });
  expect(told.stdout + told.stderr).not.toContain('correct horse');
  return { ...told, document: JSON.parse(told.stdout) as AuditDocument };
}

const HBA = [
  'host all all 127.0.0.1/32 scram-sha-256',
  'host all all ::1/128 scram-sha-256',
  'hostssl all all 192.0.2.0/24 scram-sha-256',
  'host app all 198.51.100.0/24 scram-sha-256',
  'host replication all 127.0.0.1/32 scram-sha-256',
  'local all all scram-sha-256',
];

/** What the tests of one server have in common. */
function serverOf(major: '18' | '14' | '12') {
  const held: { end(): Promise<void> }[] = [];
  let server: PostgresServer;
  beforeAll(async () => {
    const tls = ca.issueServer({ names: ['localhost'] });
    server = await startPostgres({ major, tls, password: PASSWORD, hba: HBA, settings: SETTINGS });
  }, 60_000);
  afterAll(async () => {
    for (const session of held) await session.end();
    await server.stop();
  });
  const hold = async (options: Partial<HeldOptions>) => {
    const session = await holdSession({ port: server.port, password: PASSWORD, ...options });
    held.push(session);
    return session;
  };
  return {
    hold,
    conninfo: (more = '') =>
      `host=localhost hostaddr=127.0.0.1 port=${server.port} user=postgres dbname=postgres ${more}`,
    get server() {
      return server;
    },
  };
}

for (const major of ['18', '14', '12'] as const) {
  const onServer = here.servers.includes(major) ? describe : describe.skip;
  onServer(`the sessions of a real PostgreSQL ${major}`, () => {
    const on = serverOf(major);
    const env = { PGPASSWORD: PASSWORD };

    test('who connects without TLS, versions and ciphers, as JSON and as a table', async () => {
      const admin = await on.hold({ application: 'admin', tls: {} });
      await admin.query("set password_encryption = 'scram-sha-256'");
      await admin.query(`create role "b\u001b[31mad" login superuser password '${PASSWORD}'`);
      await on.hold({ application: 'plain', user: 'b\u001b[31mad' });
      await on.hold({ application: 'plain', user: 'b\u001b[31mad' });
      await on.hold({ application: 'new', tls: { minVersion: 'TLSv1.3' } });
      await on.hold({
        application: 'old',
        tls: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
      });
      await on.hold({ application: 'local', host: on.server.socketFolder });
      await on.hold({ application: 'standby', replication: 'database', tls: {} });
      const home = homeWith(ca.root.pem);
      const { status, document } = await audit(home, on.conninfo(), env);
      expect(status).toBe(0);
      expect(document).toMatchObject({
        ok: true,
        server: {
          host: 'localhost',
          ssl: true,
          settings: { ssl: 'on', ssl_min_protocol_version: 'TLSv1.2' },
        },
        connection: { user: 'postgres', sslmode: 'verify-full', tls: { version: 'TLSv1.3' } },
        summary: { total: 7, plaintext: 2, tls: 4, unix: 1, hidden: 0, truncated: false },
      });
      expect(document.server.version).toMatch(new RegExp(`^${major}\\.`));
      const by = (application: string) =>
        document.sessions.filter((each) => each.application === application);
      expect(by('plain')).toHaveLength(2);
      expect(by('plain')[0]).toMatchObject({ encryption: 'none', tls: null, address: '127.0.0.1' });
      expect(by('new')[0]).toMatchObject({ encryption: 'tls', tls: { version: 'TLSv1.3', bits: 256 } });
      expect(by('old')[0]?.tls).toEqual({
        version: 'TLSv1.2',
        cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256',
        bits: 128,
        clientDn: null,
      });
      expect(by('local')[0]).toMatchObject({ encryption: 'unix', address: null });
      expect(by('standby')[0]).toMatchObject({ encryption: 'tls', type: 'walsender' });
      expect(codesOf(document)).toEqual(['audit-plaintext-sessions', 'audit-tls-not-enforced']);

      const { stdout, stderr } = await run(home, ['audit', on.conninfo()], { env });
      expect(stderr).toBe('');
      expect(stdout).not.toContain('\u001b');
      const table = stdout.split('\n').filter((line) => /^ +\d+ {2}/.test(line));
      expect(table).toHaveLength(6);
      expect(table[0]).toMatch(/^ {4}2 {2}none {5}- .* b\[31mad {3}postgres {2}127\.0\.0\.1 {2}plain$/);
      expect(stdout).toContain('7 sessions beside this one: 2 in plain text, 4 with TLS, 1 by Unix socket');
    });

    test('pg_hba.conf: the lines that let plain text in, and none', async () => {
      const home = homeWith(ca.root.pem);
      const { document } = await audit(home, on.conninfo(), env);
      expect(document.server.tlsEnforced).toBe(false);
      expect(document.server.hba?.filter(({ plaintext }) => plaintext).map(({ place }) => place)).toEqual([
        'pg_hba.conf line 4',
      ]);
      await on.server.reload({ hba: HBA.filter((line) => !line.includes('198.51')) });
      const strict = await audit(home, on.conninfo(), env);
      expect(strict.document.server.tlsEnforced).toBe(true);
      expect(codesOf(strict.document)).not.toContain('audit-tls-not-enforced');
      await on.server.reload({ hba: HBA });
    });

    test('rds.force_ssl, where it exists', async () => {
      const home = homeWith(ca.root.pem);
      for (const value of ['1', '0']) {
        await on.server.reload({ settings: { ...SETTINGS, 'rds.force_ssl': value } });
        const { document } = await audit(home, on.conninfo(), env);
        expect(document.server.settings['rds.force_ssl']).toBe(value);
        expect(document.server.tlsEnforced).toBe(value === '1');
        expect(codesOf(document).includes('audit-tls-not-enforced')).toBe(value === '0');
      }
      await on.server.reload({ settings: SETTINGS });
    });

    test('a user who may not see the others: what is hidden is said, and who can help', async () => {
      const admin = await on.hold({ application: 'admin' });
      await admin.query("set password_encryption = 'scram-sha-256'");
      await admin.query(`create role ana login password '${PASSWORD}'`);
      const home = homeWith(ca.root.pem);
      const asAna = on.conninfo().replace('user=postgres', 'user=ana');
      const { status, document } = await audit(home, asAna, env);
      expect(status).toBe(0);
      expect(document.summary.hidden).toBeGreaterThan(0);
      expect(document.sessions).toEqual([]);
      expect(document.server).toMatchObject({ hba: null, tlsEnforced: null });
      const partial = document.findings.find(({ code }) => code === 'audit-partial');
      expect(JSON.stringify(partial)).toContain('grant pg_monitor to ana');

      await admin.query('grant pg_monitor to ana');
      const seeing = await audit(home, asAna, env);
      expect(seeing.document.summary.hidden).toBe(0);
      expect(codesOf(seeing.document)).not.toContain('audit-partial');
    });
  });
}

const on18 = here.servers.includes('18') ? describe : describe.skip;

on18('how the audit logs in', () => {
  const on = serverOf('18');
  const passfile = (home: string, line: string, mode = 0o600): string => {
    const file = path.join(home, '.pgpass');
    writeFileSync(file, `${line}\n`, { mode });
    return file;
  };
  const escaped = PASSWORD.replace(/[\\:]/g, '\\$&');

  test('a password of .pgpass, of PGPASSFILE, of the connection string', async () => {
    const home = homeWith(ca.root.pem);
    expect((await audit(home, on.conninfo())).document.error?.code).toBe('login-failed');
    const file = passfile(home, `localhost:${on.server.port}:*:postgres:${escaped}`);
    expect((await audit(home, on.conninfo())).status).toBe(0);
    const other = homeWith(ca.root.pem);
    expect((await audit(other, on.conninfo(), { PGPASSFILE: file })).status).toBe(0);
    const quoted = PASSWORD.replace(/['\\]/g, '\\$&');
    expect((await audit(other, on.conninfo(`password='${quoted}'`))).status).toBe(0);
  });

  test('a password file that others may read is passed over', async () => {
    const home = homeWith(ca.root.pem);
    passfile(home, `*:*:*:*:${escaped}`, 0o644);
    const { status, document } = await audit(home, on.conninfo());
    expect({ status, code: document.error?.code }).toEqual({ status: 3, code: 'login-failed' });
    expect(codesOf(document)).toEqual(['passfile-ignored']);
    const { document: logged } = await audit(home, on.conninfo(), { PGPASSWORD: PASSWORD });
    expect(codesOf(logged)).not.toContain('passfile-ignored');
  });

  const onTerminal = hasProgram('script') ? test : test.skip;
  onTerminal('a password typed at the terminal, which does not show it', async () => {
    const home = homeWith(ca.root.pem);
    const typed = await atTerminal(home, ['audit', on.conninfo()], `${PASSWORD}\r`);
    expect(typed.output).toContain('Password for user postgres: ');
    expect(typed.output).toContain('PostgreSQL 18');
    expect(typed.output).not.toContain('horse');
    expect(typed.status).toBe(0);
    const widest = Math.max(
      ...typed.output
        .split(/\r?\n/)
        .filter((line) => !line.includes('psql'))
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(80);
  });

  test('the wrong password: the words of the server, once', async () => {
    const before = on.server.logs().length;
    const { status, document } = await audit(homeWith(ca.root.pem), on.conninfo(), { PGPASSWORD: 'wrong' });
    expect(status).toBe(3);
    expect(document).toMatchObject({ ok: false, error: { code: 'login-failed' } });
    expect(document.error?.message).toContain('password authentication failed for user "postgres"');
    expect(document.error?.help.join()).toContain('PGPASSWORD');
    expect(
      on.server
        .logs()
        .slice(before)
        .match(/password authentication failed/g),
    ).toHaveLength(1);
  });

  test('logins by cleartext, SCRAM, MD5, certificate and trust, and the settings that forbid some', async () => {
    const home = homeWith(ca.root.pem);
    const env = { PGPASSWORD: PASSWORD };
    for (const method of ['password', 'scram-sha-256', 'trust']) {
      await on.server.reload({ hba: [`hostssl all all 127.0.0.1/32 ${method}`, `local all all ${method}`] });
      expect((await audit(home, on.conninfo(), env)).status).toBe(0);
      const socket = `host=${on.server.socketFolder} port=${on.server.port} user=postgres`;
      const { document } = await audit(home, socket, env);
      expect(document).toMatchObject({ ok: true, connection: { tls: null } });
      expect(codesOf(document)).not.toContain('weak-sslmode');
    }
    const admin = await on.hold({ host: on.server.socketFolder });
    await admin.query("set password_encryption = 'md5'");
    await admin.query(`create role eva login password '${PASSWORD}'`);
    await on.server.reload({ hba: ['hostssl all eva 127.0.0.1/32 md5', 'local all all trust'] });
    const asEva = on.conninfo().replace('user=postgres', 'user=eva');
    expect((await audit(home, asEva, env)).status).toBe(0);
    expect((await audit(home, `${asEva} require_auth=scram-sha-256`, env)).document.error).toMatchObject({
      code: 'login-failed',
    });
    const refused = await audit(home, `${asEva} channel_binding=require`, env);
    expect(refused.document.error?.message).toContain('channel binding');
    await on.server.reload({ hba: HBA });
    expect((await audit(home, on.conninfo('channel_binding=require'), env)).status).toBe(0);

    const shown = await audit(home, on.conninfo('sslcertmode=require'), env);
    expect(shown.document.error?.message).toContain('sslcertmode=require');

    const client = ca.issueClient('postgres');
    writeFileSync(path.join(home, '.postgresql', 'postgresql.crt'), client.cert);
    writeFileSync(path.join(home, '.postgresql', 'postgresql.key'), client.key, { mode: 0o600 });
    const tls = { ...ca.issueServer({ names: ['localhost'] }), ca: ca.root.pem };
    await on.server.reload({ tls, hba: ['hostssl all all 127.0.0.1/32 cert', 'local all all trust'] });
    await on.hold({ application: 'shown', tls: { cert: client.cert, key: client.key } });
    const byCertificate = await audit(home, on.conninfo('sslcertmode=require'));
    expect(byCertificate.status).toBe(0);
    const [session] = byCertificate.document.sessions.filter(({ application }) => application === 'shown');
    expect(session?.tls?.clientDn).toBe('/CN=postgres');
    await on.server.reload({ hba: HBA });
  });

  test('an sslmode is verify-full unless it is said; a weaker one is honoured and said', async () => {
    const env = { PGPASSWORD: PASSWORD };
    const home = emptyHome();
    const byDefault = await audit(home, on.conninfo(), env);
    expect({ status: byDefault.status, code: byDefault.document.error?.code }).toEqual({
      status: 4,
      code: 'server-not-verified',
    });
    expect(codesOf(byDefault.document)).toContain('root-crt-missing');
    for (const [asked, taken] of [
      ['require', 'require'],
      ['prefer', 'require'],
      ['allow', 'require'],
      ['disable', 'disable'],
    ]) {
      const { status, document } = await audit(home, on.conninfo(`sslmode=${asked}`), env);
      expect({ status, sslmode: document.connection.sslmode }).toEqual({ status: 0, sslmode: taken });
      expect(codesOf(document)).toContain('weak-sslmode');
      expect(document.connection.tls === null).toBe(asked === 'disable');
    }
    expect((await audit(home, on.conninfo(), { ...env, PGSSLMODE: 'require' })).status).toBe(0);
    expect((await audit(homeWith(ca.root.pem), on.conninfo('sslnegotiation=direct'), env)).status).toBe(0);
  });

  test('a server without TLS: no login by prefer, and the finding by the socket', async () => {
    const env = { PGPASSWORD: PASSWORD };
    await on.server.reload({ tls: null, hba: HBA });
    const { status, document } = await audit(emptyHome(), on.conninfo('sslmode=prefer'), env);
    expect({ status, code: document.error?.code }).toEqual({ status: 4, code: 'server-not-verified' });
    expect(codesOf(document)).toContain('ssl-not-supported');
    await on.hold({ application: 'plain' });
    const socket = `host=${on.server.socketFolder} port=${on.server.port} user=postgres`;
    const local = await audit(emptyHome(), socket, env);
    expect(local.document.server).toMatchObject({ ssl: false, tlsEnforced: false });
    expect(codesOf(local.document)).toEqual(['audit-plaintext-sessions', 'ssl-not-supported']);
    await on.server.reload({ tls: ca.issueServer({ names: ['localhost'] }) });
  });

  test('old TLS versions are told', async () => {
    const tls = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await on.server.reload({ settings: { ssl_min_protocol_version: 'TLSv1' } });
    const ancient = await on.hold({ application: 'ancient', tls });
    const env = { PGPASSWORD: PASSWORD };
    const { document } = await audit(homeWith(ca.root.pem), on.conninfo(), env);
    const weak = document.findings.find(({ code }) => code === 'audit-weak-tls');
    expect(weak?.notes[0]).toMatch(/^1 × TLSv1\.1 ECDHE-ECDSA-AES.*\(ancient\)$/);
    await ancient.end();
    const { document: later } = await audit(homeWith(ca.root.pem), on.conninfo(), env);
    expect(later.findings.find(({ code }) => code === 'audit-weak-tls')?.message).toContain('TLSv1');
    await on.server.reload({ settings: SETTINGS });
  });

  test('settings that audit cannot keep to, and those that libpq refuses', async () => {
    const home = homeWith(ca.root.pem);
    for (const setting of [
      'gssencmode=require',
      'target_session_attrs=read-write',
      'replication=database',
      'min_protocol_version=3.2',
      `scram_client_key=${'A'.repeat(43)}=`,
    ]) {
      const { status, document } = await audit(home, on.conninfo(setting));
      expect({ status, code: document.error?.code, setting }).toEqual({
        status: 2,
        code: 'setting-unsupported',
        setting,
      });
    }
    const { status, document } = await audit(home, on.conninfo('sslmode=bogus'));
    expect({ status, code: document.error?.code }).toEqual({ status: 2, code: 'settings-refused' });
  });

  test('of several hosts the first that answers; names, addresses, the environment and a service', async () => {
    const home = homeWith(ca.root.pem);
    const { port } = on.server;
    const env = { PGPASSWORD: PASSWORD };
    const several = `host=localhost,localhost hostaddr=127.0.0.1,127.0.0.1 port=1,${port} user=postgres`;
    expect((await audit(home, several, env)).document.server).toMatchObject({ host: 'localhost', port });
    const uri = `postgresql://postgres@localhost:${port}/postgres?hostaddr=127.0.0.1`;
    expect((await audit(home, uri, env)).document).toMatchObject({ ok: true });
    const PG = { PGHOST: 'localhost', PGHOSTADDR: '127.0.0.1', PGPORT: `${port}`, PGUSER: 'postgres' };
    expect((await audit(home, '', { ...env, ...PG })).document).toMatchObject({ ok: true });
    const service = `[here]\nhost=localhost\nhostaddr=127.0.0.1\nport=${port}\nuser=postgres\npassword=${PASSWORD}\n`;
    writeFileSync(path.join(home, '.pg_service.conf'), service);
    expect((await audit(home, 'service=here')).document).toMatchObject({ ok: true });
    const wrongName = `host=127.0.0.1 port=${port} user=postgres`;
    const refused = await audit(home, wrongName, env);
    expect(refused.document.error?.code).toBe('server-not-verified');
    expect(codesOf(refused.document)).toContain('hostname-mismatch');
  });

  test('nobody there: exit 3', async () => {
    const { status, document } = await audit(homeWith(ca.root.pem), 'host=127.0.0.1 port=1 user=x');
    expect({ status, code: document.error?.code }).toEqual({ status: 3, code: 'host-unreachable' });
  });
});
