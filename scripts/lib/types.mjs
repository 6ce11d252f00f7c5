import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { inProject } from './project.mjs';
import { runNode } from './run.mjs';

/**
 * The declarations of what src/index.ts exports, and of nothing else.
 * @param {string} into
 */
export async function emitTypes(into) {
  const tsc = inProject('node_modules', 'typescript', 'bin', 'tsc');
  const code = await runNode([tsc, '-p', inProject('tsconfig.types.json'), '--outDir', into], {
    stdout: 'stderr',
  });
  if (code !== 0) throw new Error(`tsc ended with exit code ${code}`);
  const needed = reachable(join(into, 'index.d.ts'));
  for (const name of readdirSync(into, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.d.ts') && !needed.has(join(into, name))) rmSync(join(into, name));
  }
  for (const entry of readdirSync(into, { withFileTypes: true })) {
    const folder = join(into, entry.name);
    if (entry.isDirectory() && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

/** @param {string} file @param {Set<string>} found */
function reachable(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, path = ''] of text.matchAll(/(?:from |import\()['"](\.{1,2}\/[^'"]+)\.js['"]/g)) {
    reachable(resolve(dirname(file), `${path}.d.ts`), found);
  }
  return found;
}
