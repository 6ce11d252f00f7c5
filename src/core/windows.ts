import { errnoOf } from './file-errors.js';
import type { ExecResult, Host } from './host.js';

const TIME_LIMIT = { timeoutMs: 10_000 };
/** An access control list has 64 KiB at most, and its text some seven times as much. */
const FILE_LIMIT = 1024 * 1024;

/** Runs a program of Windows itself, never one that merely is on the search path; null where it is not there. */
export async function runSystemProgram(
  host: Host,
  name: string,
  argv: readonly string[],
): Promise<ExecResult | null> {
  const root = host.env.SystemRoot;
  if (!root || !host.path.isAbsolute(root)) return null;
  return host.exec(host.path.join(root, 'System32', name), argv, TIME_LIMIT);
}

/**
 * The file that such a program writes where `argv` tells it to. Files are Unicode; what is printed is in the console's
 * code page. null where nothing was written, or it cannot be read.
 */
export async function writtenBySystemProgram(
  host: Host,
  name: string,
  argv: (file: string) => readonly string[],
): Promise<Uint8Array | null> {
  const folder = host.env.TEMP;
  if (!folder) return null;
  const file = host.path.join(folder, `pg-root-cert-${host.randomHex(8)}.tmp`);
  const result = await runSystemProgram(host, name, argv(file));
  try {
    if (host.files.look(file) === null) return null;
    const bytes = result?.status === 0 ? host.files.read(file, FILE_LIMIT) : null;
    host.files.remove(file);
    return bytes;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
