// npm start -- ARGS: pg-root-cert from a fresh clone. Installs and builds what is missing, then runs it.
// Only the command itself writes to stdout (npm adds its own lines: npm --silent start).
import { distIsFresh, ensurePackages } from './lib/fresh.mjs';
import { inProject } from './lib/project.mjs';
import { runNode } from './lib/run.mjs';

await ensurePackages();
if (!distIsFresh()) await (await import('./lib/dist.mjs')).buildDist();
process.exitCode = await runNode([inProject('dist', 'cli.js'), ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
