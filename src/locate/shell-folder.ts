import type { Host } from '../core/host.js';
import { writtenBySystemProgram } from '../core/windows.js';
import { roamingFolder } from './homes.js';
import { registryText } from './registry.js';

const SHELL_FOLDERS = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';

/** The roaming folder that Windows names to libpq. */
export interface ShellFolder {
  readonly roaming: string;
  /** False where the registry does not say, and this is the usual place. */
  readonly sure: boolean;
}

/**
 * Where libpq looks in place of `%APPDATA%`: it asks the shell (SHGetFolderPath, CSIDL_APPDATA) and ignores the
 * variable (libpq-rules 1). null where both are the same folder, and on other systems. The registry is asked only
 * where the variable is not the profile's usual folder.
 */
export async function shellFolder(host: Host): Promise<ShellFolder | null> {
  const roaming = host.platform === 'win32' ? roamingFolder(host) : null;
  const profile = host.env.USERPROFILE;
  if (roaming === null || !profile) return null;
  const usual = host.path.join(profile, 'AppData', 'Roaming');
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  if (same(roaming, usual)) return null;
  const registered = await registeredFolder(host);
  if (registered === null) return { roaming: usual, sure: false };
  return same(registered, roaming) ? null : { roaming: registered, sure: true };
}

/** What the shell holds for AppData, with the variables in it replaced; null where the registry does not say. */
async function registeredFolder(host: Host): Promise<string | null> {
  const argv = (file: string) => ['export', SHELL_FOLDERS, file, '/y'];
  const exported = await writtenBySystemProgram(host, 'reg.exe', argv);
  const value = exported === null ? null : registryText(exported, 'AppData');
  if (value === null) return null;
  const expanded = value.replace(
    /%([^%]+)%/g,
    (whole, name: string) => host.env[name.toUpperCase()] ?? whole,
  );
  return expanded.includes('%') ? null : host.path.normalize(expanded);
}

/** The Host as libpq sees it: with the roaming folder that Windows names, whatever `%APPDATA%` is. */
export async function asLibpqSees(host: Host): Promise<Host> {
  const shell = await shellFolder(host);
  if (shell === null || !shell.sure) return host;
  const env = new Proxy(host.env, {
    get: (own, name) => (name === 'APPDATA' ? shell.roaming : Reflect.get(own, name)),
  });
  return { ...host, env };
}
