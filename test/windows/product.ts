import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { win32 } from 'node:path';
import { beforeEach } from '@jest/globals';
import {
  hostPath,
  INSTALLED,
  libpqFolder,
  nodeExe,
  PROFILE,
  runWindows,
  UID,
  type WindowsOptions,
} from '../../scripts/lib/wine.mjs';
import type { Document } from '../support/run.js';

export const NODES = ['20', '22', '24'] as const;
export const LIBPQS = ['15', '16', '17', '18'] as const;
export const ROAMING = `${PROFILE}\\AppData\\Roaming`;
export const FOLDER = `${ROAMING}\\postgresql`;
export const ROOT_CRT = `${FOLDER}\\root.crt`;
export const CLI = `${INSTALLED}\\node_modules\\pg-root-cert\\dist\\cli.js`;
const DATA = `${PROFILE}\\AppData\\Local\\pg-root-cert`;
/** A folder for whatever a test needs besides. */
export const SCRATCH = 'C:\\scratch';

/** Before each test of the file: nothing is left in the profile of what earlier ones made. */
export function freshProfile(): void {
  beforeEach(() => {
    for (const folder of [FOLDER, DATA, SCRATCH]) remove(folder);
    makeFolder(SCRATCH);
  });
}

export const remove = (path: string): void => rmSync(hostPath(path), { recursive: true, force: true });
export const read = (path: string): string => readFileSync(hostPath(path), 'utf8');

/** A folder of the user's own, and those above that are missing. */
export function makeFolder(path: string): void {
  if (existsSync(hostPath(path))) return;
  makeFolder(win32.dirname(path));
  mkdirSync(hostPath(path));
  chownSync(hostPath(path), UID, UID);
}

/** A file of the user's own, in a folder that is made if need be. */
export function write(path: string, content: string): void {
  makeFolder(win32.dirname(path));
  writeFileSync(hostPath(path), content);
  chownSync(hostPath(path), UID, UID);
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly json: () => Document;
}

/** Runs the installed product. */
export async function run(
  argv: readonly string[],
  { node, ...options }: WindowsOptions & { node?: string } = {},
): Promise<Run> {
  const result = await runWindows([nodeExe(node), CLI, ...argv], options);
  return { ...result, json: () => JSON.parse(result.stdout) as Document };
}

/** What libpq.dll of a major says to a conninfo. */
export async function askLibpq(
  conninfo: string,
  { major = '18', ...options }: WindowsOptions & { major?: string } = {},
): Promise<{ connected: boolean; tls: boolean; message: string }> {
  const program = `${libpqFolder(major)}\\libpq-connect.exe`;
  const { stdout, stderr } = await runWindows([program, conninfo], options);
  const [, status, channel, message = ''] = /^(connected|refused) \d+ (tls|plain)\n(.*)$/s.exec(stdout) ?? [];
  if (status === undefined) throw new Error(`libpq.dll ${major} gave no verdict: ${stdout}${stderr}`);
  return { connected: status === 'connected', tls: channel === 'tls', message: message.trimEnd() };
}
