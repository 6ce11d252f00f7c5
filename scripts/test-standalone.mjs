// npm run test:standalone [-- ARGS]: builds the executables and runs test/standalone and the transcripts with the one
// for Linux; test/windows has the other's. ARGS go to jest.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { ensurePackages } from './lib/fresh.mjs';
import { runJest } from './lib/jest.mjs';
import { inProject } from './lib/project.mjs';
import { ensureParts } from './test-parts.mjs';

await ensurePackages();
await ensureParts();
const { buildStandalone, standaloneFile } = await import('./lib/standalone.mjs');
mkdirSync(inProject('.cache'), { recursive: true });
// Not among the temporary files, which may lie in memory: they are large.
const folder = mkdtempSync(inProject('.cache', 'executables-'));
try {
  await buildStandalone({ into: folder });
  process.exitCode = await runJest(
    [
      'test/standalone',
      'test/transcripts',
      // In the executable there is no package that could be damaged.
      '--testPathIgnorePatterns=/node_modules/',
      '--testPathIgnorePatterns=/damaged-package',
      '--maxWorkers=100%',
      ...process.argv.slice(2),
    ],
    { PG_ROOT_CERT_COMMAND: JSON.stringify([standaloneFile('linux-x64', folder)]) },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
