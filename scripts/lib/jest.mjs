import { distIsFresh } from './fresh.mjs';
import { inProject } from './project.mjs';
import { runNode } from './run.mjs';

/**
 * Runs jest, after a build if dist is not of the present sources.
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} [env] on top of this process's own
 * @returns {Promise<number>} its exit code
 */
export async function runJest(argv, env = {}) {
  if (!distIsFresh()) await (await import('./dist.mjs')).buildDist();
  const jest = inProject('node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return runNode([...flags, jest, ...argv], { env: { ...process.env, ...env } });
}
