// npm test -- ARGS: installs what the tests need, builds, and runs jest with ARGS.
import { ensurePackages } from './lib/fresh.mjs';
import { runJest } from './lib/jest.mjs';
import { ensureParts } from './test-parts.mjs';

await ensurePackages();
await ensureParts();
process.exitCode = await runJest(process.argv.slice(2));
