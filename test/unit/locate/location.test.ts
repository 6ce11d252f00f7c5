import { describe, expect, test } from '@jest/globals';
import { locate } from '../../../src/locate/location.js';
import { fakeHost } from '../../support/fake-host.js';
import type { MemoryFiles } from '../../support/memory-files.js';
import '../../support/matchers.js';

const windows = { platform: 'win32' as const };
const registry =
  (value: string) =>
  ([, , , file = '']: readonly string[], files: MemoryFiles) => {
    const hex = Buffer.from(`${value}\0`, 'utf16le').toString('hex').match(/../g)?.join(',');
    const text = `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\…]\r\n"AppData"=hex(2):${hex}\r\n`;
    files.put(file, { bytes: Buffer.from(`\ufeff${text}`, 'utf16le') });
    return { status: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  };

describe('the default place (libpq-rules 1 and 2)', () => {
  test.each([
    ['linux', '/home/me/.postgresql/root.crt'],
    ['darwin', '/Users/me/.postgresql/root.crt'],
    ['win32', 'C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt'],
  ] as const)('%s', async (platform, path) => {
    const location = await locate(fakeHost({ platform }));
    expect(location).toMatchObject({
      path,
      isDefault: true,
      defaultPath: path,
      libpqReads: path,
      findings: [],
    });
  });

  test.each([
    ['an empty HOME', { HOME: '' }],
    ['no HOME', {}],
  ])('%s: the password database names the home', async (_title, env) => {
    expect((await locate(fakeHost({ env: env as Record<string, string> }))).path).toBe(
      '/home/me/.postgresql/root.crt',
    );
  });

  test('no home at all', async () => {
    await expect(locate(fakeHost({ env: {}, passwdHome: null }))).rejects.toFailWith('home-not-found');
    await expect(locate(fakeHost({ ...windows, env: {} }))).rejects.toFailWith('home-not-found');
  });

  test('without APPDATA, the profile', async () => {
    const host = fakeHost({ ...windows, env: { USERPROFILE: 'D:\\Profile' } });
    expect((await locate(host)).path).toBe('D:\\Profile\\AppData\\Roaming\\postgresql\\root.crt');
  });

  test('--file, relative to the working folder', async () => {
    const location = await locate(fakeHost(), 'certs/x.crt');
    expect(location).toMatchObject({ path: '/home/me/certs/x.crt', isDefault: false });
    expect(location.libpqReads).toBe('/home/me/.postgresql/root.crt');
  });
});

describe('what is written will not be what is read', () => {
  test('PGSSLROOTCERT', async () => {
    const location = await locate(fakeHost({ env: { HOME: '/home/me', PGSSLROOTCERT: '/etc/other.crt' } }));
    expect(location.findings).toEmit('env-overrides-root-crt');
    expect(location.libpqReads).toBe('/etc/other.crt');
  });

  test('PGSSLROOTCERT=system', async () => {
    const location = await locate(fakeHost({ env: { HOME: '/home/me', PGSSLROOTCERT: 'system' } }));
    expect(location.findings).toEmit('env-overrides-root-crt');
    expect(location.libpqReads).toBe('system');
  });

  test('PGSSLROOTCERT that names the same file, if through a link', async () => {
    const host = fakeHost({ env: { HOME: '/home/me', PGSSLROOTCERT: '/home/me/link.crt' } });
    host.files.put('/home/me/.postgresql/root.crt');
    host.files.put('/home/me/link.crt', { kind: 'link', target: '.postgresql/root.crt' });
    expect((await locate(host)).findings).toEqual([]);
  });

  test('on Windows the same file in other letters is the same', async () => {
    const usual = 'C:\\Users\\me\\AppData\\Roaming';
    const env = {
      APPDATA: usual,
      USERPROFILE: 'C:\\Users\\me',
      PGSSLROOTCERT: 'c:\\users\\ME\\appdata\\roaming\\PostgreSQL\\root.crt',
    };
    expect((await locate(fakeHost({ ...windows, env }))).findings).toEqual([]);
  });

  test('a service of PGSERVICE', async () => {
    const host = fakeHost({ env: { HOME: '/home/me', PGSERVICE: 'prod', PGSSLROOTCERT: '/weaker' } });
    host.files.put('/home/me/.pg_service.conf', { bytes: '[prod]\nhost=db\nsslrootcert=/etc/prod.crt\n' });
    const location = await locate(host);
    expect(location.findings).toEmit('service-overrides-root-crt');
    expect(location.libpqReads).toBe('/etc/prod.crt');
  });

  test('HOME and the password database differ', async () => {
    const { findings } = await locate(fakeHost({ passwdHome: '/var/me' }));
    expect(findings).toEmit('home-mismatch');
    expect(findings[0]?.help[0]?.commands[0]).toEqual([
      'pg-root-cert',
      'install',
      '--file',
      '/var/me/.postgresql/root.crt',
    ]);
  });

  test('HOME is another name for the same folder', async () => {
    const host = fakeHost({ passwdHome: '/var/me' });
    host.files.put('/var/me', { kind: 'link', target: '/home/me' });
    expect((await locate(host)).findings).toEqual([]);
  });

  test('root through sudo', async () => {
    const host = fakeHost({ uid: 0, env: { HOME: '/root', SUDO_USER: 'me' }, passwdHome: '/root' });
    const { findings } = await locate(host);
    expect(findings).toEmit('home-mismatch');
    expect(findings[0]?.help[0]?.text).toMatch(/without sudo/);
  });
});

describe('a changed APPDATA: libpq asks Windows itself', () => {
  const env = {
    APPDATA: 'D:\\Elsewhere',
    USERPROFILE: 'C:\\Users\\me',
    SystemRoot: 'C:\\Windows',
    TEMP: 'C:\\Users\\me\\AppData\\Local\\Temp',
  };

  test('the registry says otherwise', async () => {
    const host = fakeHost({ ...windows, env, exec: registry('%USERPROFILE%\\AppData\\Roaming') });
    const { findings, path, libpqReads } = await locate(host);
    expect([path, libpqReads]).toEqual([
      'D:\\Elsewhere\\postgresql\\root.crt',
      'C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt',
    ]);
    expect(findings).toEmit('home-mismatch');
    expect(findings[0]?.notes.join()).toContain(
      'libpq reads C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt',
    );
    expect(host.commands[0]?.[0]).toBe('C:\\Windows\\System32\\reg.exe');
  });

  test('the registry agrees: the folder is redirected', async () => {
    expect((await locate(fakeHost({ ...windows, env, exec: registry('d:\\elsewhere') }))).findings).toEqual(
      [],
    );
  });

  test('--file names what libpq reads: that is its default file', async () => {
    const host = fakeHost({ ...windows, env, exec: registry('%USERPROFILE%\\AppData\\Roaming') });
    const reads = 'C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt';
    expect(await locate(host, reads)).toMatchObject({ path: reads, isDefault: true, findings: [] });
  });

  test('the registry names a folder with letters of any language', async () => {
    const exec = registry('\\\\server\\home\\Jürgen 日本\\Roaming');
    const host = fakeHost({ ...windows, env, exec });
    expect((await locate(host)).libpqReads).toBe(
      '\\\\server\\home\\Jürgen 日本\\Roaming\\postgresql\\root.crt',
    );
  });

  test('the registry does not answer', async () => {
    const { findings } = await locate(fakeHost({ ...windows, env }));
    expect(findings[0]?.notes.join()).toContain('most likely');
  });

  test('an unchanged one asks nobody', async () => {
    const host = fakeHost(windows);
    await locate(host);
    expect(host.commands).toEqual([]);
  });
});

describe("wrong places that vendors' pages name", () => {
  test.each([
    ['/home/me/postgresql/root.crt', {}],
    ['/home/me/.postgres/root.crt', {}],
    ['C:\\Users\\me\\AppData\\Roaming\\.postgresql\\root.crt', windows],
    ['C:\\Users\\me\\.postgresql\\root.crt', windows],
  ])('%s', async (wrong, options) => {
    const host = fakeHost(options);
    host.files.put(wrong);
    const { findings } = await locate(host);
    expect(findings).toEmit('misplaced-root-crt');
    expect(findings[0]?.message).toContain(wrong);
  });
});
