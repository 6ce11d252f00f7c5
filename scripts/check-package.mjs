// Packs the package, installs the tarball where nothing else is, and checks what a user gets.
// Prints a line for each check, and `N passed, N failed` at the end. Exit code 1: some check failed.
import { ensurePackages } from './lib/fresh.mjs';
import { withTemporaryFolder } from './lib/temporary.mjs';

await ensurePackages();
const { CHECKS } = await import('./lib/package-checks.mjs');
const { pack } = await import('./lib/pack.mjs');

const failed = await withTemporaryFolder(async (folder) => {
  const packed = await pack(folder);
  let failures = 0;
  for (const { name, check } of CHECKS) {
    try {
      const detail = await check(packed);
      console.log(`ok    ${name}${detail ? ` (${detail})` : ''}`);
    } catch (error) {
      failures += 1;
      console.log(`FAIL  ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  console.log(`${CHECKS.length - failures} passed, ${failures} failed`);
  return failures;
});
process.exitCode = failed > 0 ? 1 : 0;
