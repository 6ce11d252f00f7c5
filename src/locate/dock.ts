import type { Host } from '../core/host.js';

const TIME_LIMIT = { timeoutMs: 2000 };

/**
 * What launchd gives to programs that are started from the Dock, the Finder or Spotlight: no shell has a part in that,
 * so what a start-up file of a shell exports is not there (launchctl(1), `setenv` and `getenv`). null: nothing;
 * undefined: not known, as on every system but macOS.
 */
export async function dockVariable(host: Host, name: string): Promise<string | null | undefined> {
  if (host.platform !== 'darwin') return undefined;
  const answer = await host.exec('/bin/launchctl', ['getenv', name], TIME_LIMIT);
  if (answer?.status !== 0) return undefined;
  const value = Buffer.from(answer.stdout).toString('utf8').replace(/\n$/, '');
  return value === '' ? null : value;
}

/** What a variable of this environment means for programs from the Dock: a sentence where they don't have it. */
export async function dockNotes(host: Host, name: string, otherwise: string | null): Promise<string[]> {
  if (host.platform !== 'darwin') return [];
  const value = await dockVariable(host, name);
  if (value === host.env[name]) return [];
  if (value) return [`programs started from the Dock have another value: ${name} is ${value} there`];
  const reads = otherwise === null ? '' : `: they read ${otherwise}`;
  return [
    value === null
      ? `programs started from the Dock do not have ${name}${reads}`
      : `programs started from the Dock do not have what a shell's start-up file sets${reads}`,
  ];
}
