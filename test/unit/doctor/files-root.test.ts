import { describe, expect, test } from '@jest/globals';
import type { RootFile, SslMode } from '../../../src/doctor/evidence.js';
import { readClientFiles, rootFileRefusal, userHome } from '../../../src/doctor/files.js';
import { resolveSettings, type Settings } from '../../../src/postgres/settings.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { makeCertificate } from '../../support/make-certs.js';
import '../../support/matchers.js';

const ca = makeCertificate({ subject: 'CA' });
const other = makeCertificate({ subject: 'Other CA' });

function settingsOf(host: FakeHost, conninfo: string, major: number): Settings {
  const resolved = resolveSettings({ conninfo, host, homeFolder: userHome(host, major), major });
  if (!resolved.ok) throw new Error(resolved.libpqMessage);
  return resolved.settings;
}

async function rootOf(host: FakeHost, conninfo = '', major = 18): Promise<RootFile> {
  const settings = settingsOf(host, conninfo, major);
  return (await readClientFiles(host, settings, { major, homeFolder: userHome(host, major) })).root;
}

describe('the home', () => {
  const both = () => fakeHost({ env: { HOME: '/elsewhere' }, passwdHome: '/home/me' });

  test('HOME counts since 15', () => {
    expect([12, 13, 14, 15, 18].map((major) => userHome(both(), major))).toEqual([
      '/home/me',
      '/home/me',
      '/home/me',
      '/elsewhere',
      '/elsewhere',
    ]);
  });

  test('an empty HOME does not', () => {
    expect(userHome(fakeHost({ env: { HOME: '' } }), 18)).toBe('/home/me');
    expect(userHome(fakeHost({ env: {}, passwdHome: null }), 18)).toBeNull();
  });

  test('without one there is no default root.crt', async () => {
    const host = fakeHost({ env: {}, passwdHome: null });
    expect(await rootOf(host)).toEqual({ kind: 'no-home' });
    expect(await rootOf(host, 'sslrootcert=/x')).toMatchObject({
      kind: 'absent',
      path: '/x',
      isDefault: false,
    });
  });
});

describe('the root file', () => {
  test('the default one, with its facts', async () => {
    const host = fakeHost();
    host.files.put('/home/me/.postgresql/root.crt', { bytes: ca.pem, mode: 0o640 });
    const root = await rootOf(host);
    expect(root).toMatchObject({
      kind: 'present',
      path: '/home/me/.postgresql/root.crt',
      isDefault: true,
      reason: null,
      loads: true,
      facts: { kind: 'file', mode: 0o640 },
    });
    expect(root.kind === 'present' && root.bundle?.certificates.map(({ sha256 }) => sha256)).toEqual([
      ca.sha256,
    ]);
  });

  test('a home is spelled as it was given', async () => {
    const host = fakeHost({ env: { HOME: 'h/' } });
    host.files.put('/home/me/h/.postgresql/root.crt', { bytes: ca.pem });
    expect(await rootOf(host)).toMatchObject({
      kind: 'present',
      path: 'h//.postgresql/root.crt',
      loads: true,
    });
  });

  test('a relative path counts from the working directory', async () => {
    const host = fakeHost();
    host.files.put('/home/me/x/r.crt', { bytes: ca.pem });
    expect(await rootOf(host, 'sslrootcert=x/r.crt')).toMatchObject({ kind: 'present', path: 'x/r.crt' });
  });

  test('one that holds part of a password is not shown', async () => {
    const host = fakeHost();
    const settings = new Map(settingsOf(host, '', 18));
    settings.set('sslrootcert', { value: '/secret', origin: 'conninfo', secret: true });
    const { root } = await readClientFiles(host, settings, { major: 18, homeFolder: '/home/me' });
    expect(root).toMatchObject({ kind: 'absent', path: '***' });
  });

  test('one that cannot be opened is there, and does not load', async () => {
    const host = fakeHost();
    host.files.put('/r.crt', { bytes: ca.pem, mode: 0 });
    expect(await rootOf(host, 'sslrootcert=/r.crt')).toMatchObject({
      bundle: null,
      reason: 'Permission denied',
      loads: false,
    });
  });

  test('a huge one ends the run', async () => {
    const host = fakeHost();
    host.files.put('/r.crt', { bytes: new Uint8Array(16 * 1024 * 1024 + 1) });
    await expect(rootOf(host, 'sslrootcert=/r.crt')).rejects.toFailWith('file-too-large');
  });
});

describe('sslrootcert=system', () => {
  const subjects = (root: RootFile): readonly string[] | null =>
    root.kind === 'system' ? root.certificates.map(({ subject }) => subject) : null;

  test('is a file before 16', async () => {
    expect(await rootOf(fakeHost(), 'sslrootcert=system', 15)).toMatchObject({
      kind: 'absent',
      path: 'system',
    });
  });

  test.each([
    ['Debian', '/usr/lib/ssl/certs/0a0b0c0d.0'],
    ['Red Hat', '/etc/pki/tls/cert.pem'],
    ['Alpine', '/etc/ssl/cert.pem'],
    ['Homebrew', '/opt/homebrew/etc/openssl@3/cert.pem'],
    ['SUSE without hashes', '/etc/ssl/ca-bundle.pem'],
  ])('%s', async (_, path) => {
    const host = fakeHost();
    host.files.put(path, { bytes: ca.pem + ca.pem });
    expect(subjects(await rootOf(host, 'sslrootcert=system'))).toEqual(['CN=CA']);
  });

  test("on macOS Homebrew's come before Apple's, which are always there", async () => {
    const host = fakeHost({ platform: 'darwin' });
    host.files.put('/etc/ssl/cert.pem', { bytes: other.pem });
    expect(subjects(await rootOf(host, 'sslrootcert=system'))).toEqual(['CN=Other CA']);
    host.files.put('/opt/homebrew/etc/openssl@3/cert.pem', { bytes: ca.pem });
    expect(subjects(await rootOf(host, 'sslrootcert=system'))).toEqual(['CN=CA']);
  });

  test('SSL_CERT_FILE stands for the file only, SSL_CERT_DIR for the folder only', async () => {
    const withEnv = (env: Record<string, string>): FakeHost => {
      const host = fakeHost({ env: { HOME: '/home/me', ...env } });
      host.files.put('/usr/lib/ssl/cert.pem', { bytes: ca.pem });
      host.files.put('/usr/lib/ssl/certs/0a0b0c0d.0', { bytes: other.pem });
      return host;
    };
    const ask = async (env: Record<string, string>) =>
      subjects(await rootOf(withEnv(env), 'sslrootcert=system'));
    expect(await ask({})).toEqual(['CN=CA', 'CN=Other CA']);
    expect(await ask({ SSL_CERT_FILE: '/nowhere' })).toEqual(['CN=Other CA']);
    expect(await ask({ SSL_CERT_DIR: '/nowhere' })).toEqual(['CN=CA']);
    expect(await ask({ SSL_CERT_FILE: '/nowhere', SSL_CERT_DIR: '' })).toEqual([]);
  });
});

describe('what libpq says of it', () => {
  const absent: RootFile = { kind: 'absent', path: '/r.crt', isDefault: false };
  const broken: RootFile = {
    kind: 'present',
    path: '/r.crt',
    isDefault: false,
    bundle: null,
    reason: 'no certificate or crl found',
    loads: false,
    facts: null,
  };
  const modes: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
  const refusedIn = (root: RootFile): readonly SslMode[] =>
    modes.filter((mode) => rootFileRefusal(root, mode, 18) !== null);

  test('in which modes', () => {
    expect(refusedIn(absent)).toEqual(['verify-ca', 'verify-full']);
    expect(refusedIn({ kind: 'no-home' })).toEqual(['verify-ca', 'verify-full']);
    expect(refusedIn(broken)).toEqual(['allow', 'prefer', 'require', 'verify-ca', 'verify-full']);
    expect(refusedIn({ ...broken, reason: null, loads: true })).toEqual([]);
    expect(refusedIn({ kind: 'system', certificates: [] })).toEqual([]);
  });

  test('in which words', () => {
    expect(rootFileRefusal(broken, 'prefer', 14)).toBe(
      'could not read root certificate file "/r.crt": no certificate or crl found',
    );
    expect(rootFileRefusal(absent, 'verify-ca', 15)).toBe(
      'root certificate file "/r.crt" does not exist\nEither provide the file or change sslmode to disable server certificate verification.',
    );
    expect(rootFileRefusal({ kind: 'no-home' }, 'verify-ca', 16)).toBe(
      "could not get home directory to locate root certificate file\nEither provide the file, use the system's trusted roots with sslrootcert=system, or change sslmode to disable server certificate verification.",
    );
  });
});
