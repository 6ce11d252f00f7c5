import { expect, test } from '@jest/globals';
import {
  exportRoots,
  loadCatalog,
  locate,
  parseSource,
  planRotation,
  readBundle,
  readStore,
  undo,
} from '../../src/index.js';
import { fakeHost } from '../support/fake-host.js';

const host = fakeHost({ secret: 'changeit' });
const OPTIONS = {
  pins: new Set<string>(),
  vouched: false,
  offline: true,
  requireDownload: false,
  timeoutMs: 1000,
};

test('a program exports roots, reads the store, and takes it back', async () => {
  const catalog = await loadCatalog(host);
  const { format, targets } = await exportRoots(host, catalog, {
    ...OPTIONS,
    requests: [parseSource(host, catalog, 'azure')],
    rootCrt: () => locate(host),
    out: 'roots.p12',
    format: null,
    dryRun: false,
  });
  expect({ format, targets }).toMatchObject({ format: 'pkcs12', targets: [{ path: '/home/me/roots.p12' }] });
  const store = readStore(host.files.read('/home/me/roots.p12', 100_000), ['changeit']);
  expect(store?.entries.map(({ alias, use }) => [alias, use])).toEqual([
    ['digicert-global-root-g2', 'trusted'],
    ['microsoft-rsa-root-ca-2017', 'trusted'],
  ]);
  await undo(host, { path: '/home/me/roots.p12', dryRun: false, lockTimeoutMs: 1000 });
  expect(host.files.look('/home/me/roots.p12')).toBeNull();
});

test('a program asks which roots of a file a provider has left', async () => {
  const catalog = await loadCatalog(host);
  const azure = catalog.provider('azure');
  if (azure === null) throw new Error('no azure');
  const held = [...azure.roots, ...azure.formerly].flatMap(
    (id) => readBundle(host.asset(`certs/${id}.pem`)).certificates,
  );
  const { old, kept } = planRotation(catalog, azure, held);
  expect(old.map(({ sha256 }) => catalog.bySha256(sha256)?.id)).toEqual(azure.formerly);
  expect(kept).toEqual([]);
});
