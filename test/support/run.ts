import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { bareEnvironment } from '../../scripts/lib/temporary.mjs';
import type { Finding } from '../../src/core/findings.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * argv that starts the command under test: the built one under this Node, or what PG_ROOT_CERT_COMMAND says, a JSON list
 * of words, such as another Node with the same file.
 */
export const COMMAND: readonly [string, ...string[]] = process.env.PG_ROOT_CERT_COMMAND
  ? JSON.parse(process.env.PG_ROOT_CERT_COMMAND)
  : [process.execPath, path.join(ROOT, 'dist', 'cli.js')];
export const CERTS = path.join(ROOT, 'certs');

/** The JSON document of a command, as far as the tests look into it. */
export interface Document {
  schemaVersion: number;
  command: string;
  ok: boolean;
  dryRun?: boolean;
  error?: { code: string; message: string; help: string[] };
  targets: {
    path: string;
    changed: boolean;
    added: { sha256: string; subject: string; notAfter: string; id: string | null }[];
    removed: { sha256: string; id: string | null }[];
    kept: { sha256: string; id: string | null }[];
    backup: string | null;
    source: string | null;
  }[];
  path?: string;
  exists?: boolean;
  certificates?: {
    sha256: string;
    id: string | null;
    state: string;
    providers: string[];
    subject: string;
    successors: { name: string; installed: boolean; roots: string[] }[];
  }[];
  findings: Finding[];
  proofs?: {
    target: string;
    host: string | null;
    before: boolean | null;
    withBoth: boolean | null;
    withoutOld: boolean | null;
    libpqMessage: string | null;
  }[];
  steps?: { step: string; file?: string }[];
}

export interface Run {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout read as the one JSON document that --json promises. */
  readonly json: () => Document;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly stdin?: string | Uint8Array;
  /** argv to put before the command, such as strace or faketime with its options. */
  readonly through?: readonly string[];
  readonly cwd?: string;
  readonly command?: readonly string[];
  readonly onStart?: (child: ChildProcess) => void;
}

const homes: string[] = [];
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

/** An empty home of its own, gone when the test file ends. */
export function emptyHome(): string {
  const home = mkdtempSync(path.join(os.tmpdir(), 'pgrc-'));
  homes.push(home);
  return home;
}

/** Runs the built command with nothing of the caller's environment but the search path. */
export function run(home: string, argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [file = '', ...rest] = [...(options.through ?? []), ...(options.command ?? COMMAND), ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      cwd: options.cwd ?? home,
      env: { ...bareEnvironment(home), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    child.on('error', reject);
    child.on('close', (status, signal) =>
      resolve({ status, signal, stdout, stderr, json: () => JSON.parse(stdout) as Document }),
    );
    options.onStart?.(child);
  });
}

/** Where libpq looks, in a home that `run` was given. */
export const rootCrt = (home: string): string =>
  process.platform === 'win32'
    ? path.join(home, 'AppData', 'Roaming', 'postgresql', 'root.crt')
    : path.join(home, '.postgresql', 'root.crt');

/** Every path below a folder with kind, mode and content: equal before and after means that nothing was touched. */
export function tree(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (at: string): void => {
    const facts = lstatSync(at);
    const kind = facts.isDirectory()
      ? 'folder'
      : facts.isSymbolicLink()
        ? 'link'
        : facts.isFile()
          ? 'file'
          : 'other';
    const content = kind === 'link' ? readlinkSync(at) : kind === 'file' ? readFileSync(at, 'latin1') : '';
    found[path.relative(folder, at)] = `${kind} ${(facts.mode & 0o7777).toString(8)} ${content}`;
    if (kind === 'folder') for (const name of readdirSync(at)) visit(path.join(at, name));
  };
  visit(folder);
  return found;
}

/** The codes of the findings, but for the one that every run with a home of its own has. */
export const codesOf = (document: Document): string[] =>
  document.findings.map(({ code }) => code).filter((code) => code !== 'home-mismatch');

/** True where a program is on the search path. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, name)));
}

/** strace with a fault for the nth call of a kind on files, null for each; Node's own pipes and threads are not touched. */
export function straced(call: string, nth: number | null, fault: string): string[] {
  return [
    'strace',
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    `--inject=${call}:${fault}${nth === null ? '' : `:when=${nth}`}`,
  ];
}
