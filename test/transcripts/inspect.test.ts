import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ClientState } from '../../src/clients/types.js';
import type { Code } from '../../src/core/codes.js';
import { makeCertificate } from '../support/make-certs.js';
import { CERTS, codesOf, emptyHome, rootCrt, run } from '../support/run.js';

const DAY_MS = 86_400_000;
const pem = (id: string) => readFileSync(path.join(CERTS, `${id}.pem`), 'utf8');
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

const ca = makeCertificate({ subject: 'Our CA', ca: true });
const intermediate = makeCertificate({ subject: 'Our Intermediate', issuer: ca, ca: true });
const leaf = makeCertificate({ subject: 'db.example.org', ca: false });
const ending = makeCertificate({ subject: 'Ending CA', ca: true, notAfter: inDays(30) });
const coming = makeCertificate({
  subject: 'Coming CA',
  ca: true,
  notBefore: inDays(3),
  notAfter: inDays(900),
});
const gone = makeCertificate({ subject: 'Gone CA', ca: true, notBefore: inDays(-900), notAfter: inDays(-3) });
const G2 = pem('digicert-global-root-g2');

function homeWith(content: string | null): string {
  const home = emptyHome();
  mkdirSync(path.join(home, '.postgresql'), { mode: 0o700 });
  if (content !== null) writeFileSync(rootCrt(home), content);
  return home;
}

describe('status: exit 0, whatever it finds', () => {
  const cases: readonly (readonly [
    title: string,
    content: string | null,
    code: Code,
    state: string | null,
  ])[] = [
    ['no file', null, 'root-crt-missing', null],
    ['garbage', 'garbage', 'root-crt-unparsable', null],
    ['intermediates only', intermediate.pem, 'root-crt-no-root', 'ok'],
    ['an expired root', G2 + gone.pem, 'root-expired', 'expired'],
    ['a root that ends soon', ending.pem, 'root-expiring', 'expiring'],
    ['a root of the future', coming.pem, 'root-not-yet-valid', 'not-yet-valid'],
    ['a retired root', pem('digicert-global-root-ca'), 'root-retired', 'retired'],
    ['a server certificate', leaf.pem, 'root-not-a-ca', 'not-a-ca'],
  ];
  test.each(cases)('%s', async (_title, content, code, state = null) => {
    const home = homeWith(content);
    const told = await run(home, ['status', '--json']);
    expect(told.status).toBe(0);
    expect(told.json().ok).toBe(true);
    expect(codesOf(told.json())).toContain(code);
    if (state !== null) expect(told.json().certificates?.map((each) => each.state)).toContain(state);
    expect((await run(home, ['status'])).stdout).toContain(`[${code}]`);
  });

  test('nothing to say of a file in order', async () => {
    expect(codesOf((await run(homeWith(ca.pem), ['status', '--json'])).json())).toEqual([]);
  });

  test('--warn-days', async () => {
    const home = homeWith(ending.pem);
    expect(codesOf((await run(home, ['status', '--warn-days', '10', '--json'])).json())).toEqual([]);
  });

  test('where libpq will look', async () => {
    const told = await run(homeWith(G2), ['status'], { env: { PGSSLROOTCERT: '/etc/other.crt' } });
    expect(told.stdout).toContain('libpq reads /etc/other.crt');
    expect(told.stdout).toContain('warning[env-overrides-root-crt]');
  });

  test('which clients it serves: a hint, a table with --clients, and all about them with --json', async () => {
    const home = homeWith(G2);
    const project = path.join(home, 'app');
    mkdirSync(path.join(project, 'node_modules', 'pg'), { recursive: true });
    writeFileSync(path.join(project, 'node_modules', 'pg', 'package.json'), '{"version":"8.23.1"}');
    const venv = path.join(home, 'venv');
    const packages = path.join(venv, 'lib', 'python3.12', 'site-packages');
    mkdirSync(path.join(packages, 'asyncpg-0.30.0.dist-info'), { recursive: true });
    const told = (...argv: string[]) =>
      run(home, ['status', ...argv], { cwd: project, env: { VIRTUAL_ENV: venv } });

    const brief = await told();
    expect(brief.stdout).toContain('the clients that it serves: pg-root-cert status --clients\n');
    expect(brief.stdout).not.toContain('asyncpg');
    const { stdout } = await told('--clients');
    expect(stdout).toMatch(
      /^clients here, and whether sslmode=verify-full works with nothing else set:\n {2}yes {2}\S/m,
    );
    expect(stdout).toMatch(/^ {2}yes {2}asyncpg 0\.30\.0 +\S+site-packages$/m);
    expect(stdout).toMatch(
      /^ {2}no {3}node-postgres 8\.23\.1 +\S+app\n(?: {2}no .*\n)* {7}it reads no root\.crt by itself: its settings must name the file\n {7}pg-root-cert snippet node-postgres$/m,
    );

    const document: { clients: ClientState[]; clientsComplete: boolean } = JSON.parse(
      (await told('--json')).stdout,
    );
    expect(document.clientsComplete).toBe(true);
    expect(document.clients).toContainEqual({
      id: 'asyncpg',
      name: 'asyncpg',
      version: '0.30.0',
      where: realpathSync(packages),
      reads: rootCrt(home),
      served: true,
      requireVerifies: true,
      missing: null,
      help: [],
    });
    expect(document.clients).toContainEqual({
      id: 'node-postgres',
      name: 'node-postgres',
      version: '8.23.1',
      where: project,
      reads: null,
      served: false,
      requireVerifies: true,
      missing: 'it reads no root.crt by itself: its settings must name the file',
      help: [
        {
          text: 'the settings that it needs',
          commands: [['pg-root-cert', 'snippet', 'node-postgres']],
          safety: 'auto',
        },
      ],
    });
  });
});

describe('verify', () => {
  const cases: readonly (readonly [
    title: string,
    content: string | null,
    argv: readonly string[],
    status: number,
    code: Code | null,
  ])[] = [
    ['in order', G2, [], 0, null],
    ['no file', null, [], 1, 'root-crt-missing'],
    ['garbage', 'garbage', [], 1, 'root-crt-unparsable'],
    ['another root only', ca.pem, [], 1, 'root-not-trusted'],
    ['one of two', pem('supabase-root-2021'), ['supabase'], 1, 'root-not-trusted'],
    ['by SHA-256', ca.pem, [ca.sha256], 0, null],
    ['an intermediate by SHA-256', G2 + intermediate.pem, [intermediate.sha256], 1, 'root-not-trusted'],
    [
      'an expired one',
      G2 + pem('baltimore-cybertrust-root'),
      ['baltimore-cybertrust-root'],
      1,
      'root-expired',
    ],
    ['an expired one beside the one asked for', G2 + pem('baltimore-cybertrust-root'), [], 0, 'stale-root'],
    ['a retired one', pem('digicert-global-root-ca'), ['digicert-global-root-ca'], 0, 'root-retired'],
    ['not yet valid', coming.pem, [coming.sha256], 1, 'root-not-yet-valid'],
  ];
  test.each(cases)('%s', async (_title, content, argv, status, code = null) => {
    const told = await run(homeWith(content), ['verify', ...argv, '--json']);
    expect({ status: told.status, codes: codesOf(told.json()) }).toEqual({
      status,
      codes: code === null ? [] : [code],
    });
    expect(told.json()).toMatchObject({ ok: status === 0, command: 'verify' });
    expect(told.json()).not.toHaveProperty('error');
  });

  test('says what it checked, and how to name another', async () => {
    const told = await run(homeWith(G2), ['verify']);
    expect(told.stdout).toContain('checked digicert-global-root-g2');
    expect(told.stdout).toContain('pg-root-cert verify NAME');
  });

  test('--quiet prints nothing but errors', async () => {
    expect(await run(homeWith(G2 + pem('baltimore-cybertrust-root')), ['verify', '--quiet'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const broken = await run(homeWith(null), ['verify', '--quiet']);
    expect(broken).toMatchObject({ status: 1, stdout: '' });
    expect(broken.stderr).toContain('error[root-crt-missing]');
  });
});
