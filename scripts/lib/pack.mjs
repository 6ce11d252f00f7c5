import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { buildDist } from './dist.mjs';
import { inProject, root } from './project.mjs';
import { npmCli } from './run.mjs';
import { bareEnvironment } from './temporary.mjs';

/**
 * @typedef {object} Packed
 * @property {string} folder for whatever a check writes
 * @property {number} tarballSize in bytes
 * @property {number} unpackedSize in bytes
 * @property {readonly string[]} files paths in the package
 * @property {string} consumer a folder where nothing but the tarball is installed
 * @property {string} installed the package's folder in there
 */

/**
 * What `npm pack` says of the tarball that it makes of the present dist.
 * @param {string} folder
 * @returns {Promise<{ filename: string, size: number, unpackedSize: number, files: { path: string }[] }>}
 */
export async function packTarball(folder) {
  const argv = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const answer = JSON.parse(await npm(argv, folder, root));
  return (Array.isArray(answer) ? answer : Object.values(answer))[0];
}

/** Builds, packs and installs the package in `folder`. @param {string} folder @returns {Promise<Packed>} */
export async function pack(folder) {
  await buildDist();
  const { filename, size, unpackedSize, files } = await packTarball(folder);
  const consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  writeFileSync(
    join(consumer, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  const install = [
    'install',
    '--prefix',
    consumer,
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  await npm([...install, join(folder, filename)], folder, consumer);
  return {
    folder,
    tarballSize: size,
    unpackedSize,
    files: files.map(({ path }) => path),
    consumer,
    installed: join(consumer, 'node_modules', 'pg-root-cert'),
  };
}

/** Runs Node with a home of its own in `folder`. @param {readonly string[]} argv @param {string} folder @param {string} cwd */
export async function node(argv, folder, cwd) {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const env = {
    ...bareEnvironment(home),
    npm_config_cache: join(folder, 'npm-cache'),
    npm_config_update_notifier: 'false',
  };
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd, env, maxBuffer: 2 ** 24 });
  return stdout;
}

/** @param {readonly string[]} argv @param {string} folder @param {string} cwd */
export const npm = (argv, folder, cwd) => node([npmCli(), ...argv], folder, cwd);

/** @param {readonly string[]} argv @param {string} folder @param {string} cwd */
export const npx = (argv, folder, cwd) => node([join(dirname(npmCli()), 'npx-cli.js'), ...argv], folder, cwd);

/** @param {readonly string[]} argv @param {string} folder @param {string} cwd */
export const tsc = (argv, folder, cwd) =>
  node([inProject('node_modules', 'typescript', 'bin', 'tsc'), ...argv], folder, cwd);
