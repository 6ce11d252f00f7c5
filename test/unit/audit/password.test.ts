import { describe, expect, test } from '@jest/globals';
import { findPassword, passwordFor } from '../../../src/audit/password.js';
import { auditSettings } from '../../../src/audit/settings.js';
import { requireAuthPermits } from '../../../src/postgres/require-auth.js';
import { fakeHost } from '../../support/fake-host.js';

type Options = NonNullable<Parameters<typeof fakeHost>[0]>;

function setUp(options: Options = {}, conninfo = 'host=db.example.org user=ana dbname=app') {
  const host = fakeHost(options);
  const { resolved } = auditSettings(host, conninfo);
  const [spec] = resolved.hosts;
  if (spec === undefined) throw new Error('no host');
  return { host, settings: resolved.settings, spec };
}
const asked = (method: string) => ({ method, mechanisms: [] });

describe('where a password comes from', () => {
  test('on Windows pgpass.conf in AppData, whatever its mode', () => {
    const { host, settings, spec } = setUp({ platform: 'win32' });
    const file = 'C:\\Users\\me\\AppData\\Roaming\\postgresql\\pgpass.conf';
    host.files.put(file, { bytes: Buffer.from('db.example.org:5432:app:ana:secret'), mode: 0o666 });
    expect(findPassword(host, settings, spec)).toEqual({
      password: { value: 'secret', from: `the password file ${file}` },
      findings: [],
    });
  });

  test('the connection string before the environment before the file', () => {
    const env = { HOME: '/home/me', PGPASSWORD: 'of the environment' };
    const conninfo = "host=db.example.org user=ana password='of the string'";
    const both = setUp({ env }, conninfo);
    expect(findPassword(both.host, both.settings, both.spec).password?.value).toBe('of the string');
    const { host, settings, spec } = setUp({ env });
    host.files.put('/home/me/.pgpass', { bytes: Buffer.from('*:*:*:*:of the file'), mode: 0o600 });
    expect(findPassword(host, settings, spec).password?.value).toBe('of the environment');
  });

  test.each([
    [0o644, 'has group or world access'],
    [0o620, 'has group or world access'],
  ])('a file of mode %o is passed over, with the way to mend it', (mode, why) => {
    const { host, settings, spec } = setUp();
    host.files.put('/home/me/.pgpass', { bytes: Buffer.from('*:*:*:*:secret'), mode });
    const { password, findings } = findPassword(host, settings, spec);
    expect(password).toBeNull();
    expect(findings[0]).toMatchObject({
      code: 'passfile-ignored',
      help: [{ commands: [['chmod', '600', '/home/me/.pgpass']] }],
    });
    expect(findings[0]?.message).toContain(why);
  });
});

describe('a server that asks', () => {
  test('for nothing: nobody is asked', async () => {
    const { host, settings, spec } = setUp({ secret: 'typed' });
    expect((await passwordFor(host, settings, spec, asked('ok'))).password).toBeNull();
  });

  test('for a password that nothing gives: the person is', async () => {
    const { host, settings, spec } = setUp({ secret: 'typed' });
    const { password } = await passwordFor(host, settings, spec, asked('scram-sha-256'));
    expect(password).toEqual({ value: 'typed', from: 'the terminal' });
  });

  test.each([[{}], [{ secret: '' }]])('and nobody answers: %j', async (options) => {
    const { host, settings, spec } = setUp(options);
    await expect(passwordFor(host, settings, spec, asked('md5'))).rejects.toMatchObject({
      code: 'login-failed',
    });
  });

  test.each(['gss', 'sspi', 'oauth', 'sasl', '12'])('for %s: not possible', async (method) => {
    const { host, settings, spec } = setUp({ secret: 'typed' });
    await expect(passwordFor(host, settings, spec, asked(method))).rejects.toMatchObject({
      code: 'login-failed',
    });
  });
});

test.each([
  ['', 'password', true],
  ['scram-sha-256', 'scram-sha-256', true],
  ['scram-sha-256', 'md5', false],
  ['scram-sha-256,none', 'ok', true],
  ['scram-sha-256', 'ok', false],
  ['!password,!md5', 'password', false],
  ['!password,!md5', 'scram-sha-256', true],
  ['!none', 'ok', false],
])('require_auth=%s, and the server asks for %s: permitted %s', (value, method, permitted) => {
  expect(requireAuthPermits(value, method)).toBe(permitted);
});

describe('the sslmode', () => {
  test.each([
    ['', {}, 'verify-full', null],
    ['sslmode=prefer', {}, 'require', 'prefer'],
    ['sslmode=allow', {}, 'require', 'allow'],
    ['sslmode=verify-ca', {}, 'verify-ca', null],
    ['', { PGSSLMODE: 'prefer' }, 'require', 'prefer'],
    ['', { PGREQUIRESSL: '1' }, 'require', null],
    ['sslmode=disable', { PGSSLMODE: 'require' }, 'disable', null],
    ['sslnegotiation=direct', {}, 'verify-full', null],
    ['sslrootcert=system', {}, 'verify-full', null],
  ])('%s %j: %s', (conninfo, env, sslmode, instead) => {
    const host = fakeHost({ env: { HOME: '/home/me', ...env } });
    const settings = auditSettings(host, `host=db.example.org ${conninfo}`);
    expect(settings.resolved.settings.get('sslmode')?.value).toBe(sslmode);
    expect(settings.instead).toBe(instead);
  });
});
