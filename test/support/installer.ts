import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';

/** A shell with the programs that it finds: what the installer for machines without Node runs on. */
export interface Machine {
  readonly name: string;
  readonly shell: readonly string[];
  /** The search path: one folder. */
  readonly programs: string;
}

export interface InstallerRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Every program that the script may call, but for openssl. */
const PROGRAMS =
  'awk base64 cat chmod cmp cp cut date getent grep id ls mkdir mv readlink rm rmdir sed sha256sum sleep sort sync tail tr uname wc';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function findProgram(name: string): string | null {
  const found = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  return found.find((file) => existsSync(file)) ?? null;
}

/** A machine that has just these programs; null where this one lacks the shell or one of them. */
export function makeMachine(shell: string, options: { openssl: boolean }): Machine | null {
  const names = [...PROGRAMS.split(' '), ...(options.openssl ? ['openssl'] : [])];
  const files = names.map((name) => [name, findProgram(name)] as const);
  const own = findProgram(shell);
  if (own === null || files.some(([, file]) => file === null)) return null;
  const programs = mkdtempSync(path.join(os.tmpdir(), 'pgrc-programs-'));
  folders.push(programs);
  for (const [name, file] of files) if (file !== null) symlinkSync(file, path.join(programs, name));
  return { name: `${shell}, ${options.openssl ? 'openssl' : 'no openssl'}`, shell: [own], programs };
}

/** busybox, with its own applets and nothing else; null where it is not here. */
export function makeBusybox(): Machine | null {
  const busybox = findProgram('busybox');
  if (busybox === null) return null;
  const programs = mkdtempSync(path.join(os.tmpdir(), 'pgrc-busybox-'));
  folders.push(programs);
  mkdirSync(programs, { recursive: true });
  execFileSync(busybox, ['--install', '-s', programs]);
  return { name: 'busybox', shell: [busybox, 'sh'], programs };
}

/** Runs an installer on a machine, with nothing of the caller's environment. */
export function runInstaller(
  machine: Machine,
  script: string,
  home: string,
  argv: readonly string[] = [],
  options: { env?: Record<string, string>; through?: readonly string[] } = {},
): Promise<InstallerRun> {
  const [file = '', ...rest] = [...(options.through ?? []), ...machine.shell, script, ...argv];
  const env = { PATH: machine.programs, HOME: home, ...options.env };
  return new Promise((resolve) => {
    const child = execFile(file, rest, { env, cwd: home }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
    child.stdin?.end();
  });
}
