import { describe, expect, test } from '@jest/globals';
import { usualPlaces } from '../../../src/scan/places.js';
import { startAt, startIfThere } from '../../../src/scan/scan.js';
import { fakeHost } from '../../support/fake-host.js';

describe('the usual places', () => {
  test('Linux: the homes of this user, the system, Java', () => {
    const host = fakeHost({ env: { HOME: '/home/env' }, passwdHome: '/home/me' });
    expect(usualPlaces(host)).toEqual(
      expect.arrayContaining([
        '/home/env/.postgresql/root.crt',
        '/home/me/.postgresql',
        '/home/me/.postgres',
        '/home/me/postgresql',
        '/etc/ssl',
        '/usr/lib/jvm',
      ]),
    );
  });

  test('where the environment points, from the present folder; the word system is no path', () => {
    const env = {
      HOME: '/home/me',
      PGSSLROOTCERT: 'ca.pem',
      JAVA_HOME: '/opt/java',
      PGSYSCONFDIR: '/opt/pg',
    };
    expect(usualPlaces(fakeHost({ env }))).toEqual(
      expect.arrayContaining(['/home/me/ca.pem', '/opt/java/lib/security', '/opt/pg']),
    );
    const system = usualPlaces(fakeHost({ env: { HOME: '/home/me', PGSSLROOTCERT: 'system' } }));
    expect(system.filter((place) => place.endsWith('/system'))).toEqual([]);
  });

  test('macOS', () => {
    expect(usualPlaces(fakeHost({ platform: 'darwin' }))).toEqual(
      expect.arrayContaining(['/Users/me/.postgresql', '/Library/Java/JavaVirtualMachines']),
    );
  });

  test('Windows', () => {
    const roaming = 'C:\\Users\\me\\AppData\\Roaming';
    const env = { APPDATA: roaming, USERPROFILE: 'C:\\Users\\me', ProgramFiles: 'C:\\Program Files' };
    expect(usualPlaces(fakeHost({ platform: 'win32', env }))).toEqual(
      expect.arrayContaining([
        `${roaming}\\postgresql\\root.crt`,
        `${roaming}\\.postgresql`,
        'C:\\Users\\me\\.postgresql',
        'C:\\Program Files\\PostgreSQL',
      ]),
    );
  });

  test('each once, and without a home those of the system', () => {
    const places = usualPlaces(fakeHost({ env: {}, passwdHome: null }));
    expect(places).toContain('/etc/ssl');
    expect(places).toHaveLength(new Set(places).size);
  });
});

describe('a start', () => {
  test('a link that is named itself is followed', () => {
    const host = fakeHost();
    host.files.put('/data/ca.pem');
    host.files.put('/home/me/link', { kind: 'link', target: '/data' });
    expect(startAt(host, 'link')).toEqual({ path: '/data', kind: 'folder', device: 1 });
    expect(startAt(host, 'link/ca.pem')).toMatchObject({ path: '/data/ca.pem', kind: 'file' });
  });

  test('what is not there, or no file and no folder, is an error where it was named', () => {
    const host = fakeHost();
    host.files.put('/dev/tty', { kind: 'other' });
    expect(() => startAt(host, '/none')).toThrow(expect.objectContaining({ code: 'file-missing' }));
    expect(() => startAt(host, '/dev/tty')).toThrow(expect.objectContaining({ code: 'wrong-file-kind' }));
    expect(startIfThere(host, '/none')).toBeNull();
  });

  test('what may not be read is an error where it was named; a usual place is left to the walk to tell', () => {
    const host = fakeHost();
    host.files.put('/shut', { kind: 'folder', mode: 0o000 });
    host.files.put('/key.pem', { mode: 0o000 });
    for (const path of ['/shut', '/key.pem'])
      expect(() => startAt(host, path)).toThrow(expect.objectContaining({ code: 'permission-denied' }));
    expect(startIfThere(host, '/shut')).toEqual({ path: '/shut', kind: 'folder', device: 1 });
  });
});
