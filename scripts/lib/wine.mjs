import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inProject } from './project.mjs';
import { withTemporaryFolder } from './temporary.mjs';

/** Where the environment lies: `WINDOWS_ENV`, or `.cache/windows` in the project. */
export const windowsFolder = () => resolve(process.env.WINDOWS_ENV ?? inProject('.cache', 'windows'));

/** The user inside, by the name that Windows programs see: with a space and letters outside ASCII, on purpose. */
export const WINDOWS_USER = 'Jürgen Müller';
export const UID = 1000;
export const UNIX_HOME = '/home/windows';
export const PREFIX = `${UNIX_HOME}/wine`;
/** What `%USERPROFILE%` is. */
export const PROFILE = `C:\\users\\${WINDOWS_USER}`;
/** The product as npm packs it, put there by scripts/test-windows.mjs. */
export const TARBALL = 'C:\\pg-root-cert.tgz';
/** Where npm for Windows has installed it. */
export const INSTALLED = 'C:\\installed';
/** The product as one executable, put there by scripts/test-windows.mjs. */
export const EXECUTABLE = 'C:\\pg-root-cert.exe';
/** Where npm's packages of test/windows/parts lie, as Windows programs name it. */
export const PARTS = 'Z:\\opt\\parts\\node_modules';

/** node.exe of a major, 20, 22 or 24. */
export const nodeExe = (major = '20') => `${PARTS}\\node${major}\\bin\\node.exe`;

/** The folder of libpq.dll, and of `libpq-connect.exe` beside it, 15 to 18. @param {string} major */
export const libpqFolder = (major) => `${PARTS}\\pg${major}\\native\\bin`;

/** With these variables our icacls.exe runs instead of Wine's, which does nothing. */
export const STAND_INS = { WINEDLLOVERRIDES: 'icacls.exe=n' };

/** Variables that Wine makes itself, whatever its own environment holds. */
const MADE_BY_WINE =
  /^(APPDATA|LOCALAPPDATA|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH|PATH|TEMP|TMP|SystemRoot|windir|ComSpec|PATHEXT|HOME|PUBLIC)$/i;

/** Starts argv[1…] with the variables of WITH_ENV changed, or taken away where they are null. */
const WITH_ENV = `
const env = { ...process.env };
for (const [name, value] of Object.entries(JSON.parse(env.WITH_ENV))) {
  for (const key of Object.keys(env)) if (key.toUpperCase() === name.toUpperCase()) delete env[key];
  if (value !== null) env[name] = value;
}
delete env.WITH_ENV;
const [file, ...argv] = process.argv.slice(1);
const { status, error } = require('child_process').spawnSync(file, argv, { env, stdio: 'inherit' });
if (error) throw error;
process.exit(status);
`;

/** Enters the chroot as the user, with a /proc of its own that is gone with the process. */
const ENTER = `mount -t proc proc "$1/proc" && exec chroot --userspec=${UID}:${UID} "$1" env -C "$2" "$\{@:3}"`;

/**
 * @typedef {object} WindowsRun
 * @property {number | null} status null where the time limit ended it
 * @property {string} stdout
 * @property {string} stderr
 *
 * @typedef {object} WindowsOptions
 * @property {Record<string, string | null>} [env] on top of what Windows has; null takes a variable away
 * @property {string} [cwd] a Windows path; the user's profile unless said
 * @property {string | Uint8Array} [stdin]
 * @property {number} [timeoutMs] 60,000 unless said
 */

/**
 * Runs a Windows program, by its Windows path, and waits for it. Its output goes through files: Node for Windows
 * cannot write to a Unix pipe under Wine. The environment must be there (`ensureWindows`).
 * @param {readonly string[]} argv
 * @param {WindowsOptions} [options]
 * @returns {Promise<WindowsRun>}
 */
export function runWindows(argv, { env = {}, cwd = PROFILE, ...options } = {}) {
  const own = Object.entries(env).filter(([name, value]) => value === null || MADE_BY_WINE.test(name));
  const plain = Object.entries(env).filter(([name]) => !own.some(([each]) => each === name));
  const through = own.length === 0 ? [] : [nodeExe(), '-e', WITH_ENV];
  const variables = {
    ...Object.fromEntries(plain),
    ...(own.length === 0 ? {} : { WITH_ENV: JSON.stringify(Object.fromEntries(own)) }),
  };
  return enter(['/usr/bin/wine-stable', ...through, ...argv], {
    ...options,
    env: variables,
    cwd: unixPath(cwd),
  });
}

/**
 * Runs a Linux program inside, as the user.
 * @param {readonly string[]} argv
 * @param {{ env?: Record<string, string | null>, cwd?: string, stdin?: string | Uint8Array, timeoutMs?: number, root?: string }} [options]
 * @returns {Promise<WindowsRun>}
 */
export function enter(
  argv,
  { env = {}, cwd = '/', stdin, timeoutMs = 60_000, root = chrootOf(windowsFolder()) } = {},
) {
  return withTemporaryFolder(async (folder) => {
    const at = (/** @type {string} */ name) => join(folder, name);
    writeFileSync(at('stdin'), stdin ?? '');
    const input = stdin === undefined ? '/dev/null' : at('stdin');
    const files = [openSync(input, 'r'), openSync(at('stdout'), 'w'), openSync(at('stderr'), 'w')];
    try {
      const status = await ended(argv, { env, cwd, timeoutMs, root, files });
      return {
        status,
        stdout: readFileSync(at('stdout'), 'utf8'),
        stderr: readFileSync(at('stderr'), 'utf8'),
      };
    } finally {
      for (const file of files) closeSync(file);
    }
  });
}

/**
 * @param {readonly string[]} argv
 * @param {{ env: Record<string, string | null>, cwd: string, timeoutMs: number, root: string, files: number[] }} how
 * @returns {Promise<number | null>}
 */
function ended(argv, { env, cwd, timeoutMs, root, files }) {
  return new Promise((done, fail) => {
    const child = spawn(
      'unshare',
      ['--mount', '--propagation', 'private', 'bash', '-c', ENTER, 'enter', root, cwd, ...argv],
      {
        env: { ...unixEnvironment, ...definedOf(env) },
        stdio: files,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      },
    );
    child.on('error', fail);
    child.on('close', done);
  });
}

const unixEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: UNIX_HOME,
  LANG: 'C.UTF-8',
  WINEPREFIX: PREFIX,
  WINEDEBUG: '-all',
  XDG_RUNTIME_DIR: '/tmp',
};

/** @param {Record<string, string | null>} env @returns {Record<string, string>} */
const definedOf = (env) =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));

/** @param {string} folder */
export const chrootOf = (folder) => join(folder, 'chroot');

/** A Windows path as Linux programs inside name it: drives C: and Z:. @param {string} path */
export function unixPath(path) {
  const slashes = path.replaceAll('\\', '/');
  if (/^z:/i.test(path)) return slashes.slice(2);
  if (/^c:/i.test(path)) return `${PREFIX}/drive_c${slashes.slice(2)}`;
  throw new Error(`not on drive C: or Z:: ${path}`);
}

/** A Windows path as this machine names it. @param {string} path */
export const hostPath = (path) => join(chrootOf(windowsFolder()), unixPath(path));

/** Ends every Windows program of the environment. Without it they end by themselves, some seconds after the last run. */
export async function stopWindows() {
  await enter(['wineserver', '-k']);
}

/** Runs npm for Windows, which is itself run by Node for Windows. @param {readonly string[]} argv @param {WindowsOptions} [options] */
export const npmOnWindows = (argv, options) =>
  runWindows([nodeExe(), `${PARTS}\\npm\\bin\\npm-cli.js`, ...argv], options);
