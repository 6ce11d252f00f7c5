// node scripts/test-nodes.mjs [MAJOR [ARGS]]: runs the transcripts with the built command under another Node, or under
// each of test/nodes in turn. ARGS go to jest, which itself runs under this Node. Linux on x64 only.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages } from './lib/fresh.mjs';
import { runJest } from './lib/jest.mjs';
import { readJson } from './lib/packages.mjs';
import { installParts } from './lib/parts.mjs';
import { inProject } from './lib/project.mjs';
import { ensureParts } from './test-parts.mjs';

const [major, ...argv] = process.argv.slice(2);
const names = Object.keys(readJson('test/nodes/package.json').dependencies);
const wanted = names.filter((name) => major === undefined || name === `node${major}`);
if (wanted.length === 0) {
  console.error(`there is no Node ${major} in test/nodes: ${names.join(', ')}`);
  process.exit(2);
}

await ensurePackages();
await ensureParts();
const modules = await installParts({
  name: 'Node versions',
  manifests: inProject('test', 'nodes'),
  into: inProject('.cache', 'nodes'),
});
for (const name of wanted) {
  const node = join(modules, name, 'bin', 'node');
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  if (!version.startsWith(`v${name.slice('node'.length)}.`)) throw new Error(`${node} is ${version}`);
  console.error(`the command runs under Node ${version}`);
  const command = JSON.stringify([node, inProject('dist', 'cli.js')]);
  const code = await runJest(['test/transcripts', '--maxWorkers=100%', ...argv], {
    PG_ROOT_CERT_COMMAND: command,
  });
  if (code !== 0) process.exitCode = code;
}
