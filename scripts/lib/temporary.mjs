import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs `step` with a new folder, which is gone afterwards.
 * @template T
 * @param {(folder: string) => T | Promise<T>} step
 * @returns {Promise<T>}
 */
export async function withTemporaryFolder(step) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pg-root-cert-')));
  try {
    return await step(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * An environment in which nothing but `home` can be found or changed. NODE_EXTRA_CA_CERTS and NODE_OPTIONS, which
 * slow every start of Node, are not in it.
 * @param {string} home
 * @returns {NodeJS.ProcessEnv}
 */
export function bareEnvironment(home) {
  const { PATH, SystemRoot } = process.env;
  return {
    PATH,
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    HOME: home,
    APPDATA: join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(home, 'AppData', 'Local'),
  };
}
