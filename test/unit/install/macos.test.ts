import { describe, expect, test } from '@jest/globals';
import { resolveSafely } from '../../../src/install/safe-path.js';
import { undo } from '../../../src/install/undo.js';
import { locate } from '../../../src/locate/location.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { installOn } from '../../support/install-on.js';
import '../../support/matchers.js';

const ROOT_CRT = '/Users/me/.postgresql/root.crt';
const OTHER_LETTERS = '/Users/me/.PostgreSQL/ROOT.CRT';

const mac = () => fakeHost({ platform: 'darwin', uid: 501, gid: 20 });

function owned(host: FakeHost, ...folders: readonly string[]): FakeHost {
  for (const folder of folders) host.files.put(folder, { kind: 'folder', uid: 0 });
  host.files.put('/Users/me', { kind: 'folder', uid: 501, gid: 20, mode: 0o750 });
  return host;
}

const locksAndTags = (host: FakeHost): Set<string> =>
  new Set(
    host.files.calls.flatMap((call) => /(?:\/lock-|journal\/[^-]+-)([0-9a-f]{16})/.exec(call)?.[1] ?? []),
  );

describe('a file system where case does not count', () => {
  test('the same file in other letters has the same lock, journal and undo', async () => {
    const host = owned(mac(), '/', '/Users');
    await installOn(host, 'adobe');
    const { location, result } = await installOn(host, 'neon', {}, OTHER_LETTERS);
    expect(result.change).toMatchObject({ changed: true });
    expect(result.change.kept).toHaveLength(1);
    expect(location.isDefault).toBe(true);
    expect(locksAndTags(host).size).toBe(1);
    expect(host.files.list('/Users/me/.postgresql')).toEqual(['root.crt']);

    await undo(host, { path: ROOT_CRT, dryRun: false, lockTimeoutMs: 100 });
    await undo(host, { path: OTHER_LETTERS, dryRun: false, lockTimeoutMs: 100 });
    expect(host.files.look(ROOT_CRT)).toBeNull();
  });

  test("libpq's own folder in other letters is its own folder: made, and tightened rather than refused", async () => {
    const host = owned(mac(), '/', '/Users');
    await installOn(host, 'adobe', {}, OTHER_LETTERS);
    expect(host.files.text(ROOT_CRT)).toContain('BEGIN CERTIFICATE');
    host.files.setMode('/Users/me/.postgresql', 0o777);
    await installOn(host, 'neon', {}, OTHER_LETTERS);
    expect(host.files.look('/Users/me/.postgresql')?.mode).toBe(0o755);
  });

  test('where case counts, they are two files', async () => {
    const host = owned(fakeHost({ platform: 'darwin', uid: 501, gid: 20, foldsCase: false }), '/', '/Users');
    await installOn(host, 'adobe');
    const { location, result } = await installOn(host, 'neon', {}, OTHER_LETTERS);
    expect(location.isDefault).toBe(false);
    expect(result.change.kept).toEqual([]);
    expect(locksAndTags(host).size).toBe(2);
  });

  test('PGSSLROOTCERT that names the default file in other letters overrides nothing', async () => {
    const host = fakeHost({ platform: 'darwin', env: { HOME: '/Users/me', PGSSLROOTCERT: OTHER_LETTERS } });
    host.files.put(ROOT_CRT);
    expect((await locate(host)).findings).toEqual([]);
  });
});

describe("macOS's own folders", () => {
  test('a folder that administrators may write is fine, one that all staff may write is not', async () => {
    const host = fakeHost({ platform: 'darwin', uid: 501, gid: 20 });
    host.files.put('/', { kind: 'folder', uid: 0 });
    host.files.put('/Users/me', { kind: 'folder', uid: 501 });
    host.files.put('/opt', { kind: 'folder', uid: 0 });
    host.files.put('/opt/tools', { kind: 'folder', uid: 501, gid: 80, mode: 0o775 });
    await expect(installOn(host, 'adobe', {}, '/opt/tools/root.crt')).resolves.toMatchObject({
      result: { change: { changed: true } },
    });
    host.files.put('/opt/shared', { kind: 'folder', uid: 501, gid: 20, mode: 0o775 });
    await expect(installOn(host, 'adobe', {}, '/opt/shared/root.crt')).rejects.toFailWith('unsafe-path');
  });

  test('the folder for temporary files lies behind a link of the system', () => {
    const host = owned(
      mac(),
      '/',
      '/private',
      '/private/var',
      '/private/var/folders',
      '/private/var/folders/ab',
    );
    host.files.put('/var', { kind: 'link', target: 'private/var', uid: 0, mode: 0o755 });
    host.files.put('/private/var/folders/ab/T', { kind: 'folder', uid: 501, gid: 20, mode: 0o700 });
    expect(resolveSafely(host, '/var/folders/ab/T/root.crt').real).toBe('/private/var/folders/ab/T/root.crt');
  });

  test('/Users/Shared is sticky, so a file of one own is safe in it; what is another one is not', () => {
    const host = owned(mac(), '/', '/Users');
    host.files.put('/Users/Shared', { kind: 'folder', uid: 0, mode: 0o1777 });
    host.files.put('/Users/Shared/mine.crt', { uid: 501 });
    host.files.put('/Users/Shared/theirs.crt', { uid: 502 });
    expect(resolveSafely(host, '/Users/Shared/mine.crt').facts?.uid).toBe(501);
    expect(() => resolveSafely(host, '/Users/Shared/theirs.crt')).toThrow(/belongs to another user/);
  });

  test('sudo keeps HOME on macOS: refused, with the command to use instead', async () => {
    const host = fakeHost({
      platform: 'darwin',
      uid: 0,
      gid: 0,
      passwdHome: '/var/root',
      env: { HOME: '/Users/me', SUDO_USER: 'me' },
    });
    owned(host, '/', '/Users');
    const refused = installOn(host, 'adobe');
    await expect(refused).rejects.toFailWith('unsafe-path');
    await expect(refused).rejects.toMatchObject({ help: [expect.stringContaining('without sudo')] });
  });
});
