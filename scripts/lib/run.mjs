import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './project.mjs';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the project's folder unless said
 * @property {NodeJS.ProcessEnv} [env]
 * @property {'stderr'} [stdout] where the output goes, if not to stdout
 */

const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a program with this process's streams. Signals go on to it, and what it does with them is what counts.
 * @param {string} file
 * @param {readonly string[]} argv
 * @param {RunOptions} [options]
 * @returns {Promise<number>} its exit code; 128 and the signal's number where one ended it
 */
export function run(file, argv, { cwd = root, env = process.env, stdout } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(file, argv, {
      cwd,
      env,
      stdio: ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
    });
    const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const settle = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.on('error', (error) => {
      settle();
      fail(error);
    });
    child.on('close', (code, signal) => {
      settle();
      done(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
    });
  });
}

/** @param {readonly string[]} argv @param {RunOptions} [options] */
export const runNode = (argv, options) => run(process.execPath, argv, options);

/**
 * Runs npm by this Node, never through a shell: the npm that started this script, else the one beside Node.
 * @param {readonly string[]} argv
 * @param {RunOptions} [options]
 */
export const runNpm = (argv, options) => runNode([npmCli(), ...argv], options);

/** The JavaScript file that is npm. */
export function npmCli() {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? '',
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join('/usr', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  const found = candidates.find((path) => path.endsWith('npm-cli.js') && existsSync(path));
  if (found === undefined) throw new Error('npm was not found beside Node: run this through npm');
  return found;
}
