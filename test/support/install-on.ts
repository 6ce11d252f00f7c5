import { loadCatalog } from '../../src/catalog/catalog.js';
import { type InstallOptions, install } from '../../src/install/install.js';
import { parseSource } from '../../src/install/sources.js';
import { locate } from '../../src/locate/location.js';
import type { FakeHost } from './fake-host.js';

/** `install SOURCE --offline` on an invented machine, into `file` or the default root.crt. */
export async function installOn(
  host: FakeHost,
  source: string,
  more: Partial<InstallOptions> = {},
  file?: string,
) {
  const catalog = await loadCatalog(host);
  const location = await locate(host, file);
  const result = await install(host, catalog, location, {
    words: [source],
    requests: [parseSource(host, catalog, source)],
    pins: new Set(),
    vouched: false,
    offline: true,
    requireDownload: false,
    replace: false,
    dryRun: false,
    timeoutMs: 1000,
    ...more,
  });
  return { catalog, location, result };
}
