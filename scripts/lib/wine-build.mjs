import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inProject } from './project.mjs';
import { npmCli } from './run.mjs';
import { chrootOf, enter, UID, UNIX_HOME, WINDOWS_USER, windowsFolder } from './wine.mjs';
import { ensurePrograms, postgresFolders, step } from './wine-programs.mjs';

const SUITE = 'trixie';
const PACKAGES = ['wine', 'wine64', 'ca-certificates'];
const parts = inProject('test', 'windows', 'parts');
const manifests = ['package.json', 'package-lock.json', '.npmrc'];

/**
 * Builds the Windows environment unless it is there: Wine in a chroot, Node for Windows, npm, libpq.dll, and the small
 * programs of test/windows/programs. Needs root, mmdebstrap and mingw-w64.
 * @returns {Promise<string>} its folder
 */
export async function ensureWindows() {
  const place = windowsFolder();
  const wanted = recipe();
  if (builtFrom(place) !== wanted) await build(place, wanted);
  await ensurePrograms(chrootOf(place));
  return place;
}

/** It is made beside its place and moved there whole. @param {string} place @param {string} wanted */
async function build(place, wanted) {
  if (process.getuid?.() !== 0) throw new Error('the Windows environment is a chroot: build it as root');

  const started = performance.now();
  console.error('windows: building the environment (about a minute, 3 GB)…');
  mkdirSync(dirname(place), { recursive: true });
  const staging = mkdtempSync(`${place}-new-`);
  try {
    const root = chrootOf(staging);
    await step('mmdebstrap', ['--quiet', '--variant=minbase', `--include=${PACKAGES}`, SUITE, root]);
    await installParts(root);
    await makePrefix(root);
    writeFileSync(join(staging, 'built-from'), wanted);
    if (existsSync(place)) renameSync(place, join(staging, 'replaced'));
    renameSync(staging, place);
    rmSync(join(place, 'replaced'), { recursive: true, force: true });
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
  console.error(`windows: built ${place} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

/** All that the environment is made from. */
function recipe() {
  const hash = createHash('sha256');
  const files = [...manifests.map((name) => join(parts, name)), fileURLToPath(import.meta.url)];
  for (const file of files) hash.update(`${basename(file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

/** @param {string} place */
function builtFrom(place) {
  const stamp = join(place, 'built-from');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : null;
}

/** What is for another system has to be forced on npm. Of PostgreSQL only the libraries stay. @param {string} root */
async function installParts(root) {
  const folder = join(root, 'opt', 'parts');
  mkdirSync(folder, { recursive: true });
  for (const name of manifests) cpSync(join(parts, name), join(folder, name));
  const how = ['--force', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await step(process.execPath, [npmCli(), 'ci', ...how], folder);
  for (const native of postgresFolders(root)) {
    for (const name of ['lib', 'share']) rmSync(join(native, name), { recursive: true, force: true });
    const executables = readdirSync(join(native, 'bin')).filter((name) => name.endsWith('.exe'));
    for (const name of executables) rmSync(join(native, 'bin', name));
  }
}

/** The user, and Windows' drive C: with that user's profile. @param {string} root */
async function makePrefix(root) {
  appendFileSync(join(root, 'etc', 'passwd'), `${WINDOWS_USER}:x:${UID}:${UID}::${UNIX_HOME}:/bin/sh\n`);
  writeFileSync(join(root, 'etc', 'hosts'), '127.0.0.1 localhost\n');
  mkdirSync(join(root, UNIX_HOME), { recursive: true });
  await step('chown', [`${UID}:${UID}`, join(root, UNIX_HOME)]);
  const { status, stderr } = await enter(['wineboot', '--init'], { root, timeoutMs: 300_000 });
  if (status !== 0) throw new Error(`wineboot failed: ${stderr}`);
  await enter(['wineserver', '-k'], { root });
  await enter(['wineserver', '-w'], { root });
}
