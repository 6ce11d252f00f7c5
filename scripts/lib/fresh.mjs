import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from './project.mjs';
import { runNpm } from './run.mjs';

/** What a build is made from. */
const SOURCES = [
  'src',
  'scripts/lib',
  'scripts/bundle',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.types.json',
];
const STAMP = inProject('.cache', 'dist-built-from');

/** Installs the development packages unless those that package-lock.json names are there; ends the process if it can't. */
export async function ensurePackages() {
  if (packagesAreThere()) return;
  console.error('installing what package-lock.json names…');
  const code = await runNpm(
    ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      stdout: 'stderr',
    },
  );
  if (code !== 0) {
    console.error(`could not install the packages: npm ci ended with exit code ${code}`);
    process.exit(1);
  }
}

/** npm writes node_modules/.package-lock.json last, so an install that was cut short is seen too. */
function packagesAreThere() {
  const installed = inProject('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const { packages: there } = JSON.parse(readFileSync(installed, 'utf8'));
  const { packages: wanted } = JSON.parse(readFileSync(inProject('package-lock.json'), 'utf8'));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (path in there ? there[path].version === version : optional === true),
  );
}

/** SHA-256 over every file that a build reads from the project. */
export function sourcesDigest() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const path of filesOf(source))
      hash
        .update(`${path}\0`)
        .update(readFileSync(inProject(path)))
        .update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} source @returns {string[]} */
function filesOf(source) {
  if (statSync(inProject(source)).isFile()) return [source];
  return readdirSync(inProject(source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(inProject().length + 1))
    .sort();
}

/** True if dist was built from the sources as they are. */
export function distIsFresh() {
  return (
    existsSync(inProject('dist', 'cli.js')) &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === sourcesDigest()
  );
}

export { STAMP };
