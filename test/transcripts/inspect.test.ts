import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
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

describe('what has a successor: whether that is there', () => {
  const CA = 'digicert-global-root-ca';
  const GONE = 'amazon-rds-root-2019-ca';
  const REKEYED = 'supabase-root-2021-rekey-2025';
  const region = ['ecc384', 'rsa2048', 'rsa4096'].map((kind) => `amazon-rds-eu-west-1-${kind}-g1`);
  const cases: readonly (readonly [
    ids: readonly string[],
    code: Code,
    verifyCode: Code,
    notes: readonly string[],
    commands: readonly string[],
  ])[] = [
    [
      [CA],
      'root-retired',
      'root-retired',
      [
        'its successor for adobe is not there: digicert-global-root-g2 missing',
        'its successor for azure is not there: digicert-global-root-g2, microsoft-rsa-root-ca-2017 missing',
      ],
      ['install adobe', 'install azure', 'rotate adobe'],
    ],
    [
      [CA, 'digicert-global-root-g2'],
      'root-retired',
      'root-retired',
      ['its successor for adobe is there: digicert-global-root-g2'],
      ['install azure', 'rotate adobe', 'remove digicert-global-root-ca'],
    ],
    [
      [CA, 'digicert-global-root-g2', 'microsoft-rsa-root-ca-2017'],
      'root-superseded',
      'root-superseded',
      [
        'its successor for azure is there: digicert-global-root-g2, microsoft-rsa-root-ca-2017',
        'azure-china still needs it',
      ],
      ['remove'],
    ],
    [
      [GONE],
      'root-expired',
      'stale-root',
      ['its successor for aws-rds/REGION is not there: no root of any region is'],
      ['install aws-rds/REGION', 'remove'],
    ],
    [
      [GONE, ...region],
      'root-expired',
      'stale-root',
      [`its successor for aws-rds/eu-west-1 is there: ${region.join(', ')}`],
      ['remove'],
    ],
    [
      ['supabase-root-2021'],
      'superseded-without-successor',
      'superseded-without-successor',
      [`the newer key of the same name, for supabase, is not there: ${REKEYED} missing`],
      ['install supabase'],
    ],
    [
      ['supabase-root-2021', REKEYED],
      'root-superseded',
      'root-superseded',
      [`the newer key of the same name, for supabase, is there: ${REKEYED}`],
      [],
    ],
  ];

  test.each(cases)('%j: %s', async (ids, code, verifyCode, notes, commands) => {
    const home = homeWith(ids.map(pem).join(''));
    const status = (await run(home, ['status', '--json'])).json();
    const said = status.findings.find((each) => each.code === code);
    expect(said?.notes).toEqual(expect.arrayContaining([...notes]));
    const advised =
      said?.help.flatMap((each) => each.commands.map((argv) => argv.slice(1, 3).join(' '))) ?? [];
    for (const command of commands) expect(advised.join('\n')).toContain(command);
    const verified = (await run(home, ['verify', 'isrg-root-x1', '--json'])).json();
    const beside = verified.findings.find((each) => each.code === verifyCode);
    expect(beside?.notes).toEqual(expect.arrayContaining([...notes]));
    const asked = (await run(home, ['verify', ids[0] ?? '', '--json'])).json();
    expect(asked.findings.find((each) => each.code === code)?.notes).toEqual(said?.notes);
  });

  test('in JSON: each certificate names its successors', async () => {
    const home = homeWith(pem('supabase-root-2021') + G2);
    expect((await run(home, ['status', '--json'])).json().certificates).toMatchObject([
      { state: 'ok', successors: [{ name: 'supabase', installed: false, roots: [REKEYED] }] },
      { state: 'ok', successors: [] },
    ]);
  });

  test('--warn-days ahead of its end, verify says it too, and whether the successor is there', async () => {
    const home = homeWith(pem('supabase-root-2021') + pem(REKEYED));
    const ahead = ['--warn-days', '36500', '--json'];
    for (const argv of [['status'], ['verify', 'supabase'], ['verify', 'isrg-root-x1']]) {
      const told = (await run(home, [...argv, ...ahead])).json();
      const expiring = told.findings.filter((each) => each.code === 'root-expiring');
      expect(expiring).toHaveLength(2);
      expect(expiring[0]?.notes).toEqual([
        `the newer key of the same name, for supabase, is there: ${REKEYED}`,
      ]);
    }
  });

  test('verify says once that an asked successor is missing', async () => {
    const told = await run(homeWith(pem('supabase-root-2021')), ['verify', 'supabase', '--json']);
    expect(codesOf(told.json())).toEqual(['root-not-trusted']);
  });
});

describe('the last root goes', () => {
  test('with --expired: it may, and it is said; with --file too', async () => {
    const home = homeWith(pem('baltimore-cybertrust-root'));
    const file = path.join(home, 'other.crt');
    writeFileSync(file, pem('amazon-rds-root-2019-ca'));
    const removed = await run(home, ['remove', '--expired', '--json']);
    expect(removed.json()).toMatchObject({ ok: true, targets: [{ changed: true }] });
    expect(codesOf(removed.json())).toEqual(['require-no-longer-verifies']);
    expect(existsSync(rootCrt(home))).toBe(false);
    const other = await run(home, ['remove', '--expired', '--file', file]);
    expect(other.stderr).toContain(`sslmode=require and sslrootcert=${file} are no longer verified`);
    expect(existsSync(file)).toBe(false);
  });

  test('with --retired and no successor there: refused, unless forced', async () => {
    const home = homeWith(pem('digicert-global-root-ca'));
    const refused = await run(home, ['remove', '--retired', '--json']);
    expect({ status: refused.status, code: refused.json().error?.code }).toEqual({
      status: 4,
      code: 'successor-missing',
    });
    expect(existsSync(rootCrt(home))).toBe(true);
    const forced = await run(home, ['remove', '--retired', '--force', '--json']);
    expect(forced.json().targets[0]?.removed).toMatchObject([{ id: 'digicert-global-root-ca' }]);
    expect(codesOf(forced.json())).toEqual(['require-no-longer-verifies']);
  });

  test('and only an intermediate is left: no server passes any more', async () => {
    const home = homeWith(gone.pem + intermediate.pem);
    const removed = await run(home, ['remove', '--expired', '--json']);
    expect(removed.json().targets[0]?.kept).toHaveLength(1);
    expect(codesOf(removed.json())).toEqual(['root-crt-no-root']);
  });
});
