// npm run test:windows -- ARGS: builds the Windows environment where it is not there, installs the packed product in
// it and the executable beside it, and runs jest over test/windows with ARGS.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { distIsFresh, ensurePackages } from './lib/fresh.mjs';
import { runJest } from './lib/jest.mjs';
import { inProject } from './lib/project.mjs';
import { withTemporaryFolder } from './lib/temporary.mjs';
import { EXECUTABLE, hostPath, INSTALLED, npmOnWindows, stopWindows, TARBALL } from './lib/wine.mjs';
import { ensureWindows } from './lib/wine-build.mjs';
import { ensureParts } from './test-parts.mjs';

await ensurePackages();
await ensureParts();
await ensureWindows();
if (!distIsFresh()) await (await import('./lib/dist.mjs')).buildDist();
try {
  await installProduct();
  await placeExecutable();
  process.exitCode = await runJest([
    '--config',
    inProject('jest.windows.config.mjs'),
    ...process.argv.slice(2),
  ]);
} finally {
  await stopWindows();
}

async function installProduct() {
  const { packTarball } = await import('./lib/pack.mjs');
  await withTemporaryFolder(async (folder) => {
    const { filename } = await packTarball(folder);
    copyFileSync(join(folder, filename), hostPath(TARBALL));
  });
  rmSync(hostPath(INSTALLED), { recursive: true, force: true });
  const how = ['--offline', '--no-audit', '--no-fund', '--prefix', INSTALLED];
  const { status, stderr } = await npmOnWindows(['install', ...how, TARBALL], { timeoutMs: 120_000 });
  if (status !== 0) throw new Error(`npm for Windows could not install the package: ${stderr}`);
}

async function placeExecutable() {
  const { buildStandalone, standaloneFile } = await import('./lib/standalone.mjs');
  await withTemporaryFolder(async (into) => {
    await buildStandalone({ into, targets: ['win-x64'] });
    copyFileSync(standaloneFile('win-x64', into), hostPath(EXECUTABLE));
  });
}
