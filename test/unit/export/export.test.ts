import { describe, expect, test } from '@jest/globals';
import { loadCatalog } from '../../../src/catalog/catalog.js';
import { exportRoots } from '../../../src/export/export.js';
import type { ExportOptions } from '../../../src/export/types.js';
import { parseSource } from '../../../src/install/sources.js';
import { undo } from '../../../src/install/undo.js';
import { readStore } from '../../../src/keystore/read-store.js';
import { locate } from '../../../src/locate/location.js';
import { type FakeHost, fakeHost } from '../../support/fake-host.js';

const IDS = ['digicert-global-root-g2', 'microsoft-rsa-root-ca-2017'];

async function exportOn(host: FakeHost, out: string, more: Partial<ExportOptions> = {}) {
  const catalog = await loadCatalog(host);
  return exportRoots(host, catalog, {
    requests: [parseSource(host, catalog, 'azure')],
    pins: new Set(),
    vouched: false,
    offline: true,
    requireDownload: false,
    timeoutMs: 1000,
    rootCrt: () => locate(host),
    out,
    format: null,
    dryRun: false,
    ...more,
  });
}

describe.each(['linux', 'darwin', 'win32'] as const)('on %s', (platform) => {
  const home = { linux: '/home/me', darwin: '/Users/me', win32: 'C:\\Users\\me' }[platform];

  test('a keystore beside the working folder, and back', async () => {
    const host = fakeHost({ platform, secret: 'typed in' });
    const { targets } = await exportOn(host, 'store.p12');
    const file = host.path.join(home, 'store.p12');
    expect(targets).toMatchObject([{ path: file, change: { changed: true } }]);
    const reading = readStore(host.files.read(file, 100_000), ['typed in']);
    expect(reading?.entries.map(({ alias, use }) => [alias, use])).toEqual(IDS.map((id) => [id, 'trusted']));
    expect((await exportOn(host, 'store.p12')).targets).toMatchObject([{ change: { changed: false } }]);
    await undo(host, { path: file, dryRun: false, lockTimeoutMs: 100 });
    expect(host.files.look(file)).toBeNull();
  });

  test("a folder of DER files, in the system's own writing", async () => {
    const host = fakeHost({ platform });
    const { targets } = await exportOn(host, `roots${host.path.sep}`, { format: 'der' });
    const files = IDS.map((id) => host.path.join(home, 'roots', `${id}.der`));
    expect(targets.map((target) => target.path)).toEqual(files);
    expect(files.map((file) => host.files.look(file)?.kind)).toEqual(['file', 'file']);
  });
});

test('a format that neither the file nor its name tells', async () => {
  await expect(exportOn(fakeHost(), 'store')).rejects.toMatchObject({ code: 'usage' });
});
