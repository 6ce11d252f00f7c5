// npm run test:standalone [-- ARGS]: builds the executables and runs test/standalone and the transcripts with the one
// for Linux; test/windows has the other's. ARGS go to jest.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
// Some tests run it as another user.
chmodSync(folder, 0o755);
try {
  await buildStandalone({ into: folder });
  process.exitCode = await runJest(
    [
      'test/standalone',
      'test/transcripts',
      // Those take a Node of their own: for a package that is damaged, or to load something beside it.
      '--testPathIgnorePatterns=/node_modules/',
      '--testPathIgnorePatterns=[.]node[.]test[.]ts$',
      '--maxWorkers=100%',
      ...process.argv.slice(2),
    ],
    { PG_ROOT_CERT_COMMAND: JSON.stringify([standaloneFile('linux-x64', folder)]) },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
