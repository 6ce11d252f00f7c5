import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { PgRootCertError } from './errors.js';
import { errnoOf } from './file-errors.js';
import type { ExecResult, Host, HostNetwork, HostUser } from './host.js';
import { readAsset } from './node-assets.js';
import { nodeFiles, systemError } from './node-files.js';

const nodeNetwork: HostNetwork = {
  connect: (to) =>
    connect('path' in to ? { path: to.path } : { host: to.address, port: to.port, noDelay: true }),
  lookup: async (name) => {
    const { lookup } = await import('node:dns/promises');
    return (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);
  },
};

/** os.userInfo reads the password database for the effective user; it throws where that user has no entry. */
function currentUser(): HostUser {
  const uid = process.geteuid?.() ?? null;
  const gid = process.getegid?.() ?? null;
  try {
    const { username, homedir } = os.userInfo();
    return { uid, gid, name: username, passwdHome: uid === null || homedir === '' ? null : homedir };
  } catch {
    return { uid, gid, name: null, passwdHome: null };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

async function readStdin(limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    size += part.length;
    if (size > limit) throw systemError('EFBIG');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** readline with a mute output: it edits the line as a person expects, and a terminal in raw mode shows nothing of it. */
async function askSecret(prompt: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const [{ createInterface }, { Writable }] = await Promise.all([
    import('node:readline'),
    import('node:stream'),
  ]);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: mute, terminal: true, historySize: 0 });
  process.stderr.write(prompt);
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(null));
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

const EXEC_OUTPUT_LIMIT = 1024 * 1024;

async function exec(
  file: string,
  argv: readonly string[],
  options: { timeoutMs: number },
): Promise<ExecResult | null> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    const child = spawn(file, argv, {
      shell: false,
      windowsHide: true,
      timeout: options.timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
    let size = 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (part: Buffer) => {
        size += part.length;
        if (size > EXEC_OUTPUT_LIMIT) child.kill();
        else output[name].push(part);
      });
    }
    child.on('error', () => resolve(null));
    child.on('close', (status) =>
      resolve({ status, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) }),
    );
  });
}

/** Imported here and not above: env-paths asks for a home as soon as it is loaded, and there may be none. */
async function dataFolder(): Promise<string> {
  try {
    const { default: envPaths } = await import('env-paths');
    const { data } = envPaths('pg-root-cert', { suffix: '' });
    // A relative XDG_DATA_HOME is to be ignored (XDG Base Directory Specification, "Basics").
    return path.isAbsolute(data) ? data : path.resolve(os.homedir(), '.local', 'share', 'pg-root-cert');
  } catch (cause) {
    throw new PgRootCertError(
      'home-not-found',
      'HOME is not set and the password database names no home for you',
      {
        help: ['set HOME to a folder of your own: backups go there'],
        cause,
      },
    );
  }
}

/** The real Host. */
export function nodeHost(): Host {
  return {
    platform: process.platform,
    env: process.env,
    cwd: process.cwd(),
    path,
    files: nodeFiles,
    network: nodeNetwork,
    user: currentUser(),
    process: {
      pid: process.pid,
      get hostName() {
        return os.hostname();
      },
      get bootedMs() {
        return Date.now() - os.uptime() * 1000;
      },
      isAlive,
    },
    dataFolder,
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    pause: (ms) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    asset: readAsset,
    stdin: readStdin,
    askSecret,
    exec,
  };
}
