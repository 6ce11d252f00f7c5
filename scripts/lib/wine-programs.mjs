import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inProject } from './project.mjs';
import { unixPath } from './wine.mjs';

const COMPILER = 'x86_64-w64-mingw32-gcc';
const sources = inProject('test', 'windows', 'programs');

/** The folders with PostgreSQL's libraries for Windows. @param {string} root of the chroot */
export function postgresFolders(root) {
  const modules = join(root, 'opt', 'parts', 'node_modules');
  const names = readdirSync(modules).filter((name) => /^pg\d+$/.test(name));
  return names.map((name) => join(modules, name, 'native'));
}

/**
 * Compiles test/windows/programs where they have changed: `libpq-*.c` beside every libpq.dll, the others into
 * Z:\opt\programs.
 * icacls.exe is then put in place of Wine's own, and runs there where `STAND_INS` is in the environment.
 * @param {string} root of the chroot
 */
export async function ensurePrograms(root) {
  const own = join(root, 'opt', 'programs');
  const stamp = join(own, 'built-from');
  const names = readdirSync(sources).filter((name) => name.endsWith('.c'));
  const hash = createHash('sha256');
  for (const name of names) hash.update(readFileSync(join(sources, name)));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  mkdirSync(own, { recursive: true });
  for (const source of names) {
    const name = source.replace(/\.c$/, '.exe');
    const argv = ['-O2', '-Wall', '-Werror', '-municode', join(sources, source)];
    const places = source.startsWith('libpq-')
      ? postgresFolders(root).map((native) => [join(native, 'bin', name), join(native, 'bin', 'libpq.dll')])
      : [[join(own, name), '-ladvapi32']];
    for (const [place = '', library = ''] of places) await step(COMPILER, [...argv, library, '-o', place]);
  }
  copyFileSync(join(own, 'icacls.exe'), join(root, unixPath('C:\\windows\\system32\\icacls.exe')));
  writeFileSync(stamp, wanted);
}

/** @param {string} file @param {readonly string[]} argv @param {string} [cwd] */
export async function step(file, argv, cwd) {
  await promisify(execFile)(file, argv, { ...(cwd === undefined ? {} : { cwd }), maxBuffer: 2 ** 26 });
}
