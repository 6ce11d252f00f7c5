import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { inspectRootCrt } from '../../../src/inspect/inspect.js';
import { verifyFindings } from '../../../src/inspect/verify.js';
import { wayOut } from '../../../src/install/install.js';
import { undo } from '../../../src/install/undo.js';
import { locate } from '../../../src/locate/location.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import { installOn } from '../../support/install-on.js';
import '../../support/matchers.js';

const PLATFORMS = ['linux', 'darwin', 'win32'] as const;

const inspect = async (host: FakeHost) => {
  const catalog = await loadCatalog(host);
  const { path } = await locate(host);
  return inspectRootCrt(host, catalog, path, { warnDays: 90, wayOut: wayOut(host, path, ['NAME']) });
};

describe.each(PLATFORMS)('the main job on %s', (platform) => {
  test('install, look, install again, undo', async () => {
    const host = fakeHost({ platform });
    const { location, result } = await installOn(host, 'adobe');
    expect(result.change).toMatchObject({ changed: true, path: location.path });
    expect(result.source).toBe('embedded');
    expect(result.findings).toEmit('prefer-may-fall-back');
    expect(result.findings).toEmit('require-now-verifies');

    const seen = await inspect(host);
    expect(seen.certificates.map(({ root, state }) => [root?.id, state])).toEqual([
      ['digicert-global-root-g2', 'ok'],
    ]);
    expect(seen.fileFindings).toEqual([]);

    const again = await installOn(host, 'adobe');
    expect(again.result.change.changed).toBe(false);
    const undone = await undo(host, { path: location.path, dryRun: false, lockTimeoutMs: 100 });
    expect(undone.after).toBeNull();
    expect((await inspect(host)).fileFindings).toEmit('root-crt-missing');
  });

  test('--dry-run writes nothing', async () => {
    const host = fakeHost({ platform });
    const before = host.files.snapshot();
    const { result } = await installOn(host, 'supabase', { dryRun: true });
    expect(result.change.added).toHaveLength(2);
    expect(host.files.snapshot()).toEqual(before);
  });

  test('a file of its own beside root.crt changes nothing for other connections', async () => {
    const host = fakeHost({ platform });
    const { location } = await installOn(host, 'adobe');
    const own = host.path.join(host.path.dirname(location.path), 'mine.crt');
    const { result } = await installOn(host, 'supabase', {}, own);
    expect(result.change.changed).toBe(true);
    expect(result.findings.map(({ code }) => code)).toEqual([]);
  });

  test('a public root beside a private one', async () => {
    const host = fakeHost({ platform });
    await installOn(host, 'supabase');
    const { result } = await installOn(host, 'adobe');
    expect(result.findings).toEmit('public-root-widens-trust');
    expect((await inspect(host)).fileFindings).toEmit('public-root-widens-trust');
  });

  test('verify judges the roots asked for', async () => {
    const host = fakeHost({ platform });
    await installOn(host, 'adobe');
    const catalog = await loadCatalog(host);
    const wanted = (id: string) => [{ sha256: catalog.root(id)?.sha256 ?? '', id, name: null }];
    const seen = await inspect(host);
    expect(verifyFindings(seen, wanted('digicert-global-root-g2'))).toEqual([]);
    expect(verifyFindings(seen, wanted('isrg-root-x1'))).toEmit('root-not-trusted');
  });
});

describe('Windows', () => {
  const path = 'C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt';

  test('a linked root.crt is followed and stays a link; links in circles are refused', async () => {
    const host = fakeHost({ platform: 'win32' });
    host.files.put('D:\\certs', { kind: 'folder' });
    host.files.put(path, { kind: 'link', target: 'D:\\certs\\root.crt' });
    await installOn(host, 'adobe');
    expect(host.files.look(path)?.kind).toBe('link');
    expect(host.files.look('D:\\certs\\root.crt')?.kind).toBe('file');

    const circular = fakeHost({ platform: 'win32' });
    circular.files.put(path, { kind: 'link', target: 'other' });
    circular.files.put('C:\\Users\\me\\AppData\\Roaming\\postgresql\\other', {
      kind: 'link',
      target: 'root.crt',
    });
    await expect(installOn(circular, 'adobe')).rejects.toFailWith('wrong-file-kind');
  });

  test('the same path in other letters is the same file: undo takes the change back', async () => {
    const host = fakeHost({ platform: 'win32' });
    await installOn(host, 'adobe');
    const other = 'c:\\users\\ME\\appdata\\roaming\\POSTGRESQL\\Root.CRT';
    const undone = await undo(host, { path: other, dryRun: false, lockTimeoutMs: 100 });
    expect(undone).toMatchObject({ changed: true, after: null });
    expect(host.files.look(path)).toBeNull();
  });

  test('a home on another machine (UNC)', async () => {
    const env = { APPDATA: '\\\\server\\home\\me\\AppData\\Roaming', SystemRoot: 'C:\\Windows' };
    const host = fakeHost({ platform: 'win32', env });
    host.files.put('\\\\server\\home\\me\\AppData\\Roaming', { kind: 'folder' });
    const { location } = await installOn(host, 'adobe');
    expect(location.path).toBe('\\\\server\\home\\me\\AppData\\Roaming\\postgresql\\root.crt');
    expect((await inspect(host)).certificates).toHaveLength(1);
  });
});
