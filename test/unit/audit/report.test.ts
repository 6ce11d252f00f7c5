import { describe, expect, test } from '@jest/globals';
import { auditFindings, isWeak } from '../../../src/audit/findings.js';
import type { Row } from '../../../src/audit/login.js';
import { MOST_SESSIONS } from '../../../src/audit/questions.js';
import { reportOf } from '../../../src/audit/report.js';
import { grouped, readSessions, summaryOf } from '../../../src/audit/sessions.js';
import { auditText } from '../../../src/cli/render/audit.js';
import { makePaint } from '../../../src/cli/render/paint.js';

const row = (more: Record<string, string | null> = {}): Row => ({
  pid: '7',
  user: 'app',
  database: 'shop',
  address: '203.0.113.7',
  port: '40000',
  application: 'worker',
  type: 'client backend',
  since: '2026-01-01T00:00:00Z',
  ssl: 'f',
  version: null,
  cipher: null,
  bits: null,
  dn: null,
  gss: 'f',
  hidden: 'f',
  ...more,
});
const overTls = { ssl: 't', version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: '256' };
const report = (
  settings: Record<string, string>,
  sessions: readonly Row[] = [],
  hba: readonly Row[] | null = null,
) =>
  reportOf(
    {
      version: '18.4',
      versionNumber: 180_004,
      user: 'Ana "B"',
      database: 'shop',
      settings: new Map(Object.entries(settings)),
      sessions,
      hba,
    },
    'db.example.org',
  );
const codes = (...given: Parameters<typeof report>) =>
  auditFindings(report(...given)).map(({ code }) => code);

test('whatever a server says of itself, nothing of it moves the cursor or reorders a line', () => {
  const evil = 'x\u001b[2J\u202ey\nz';
  const all = Object.fromEntries(Object.keys(row()).map((name) => [name, evil]));
  const fixed = { ssl: 'f', hidden: 'f', gss: 'f' };
  const sessions = [row({ ...all, ...fixed }), row({ ...all, ...fixed, ssl: 't' })];
  const line = { database: evil, user: evil, address: evil, netmask: evil, method: evil, line: evil };
  const hba = [{ file: evil, type: 'host', error: null, ...line }];
  const settings = { ssl: 'on', ssl_ciphers: evil };
  const told = { report: report(settings, sessions, hba), findings: [] };
  const connection = { address: '203.0.113.1', port: 5432, sslmode: 'verify-full', tls: null };
  const findings = auditFindings(told.report);
  expect(findings.map(({ code }) => code)).toContain('audit-tls-not-enforced');
  const texts = findings.flatMap(({ message, notes, help }) => [
    message,
    ...notes,
    ...help.map(({ text }) => text),
  ]);
  const table = auditText({ ...told, connection }, makePaint(false, 80, false));
  for (const text of [...texts, ...table.split('\n')]) expect(text).not.toMatch(/\p{C}/u);
});

describe('sessions', () => {
  test('each kind of connection, and what is none', () => {
    const { shown, hidden } = readSessions([
      row(),
      row(overTls),
      row({ gss: 't' }),
      row({ address: null, port: '-1' }),
      row({ port: null, type: 'parallel worker' }),
      row({ port: null, type: null, hidden: 't' }),
    ]);
    expect(shown.map(({ encryption }) => encryption)).toEqual(['none', 'tls', 'gss', 'unix']);
    expect(hidden).toBe(1);
    expect(summaryOf({ shown, hidden })).toEqual({
      total: 5,
      plaintext: 1,
      tls: 1,
      gss: 1,
      unix: 1,
      hidden: 1,
      tlsVersions: { 'TLSv1.3': 1 },
    });
  });

  test('plain text comes first, then the largest group', () => {
    const { shown } = readSessions([row(overTls), row(), row({ user: 'eve' }), row({ user: 'eve' })]);
    expect(grouped(shown).map(({ count, first }) => [count, first.user, first.encryption])).toEqual([
      [2, 'eve', 'none'],
      [1, 'app', 'none'],
      [1, 'app', 'tls'],
    ]);
  });

  test('more than are read: the rest is said to be missing', () => {
    const many = report({ ssl: 'on' }, Array(MOST_SESSIONS + 1).fill(row(overTls)));
    expect(many.sessions.shown).toHaveLength(MOST_SESSIONS);
    expect(auditFindings(many).map(({ code }) => code)).toEqual(['audit-partial']);
  });
});

describe('what decides whether TLS is a must', () => {
  const plain: Row = {
    line: '1',
    type: 'host',
    database: 'all',
    user: 'all',
    address: 'all',
    netmask: null,
    method: 'md5',
    error: null,
  };
  test.each<[Record<string, string>, Row[] | null, boolean | null, string | null]>([
    [{ ssl: 'on' }, null, null, null],
    [{ ssl: 'on' }, [], true, null],
    [{ ssl: 'on' }, [plain], false, null],
    [{ ssl: 'on', 'rds.force_ssl': '1' }, [plain], true, 'rds.force_ssl'],
    [{ ssl: 'on', 'rds.force_ssl': 'on' }, null, true, 'rds.force_ssl'],
    [{ ssl: 'on', 'rds.force_ssl': '0' }, null, false, 'rds.force_ssl'],
    [{ ssl: 'on', require_secure_transport: 'on' }, null, true, 'require_secure_transport'],
    [{ ssl: 'on', require_secure_transport: 'off' }, null, false, 'require_secure_transport'],
    [{ ssl: 'off' }, [], false, 'ssl'],
  ])('%j with pg_hba.conf %j', (settings, hba, tls, by) => {
    expect(report(settings, [], hba).enforced).toEqual({ tls, by });
    expect(codes(settings, [], hba).includes('audit-tls-not-enforced')).toBe(tls === false && by !== 'ssl');
  });
});

describe('findings', () => {
  test('a quiet server with TLS has none', () => {
    expect(
      codes({ ssl: 'on' }, [row(overTls), row({ address: null, port: '-1' }), row({ gss: 't' })]),
    ).toEqual([]);
  });

  test('what a server or a client names itself cannot drive the terminal', () => {
    const nasty = row({ user: '\u001b[2J', database: 'a\nb', application: '\u202e\u0007x' });
    const said = JSON.stringify(auditFindings(report({ ssl: 'on' }, [nasty])));
    expect(said).not.toMatch(/\\u001b|\\u0007|\u202e|\\n/);
  });

  test('many groups are cut, and a name is quoted as SQL wants it', () => {
    const many = Array.from({ length: 14 }, (_, at) => row({ user: `u${at}` }));
    const [plain, partial] = auditFindings(report({ ssl: 'on' }, [...many, row({ hidden: 't' })]));
    expect(plain?.notes.at(-1)).toBe('and 4 more kinds');
    expect(partial?.help[0]?.commands[0]?.at(-1)).toBe('grant pg_monitor to "Ana ""B"""');
  });

  test.each([
    ['TLSv1.3', 'TLS_AES_128_GCM_SHA256', 128, false],
    ['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256', 128, false],
    ['TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305', 256, false],
    ['TLSv1.1', 'ECDHE-RSA-AES256-SHA', 256, true],
    ['TLSv1', 'AES256-SHA', 256, true],
    ['TLSv1.2', 'DES-CBC3-SHA', 112, true],
    ['TLSv1.2', 'ECDHE-RSA-RC4-SHA', 128, true],
    ['TLSv1.2', 'ECDHE-RSA-NULL-SHA', 0, true],
    ['TLSv1.2', 'ADH-AES256-GCM-SHA384', 256, true],
  ])('%s %s with %i bits: weak %s', (version, cipher, bits, weak) => {
    expect(isWeak({ version, cipher, bits, clientDn: null })).toBe(weak);
  });
});
