// npm test -- ARGS: installs what the tests need, builds, and runs jest with ARGS.
import { distIsFresh, ensurePackages } from './lib/fresh.mjs';
import { inProject } from './lib/project.mjs';
import { runNode } from './lib/run.mjs';
import { ensureParts } from './test-parts.mjs';

await ensurePackages();
await ensureParts();
if (!distIsFresh()) await (await import('./lib/dist.mjs')).buildDist();
process.exitCode = await runNode([
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  inProject('node_modules', 'jest', 'bin', 'jest.js'),
  ...process.argv.slice(2),
]);
