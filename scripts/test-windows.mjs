// npm run test:windows -- ARGS: builds the Windows environment where it is not there, packs the product for it, and
// runs jest over test/windows with ARGS.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { distIsFresh, ensurePackages } from './lib/fresh.mjs';
import { runJest } from './lib/jest.mjs';
import { inProject } from './lib/project.mjs';
import { withTemporaryFolder } from './lib/temporary.mjs';
import { hostPath, stopWindows, TARBALL } from './lib/wine.mjs';
import { ensureWindows } from './lib/wine-build.mjs';
import { ensureParts } from './test-parts.mjs';

await ensurePackages();
await ensureParts();
await ensureWindows();
if (!distIsFresh()) await (await import('./lib/dist.mjs')).buildDist();
await withTemporaryFolder(async (folder) => {
  const { packTarball } = await import('./lib/pack.mjs');
  const { filename } = await packTarball(folder);
  copyFileSync(join(folder, filename), hostPath(TARBALL));
});
try {
  process.exitCode = await runJest([
    '--config',
    inProject('jest.windows.config.mjs'),
    ...process.argv.slice(2),
  ]);
} finally {
  await stopWindows();
}
