import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inProject, root } from './project.mjs';
import { runNpm } from './run.mjs';

/**
 * @typedef {object} Parts packages that are no part of the product, pinned by a package.json and a lock file of their own
 * @property {string} name what they are, for people
 * @property {string} manifests the folder with package.json, package-lock.json and .npmrc
 * @property {string} into the folder that gets the node_modules
 * @property {readonly [string, ...string[]]} [variants] which of them are wanted, then what serves as well
 * @property {readonly string[]} [argv] more arguments for `npm ci`
 * @property {(modules: string) => void | Promise<void>} [finish] what is left to do after npm: install scripts don't run
 */

const MANIFESTS = ['package.json', 'package-lock.json', '.npmrc'];
const STAMP = '.installed-from';

/**
 * Installs packages unless what is there comes from the present lock file. The install is made aside and renamed into
 * place whole, so that a run that is cut short, or a second one at the same time, does no harm.
 * @param {Parts} parts
 * @returns {Promise<string>} the node_modules
 */
export async function installParts({ name, manifests, into, variants = [''], argv = [], finish }) {
  const modules = join(into, 'node_modules');
  const fingerprint = fingerprintOf(manifests);
  const stamps = variants.map((variant) => `${fingerprint} ${variant}`.trim());
  const isCurrent = () => stamps.includes(installedFrom(modules) ?? '');
  if (isCurrent()) {
    console.error(`${name}: up to date`);
    return modules;
  }

  const started = performance.now();
  mkdirSync(inProject('.cache'), { recursive: true });
  mkdirSync(into, { recursive: true });
  const staging = mkdtempSync(inProject('.cache', 'parts-'));
  try {
    for (const file of MANIFESTS) cpSync(join(manifests, file), join(staging, file));
    const fresh = join(staging, 'node_modules');
    const ci = ['ci', ...argv, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const code = await runNpm(ci, { cwd: staging, stdout: 'stderr' });
    if (code !== 0) throw new Error(`${name}: npm ci ended with exit code ${code}`);
    await finish?.(fresh);
    writeFileSync(join(fresh, STAMP), stamps[0] ?? '');
    if (!isCurrent()) replaceFolder(fresh, modules, join(staging, 'replaced'), isCurrent);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`${name}: installed into ${relative(root, modules)} in ${seconds} s`);
  return modules;
}

/** @param {string} manifests */
function fingerprintOf(manifests) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const name of MANIFESTS) hash.update(readFileSync(join(manifests, name)));
  return hash.digest('hex');
}

/** @param {string} modules */
function installedFrom(modules) {
  try {
    return readFileSync(join(modules, STAMP), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * @param {string} fresh
 * @param {string} place
 * @param {string} attic
 * @param {() => boolean} isCurrent whether another run has meanwhile put the same there
 */
function replaceFolder(fresh, place, attic, isCurrent) {
  try {
    renameSync(place, attic);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  try {
    renameSync(fresh, place);
  } catch (error) {
    if (!isCurrent()) throw error;
  }
}

/** @param {unknown} error */
const codeOf = (error) => (error instanceof Error && 'code' in error ? error.code : null);
