import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Call } from './clients.js';

/** Tells how the server sees this very connection. */
export const TLS_VERSION = 'select version from pg_stat_ssl where pid = pg_backend_pid()';

export interface Answer {
  readonly connected: boolean;
  /** What the server says of the connection, such as `TLSv1.3`; null where there is none, or it is in plain text. */
  readonly tls: string | null;
  /** All that the client printed, stderr first; empty where it connected. */
  readonly error: string;
}

/**
 * Runs what asks TLS_VERSION, with nothing of the caller's environment but the search path.
 * @param through argv to put before the client's
 */
export async function runClient(
  { argv, env = {}, stdin = '' }: Call,
  home: string,
  through: readonly string[] = [],
): Promise<Answer> {
  const [file = '', ...args] = [...through, ...argv];
  const child = spawn(file, args, {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home, LC_ALL: 'C', ...env },
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const ended = once(child, 'close');
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const tls = /TLSv1(?:\.\d)?/.exec(stdout)?.[0] ?? null;
  const connected = status === 0;
  return { connected, tls: connected ? tls : null, error: connected ? '' : stderr + stdout };
}

/** Whether `passwdHome` can do its work here. */
export const canMovePasswdHome = (): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'true']).status === 0;

/** argv before a program's own, for which the password database then says that root's home is this folder. */
export function passwdHome(home: string): readonly string[] {
  const passwd = join(home, 'passwd');
  writeFileSync(passwd, `root:x:0:0:root:${home}:/bin/sh\n`);
  const script = 'mount --bind "$0" /etc/passwd && exec "$@"';
  return ['unshare', '-m', 'sh', '-c', script, passwd];
}
