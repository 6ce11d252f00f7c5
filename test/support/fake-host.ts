import path from 'node:path';
import type { ExecResult, Host } from '../../src/core/host.js';
import { nodeHost } from '../../src/core/node-host.js';
import { MemoryFiles, type MemoryOptions } from './memory-files.js';

export interface FakeHost extends Host {
  readonly files: MemoryFiles;
  readonly commands: (readonly string[])[];
}

interface FakeOptions extends MemoryOptions {
  readonly platform?: NodeJS.Platform;
  readonly env?: Record<string, string>;
  readonly passwdHome?: string | null;
  readonly userName?: string;
  readonly now?: string;
  /** What the person at the terminal types when asked; nobody sits there where it is left out. */
  readonly secret?: string;
  readonly exec?: (argv: readonly string[], files: MemoryFiles) => ExecResult | null;
}

const real = nodeHost();

/** A Host whose platform, user, clock and file system are invented; the package's own files are the real ones. */
export function fakeHost(options: FakeOptions = {}): FakeHost {
  const platform = options.platform ?? 'linux';
  const windows = platform === 'win32';
  const files = new MemoryFiles({ foldsCase: windows || platform === 'darwin', ...options, windows });
  const commands: (readonly string[])[] = [];
  const home = windows ? 'C:\\Users\\me' : platform === 'darwin' ? '/Users/me' : '/home/me';
  const env: Record<string, string> =
    options.env ??
    (windows
      ? {
          APPDATA: `${home}\\AppData\\Roaming`,
          USERPROFILE: home,
          SystemRoot: 'C:\\Windows',
          TEMP: `${home}\\AppData\\Local\\Temp`,
        }
      : { HOME: home });
  const uid = options.uid ?? 1000;
  if (windows) {
    files.put(`${home}\\AppData\\Roaming`, { kind: 'folder' });
    files.put(`${home}\\AppData\\Local\\Temp`, { kind: 'folder' });
  } else {
    files.put('/', { kind: 'folder', uid: 0 });
    files.put(path.posix.dirname(home), { kind: 'folder', uid: 0 });
    files.put(home, { kind: 'folder', uid: 1000 });
  }
  let ticks = 0;
  const started = new Date(options.now ?? '2026-11-21T10:00:00Z').getTime();
  return {
    platform,
    env,
    cwd: home,
    path: windows ? path.win32 : path.posix,
    files,
    commands,
    user: windows
      ? { uid: null, gid: null, name: 'me', passwdHome: null }
      : {
          uid,
          gid: options.gid ?? uid,
          name: options.userName ?? 'me',
          passwdHome: options.passwdHome === undefined ? home : options.passwdHome,
        },
    process: { pid: 4242, hostName: 'laptop', bootedMs: 0, isAlive: () => false },
    dataFolder: async () =>
      windows ? `${home}\\AppData\\Local\\pg-root-cert\\Data` : `${home}/.local/share/pg-root-cert`,
    now: () => new Date(started + ticks++),
    sleep: async () => {},
    pause: () => {},
    randomHex: real.randomHex,
    asset: real.asset,
    stdin: async () => new Uint8Array(),
    askSecret: async () => options.secret ?? null,
    network: real.network,
    exec: async (file, argv) => {
      commands.push([file, ...argv]);
      return options.exec?.([file, ...argv], files) ?? null;
    },
  };
}
