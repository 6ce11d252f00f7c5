import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { applyEdit } from '../../../src/install/apply.js';
import { installEdit, removeEdit } from '../../../src/install/edits.js';
import { undo } from '../../../src/install/undo.js';
import { readBundle } from '../../../src/x509/bundle.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/types.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';
import '../../support/matchers.js';

const PATHS = {
  linux: '/home/me/.postgresql/root.crt',
  darwin: '/Users/me/.postgresql/root.crt',
  win32: 'C:\\Users\\me\\AppData\\Roaming\\postgresql\\root.crt',
} as const;

async function root(host: FakeHost, id: string): Promise<Certificate> {
  const catalog = await loadCatalog(host);
  const known = catalog.root(id);
  const parsed = known === null ? null : parseCertificate(catalog.der(known));
  if (parsed === null) throw new Error(`${id} is not in the catalogue`);
  return parsed;
}

async function install(host: FakeHost, path: string, ids = ['digicert-global-root-g2'], replace = false) {
  const certificates = await Promise.all(ids.map((id) => root(host, id)));
  const options = { path, command: 'install', dryRun: false, lockTimeoutMs: 100 };
  return applyEdit(host, options, installEdit(path, certificates, replace));
}

const undoOptions = (_host: FakeHost, path: string) => ({
  path,
  dryRun: false,
  lockTimeoutMs: 100,
});

const names = (host: FakeHost, path: string) =>
  readBundle(Buffer.from(host.files.text(path) ?? '', 'latin1')).certificates.map((each) => each.name);

describe.each(Object.entries(PATHS))('%s', (platform, path) => {
  const make = () => fakeHost({ platform: platform as keyof typeof PATHS });

  test('a first install makes folder and file, a second changes nothing, undo takes all away', async () => {
    const host = make();
    const before = host.files.snapshot();
    const change = await install(host, path);
    expect(change).toMatchObject({ changed: true, backup: null, before: null });
    expect(names(host, path)).toEqual(['DigiCert Global Root G2']);
    if (platform !== 'win32') {
      expect(host.files.look(path)?.mode).toBe(0o644);
      expect(host.files.look(host.path.dirname(path))?.mode).toBe(0o700);
    }
    const calls = host.files.calls.length;
    expect(await install(host, path)).toMatchObject({ changed: false });
    expect(host.files.calls.length).toBe(calls);

    await undo(host, undoOptions(host, path));
    const after = Object.keys(host.files.snapshot()).filter((each) => !each.includes('pg-root-cert'));
    expect(after.filter((each) => !each.includes('.local') && !/local$/i.test(each))).toEqual(
      Object.keys(before).filter((each) => !each.includes('.local') && !/local$/i.test(each)),
    );
  });

  test('a change backs up what was there; undo gives it back byte for byte', async () => {
    const host = make();
    const old = '# mine\r\n';
    host.files.put(path, { bytes: old, mode: 0o600 });
    const change = await install(host, path);
    expect(change.backup).not.toBeNull();
    expect(host.files.text(change.backup ?? '')).toBe(old);
    expect(host.files.text(path)?.startsWith(old)).toBe(true);
    await undo(host, undoOptions(host, path));
    expect(host.files.text(path)).toBe(old);
    if (platform !== 'win32') {
      expect(host.files.look(path)?.mode).toBe(0o600);
      expect(host.files.look(change.backup ?? '')?.mode).toBe(0o600);
      expect(host.files.look(host.path.dirname(change.backup ?? ''))?.mode).toBe(0o700);
    }
  });

  test('nothing is left behind whichever call fails, and the old file is as it was', async () => {
    const prepared = () => {
      const host = make();
      host.files.put(path, { bytes: '# mine\n' });
      return host;
    };
    const whole = prepared();
    await install(whole, path);
    const total = whole.files.calls.length;
    expect(total).toBeGreaterThan(8);
    for (let failing = 0; failing < total; failing++) {
      const host = prepared();
      const before = host.files.snapshot();
      let failed = '';
      host.files.beforeCall = (call, index) => {
        if (index !== failing || failed !== '') return;
        failed = call;
        throw Object.assign(new Error(`EIO: ${call}`), { code: 'EIO' });
      };
      const outcome = await install(host, path).catch((error: unknown) => error);
      if (/^removeFolder .*lock-/.test(failed)) continue; // Done by then; a stale lock entry blocks nobody.
      expect(outcome).toFailWith('io-error');
      expect({ failed, files: host.files.snapshot() }).toEqual({ failed, files: before });
    }
  });

  test('the same for a first install: no folder stays either', async () => {
    const whole = make();
    await install(whole, path);
    for (let failing = 0; failing < whole.files.calls.length; failing++) {
      const host = make();
      const before = host.files.snapshot();
      let failed = '';
      host.files.beforeCall = (call, index) => {
        if (index !== failing || failed !== '') return;
        failed = call;
        throw Object.assign(new Error(call), { code: 'ENOSPC' });
      };
      const outcome = await install(host, path).catch((error: unknown) => error);
      if (/^removeFolder .*lock-/.test(failed)) continue;
      expect(outcome).toFailWith('disk-full');
      expect({ failed, files: host.files.snapshot() }).toEqual({ failed, files: before });
    }
  });
});

describe('errors by what the system says', () => {
  test.each([
    ['EACCES', 'permission-denied'],
    ['EROFS', 'read-only'],
    ['EDQUOT', 'disk-full'],
  ] as const)('%s while writing: %s', async (errno, code) => {
    const host = fakeHost();
    host.files.beforeCall = (call) => {
      if (/writeNew .*root-cert-.*tmp/.test(call)) throw Object.assign(new Error(call), { code: errno });
    };
    await expect(install(host, PATHS.linux)).rejects.toFailWith(code);
  });

  test('where no backup can be made, nothing is replaced', async () => {
    const host = fakeHost();
    host.files.put(PATHS.linux, { bytes: '# mine\n' });
    host.files.beforeCall = (call) => {
      if (call.includes('/backups')) throw Object.assign(new Error(call), { code: 'EACCES' });
    };
    await expect(install(host, PATHS.linux)).rejects.toFailWith('permission-denied');
    expect(host.files.text(PATHS.linux)).toBe('# mine\n');
  });

  test('root.crt or its folder of the wrong kind', async () => {
    const asFolder = fakeHost();
    asFolder.files.put(PATHS.linux, { kind: 'folder' });
    await expect(install(asFolder, PATHS.linux)).rejects.toFailWith('wrong-file-kind');
    const asFile = fakeHost();
    asFile.files.put('/home/me/.postgresql', {});
    await expect(install(asFile, PATHS.linux)).rejects.toFailWith('wrong-file-kind');
    const asPipe = fakeHost();
    asPipe.files.put(PATHS.linux, { kind: 'other' });
    await expect(install(asPipe, PATHS.linux)).rejects.toFailWith('wrong-file-kind');
  });

  test('a missing home is not made', async () => {
    await expect(install(fakeHost(), '/home/nobody/.postgresql/root.crt')).rejects.toFailWith(
      'folder-missing',
    );
    await expect(install(fakeHost(), '/home/me/certs/adobe.crt')).rejects.toFailWith('folder-missing');
  });
});

describe('modes and links', () => {
  test('a mode that lets others write is mended, any other is kept', async () => {
    for (const [mode, expected] of [
      [0o666, 0o644],
      [0o664, 0o644],
      [0o640, 0o640],
      [0o400, 0o400],
    ] as const) {
      const host = fakeHost();
      host.files.put(PATHS.linux, { bytes: '# mine\n', mode });
      await install(host, PATHS.linux);
      expect(host.files.look(PATHS.linux)?.mode).toBe(expected);
    }
  });

  test('the mode alone is mended where the root is there already', async () => {
    const host = fakeHost();
    await install(host, PATHS.linux);
    host.files.setMode(PATHS.linux, 0o666);
    host.files.setMode('/home/me/.postgresql', 0o777);
    expect(await install(host, PATHS.linux)).toMatchObject({ changed: true, tightened: true });
    expect(host.files.look(PATHS.linux)?.mode).toBe(0o644);
    expect(host.files.look('/home/me/.postgresql')?.mode).toBe(0o755);
  });

  test('a symlink stays one, also a chain, and also one to nothing yet', async () => {
    for (const target of ['/home/me/dotfiles/root.crt', '../dotfiles/root.crt']) {
      const host = fakeHost();
      host.files.put('/home/me/dotfiles', { kind: 'folder' });
      host.files.put(PATHS.linux, { kind: 'link', target });
      await install(host, PATHS.linux);
      expect(host.files.look(PATHS.linux)?.kind).toBe('link');
      expect(host.files.look('/home/me/dotfiles/root.crt')?.kind).toBe('file');
      expect(names(host, PATHS.linux)).toEqual(['DigiCert Global Root G2']);
    }
  });

  test('links in circles', async () => {
    const host = fakeHost();
    host.files.put(PATHS.linux, { kind: 'link', target: 'other' });
    host.files.put('/home/me/.postgresql/other', { kind: 'link', target: 'root.crt' });
    await expect(install(host, PATHS.linux)).rejects.toFailWith('wrong-file-kind');
  });
});

describe('paths that another user could change are refused', () => {
  test.each<[string, (host: FakeHost) => void, number]>([
    ["root in another user's home", () => {}, 0],
    [
      'the folder belongs to somebody else',
      (host) => host.files.put('/home/me/.postgresql', { kind: 'folder', uid: 7 }),
      1000,
    ],
    [
      'the file belongs to somebody else',
      (host) => host.files.put(PATHS.linux, { uid: 7, bytes: '# mine\n' }),
      1000,
    ],
    [
      'a link that somebody else made',
      (host) => host.files.put(PATHS.linux, { kind: 'link', uid: 7, target: '/home/me/x' }),
      1000,
    ],
    [
      'a link into a folder that all may write',
      (host) => {
        host.files.put('/srv/open', { kind: 'folder', uid: 0, mode: 0o777 });
        host.files.put('/srv', { kind: 'folder', uid: 0 });
        host.files.put(PATHS.linux, { kind: 'link', target: '/srv/open/root.crt' });
      },
      1000,
    ],
    [
      'a home that all may write',
      (host) => host.files.put('/home/me', { kind: 'folder', mode: 0o777 }),
      1000,
    ],
    [
      'a home that a foreign group may write',
      (host) => host.files.put('/home/me', { kind: 'folder', mode: 0o775, gid: 100 }),
      1000,
    ],
  ])('%s', async (_title, prepare, uid) => {
    const host = fakeHost({ uid });
    prepare(host);
    const before = host.files.snapshot();
    await expect(install(host, PATHS.linux)).rejects.toFailWith('unsafe-path');
    expect(host.files.snapshot()).toEqual(before);
  });

  test('the help for root names the command without sudo', async () => {
    const error: unknown = await install(fakeHost({ uid: 0 }), PATHS.linux).catch((each: unknown) => each);
    expect(error).toHaveProperty('help', [expect.stringMatching(/without sudo: pg-root-cert install/)]);
  });

  test.each<[string, (host: FakeHost) => void]>([
    [
      "a home that the user's private group may write",
      (host) => host.files.put('/home/me', { kind: 'folder', mode: 0o775 }),
    ],
    ['a sticky folder above', (host) => host.files.put('/home', { kind: 'folder', uid: 0, mode: 0o1777 })],
  ])('%s is fine', async (_title, prepare) => {
    const host = fakeHost();
    prepare(host);
    await expect(install(host, PATHS.linux)).resolves.toMatchObject({ changed: true });
  });

  test('a data folder of another user is not used', async () => {
    const host = fakeHost();
    host.files.put(await host.dataFolder(), { kind: 'folder', uid: 7, mode: 0o755 });
    await expect(install(host, PATHS.linux)).rejects.toFailWith('unsafe-path');
    const linked = fakeHost();
    linked.files.put('/elsewhere', { kind: 'folder', uid: 7 });
    linked.files.put(await linked.dataFolder(), { kind: 'link', uid: 7, target: '/elsewhere' });
    await expect(install(linked, PATHS.linux)).rejects.toFailWith('unsafe-path');
  });

  test('a data folder that others can look into is closed', async () => {
    const host = fakeHost();
    host.files.put(await host.dataFolder(), { kind: 'folder', mode: 0o755 });
    await install(host, PATHS.linux);
    expect(host.files.look(await host.dataFolder())?.mode).toBe(0o700);
  });
});

describe('Windows', () => {
  const path = PATHS.win32;
  const host = () => fakeHost({ platform: 'win32' });

  test('a file held open for a moment: the rename is tried again', async () => {
    const held = host();
    held.files.put(path, { bytes: '# mine\n' });
    let refusals = 0;
    held.files.beforeCall = (call) => {
      if (call.startsWith('rename') && call.endsWith('root.crt') && refusals++ < 3) {
        throw Object.assign(new Error(call), { code: 'EPERM' });
      }
    };
    await expect(install(held, path)).resolves.toMatchObject({ changed: true });
    expect(refusals).toBe(4);
  });

  test('the same for a file that is to go', async () => {
    const held = host();
    held.files.put(path, { bytes: '# mine\n' });
    let refusals = 0;
    held.files.beforeCall = (call) => {
      if (call.startsWith('remove') && call.endsWith('root.crt') && refusals++ < 3) {
        throw Object.assign(new Error(call), { code: 'EBUSY' });
      }
    };
    const gone = () => ({ bytes: null, added: [], removed: [], kept: [] });
    const options = { path, command: 'remove', dryRun: false, lockTimeoutMs: 100 };
    await expect(applyEdit(held, options, gone)).resolves.toMatchObject({ changed: true, after: null });
    expect(refusals).toBe(4);
  });

  test('held open for good: refused, nothing changed', async () => {
    const held = host();
    held.files.put(path, { bytes: '# mine\n' });
    const before = held.files.snapshot();
    held.files.beforeCall = (call) => {
      if (call.startsWith('rename') && call.endsWith('root.crt'))
        throw Object.assign(new Error(call), { code: 'EBUSY' });
    };
    await expect(install(held, path)).rejects.toFailWith('permission-denied');
    expect(held.files.snapshot()).toEqual(before);
  });

  test('a file marked read-only is left alone', async () => {
    const marked = host();
    marked.files.put(path, { bytes: '# mine\n', mode: 0o444 });
    const before = marked.files.snapshot();
    marked.files.beforeCall = (call) => {
      if (/(writeNew|remove) .*postgresql/.test(call)) throw new Error(`not to be touched: ${call}`);
    };
    await expect(install(marked, path)).rejects.toFailWith('permission-denied');
    const gone = () => ({ bytes: null, added: [], removed: [], kept: [] });
    const options = { path, command: 'remove', dryRun: false, lockTimeoutMs: 100 };
    await expect(applyEdit(marked, options, gone)).rejects.toFailWith('permission-denied');
    expect(marked.files.snapshot()).toEqual(before);
  });
});

describe('what cannot be read is not dropped', () => {
  test.each([
    ['a page saved by mistake', '<html>not found</html>\n'],
    ['a broken block behind nothing', '-----BEGIN CERTIFICATE-----\nMIIB\n'],
  ])('%s', async (_title, bytes) => {
    const host = fakeHost();
    host.files.put(PATHS.linux, { bytes });
    const before = host.files.snapshot();
    await expect(install(host, PATHS.linux)).rejects.toFailWith('root-crt-unparsable');
    expect(host.files.snapshot()).toEqual(before);
    const change = await install(host, PATHS.linux, undefined, true);
    expect(host.files.text(change.backup ?? '')).toBe(bytes);
    expect(names(host, PATHS.linux)).toEqual(['DigiCert Global Root G2']);
  });
});

describe('undo', () => {
  test('goes back step by step', async () => {
    const host = fakeHost();
    await install(host, PATHS.linux, ['digicert-global-root-g2']);
    await install(host, PATHS.linux, ['isrg-root-x1']);
    const options = undoOptions(host, PATHS.linux);
    expect((await undo(host, options)).removed.map((each) => each.name)).toEqual(['ISRG Root X1']);
    expect((await undo(host, options)).after).toBeNull();
    await expect(undo(host, options)).rejects.toFailWith('nothing-to-undo');
  });

  test('brings back what remove deleted', async () => {
    const host = fakeHost();
    await install(host, PATHS.linux);
    const text = host.files.text(PATHS.linux);
    const options = { ...undoOptions(host, PATHS.linux), command: 'remove' };
    await applyEdit(
      host,
      options,
      removeEdit(PATHS.linux, () => true),
    );
    expect(host.files.text(PATHS.linux)).toBeNull();
    await undo(host, undoOptions(host, PATHS.linux));
    expect(host.files.text(PATHS.linux)).toBe(text);
  });

  test('never gives others back what the owner has taken from them since', async () => {
    const host = fakeHost();
    await install(host, PATHS.linux);
    const first = host.files.text(PATHS.linux);
    await install(host, PATHS.linux, ['isrg-root-x1']);
    host.files.setMode(PATHS.linux, 0o600);
    await undo(host, undoOptions(host, PATHS.linux));
    expect(host.files.text(PATHS.linux)).toBe(first);
    expect(host.files.look(PATHS.linux)?.mode).toBe(0o600);
  });

  test('is refused after a change by somebody else, and changes nothing', async () => {
    const host = fakeHost();
    await install(host, PATHS.linux);
    host.files.put(PATHS.linux, { bytes: `${host.files.text(PATHS.linux)}# by hand\n` });
    const before = host.files.snapshot();
    await expect(undo(host, undoOptions(host, PATHS.linux))).rejects.toFailWith('changed-since');
    expect(host.files.snapshot()).toEqual(before);
  });

  test('is refused where the backup is not what was saved', async () => {
    const host = fakeHost();
    host.files.put(PATHS.linux, { bytes: '# mine\n' });
    const { backup } = await install(host, PATHS.linux);
    host.files.put(backup ?? '', { bytes: '# forged\n', mode: 0o600 });
    await expect(undo(host, undoOptions(host, PATHS.linux))).rejects.toFailWith('changed-since');
  });

  test('passes over a change that was recorded but never made', async () => {
    const host = fakeHost();
    await install(host, PATHS.linux, ['digicert-global-root-g2']);
    const good = host.files.snapshot();
    await install(host, PATHS.linux, ['isrg-root-x1']);
    host.files.put(PATHS.linux, {
      bytes: Buffer.from((good[PATHS.linux] ?? '').split(' ')[2] ?? '', 'base64'),
    });
    expect((await undo(host, undoOptions(host, PATHS.linux))).after).toBeNull();
  });
});
