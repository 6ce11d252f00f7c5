import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { homesOf, roamingFolder } from './homes.js';

/** Findings about homes: which clients of this user will look somewhere else than at `path`. */
export async function homeFindings(host: Host, path: string): Promise<Finding[]> {
  return host.platform === 'win32' ? windowsFindings(host, path) : unixFindings(host, path);
}

function unixFindings(host: Host, path: string): Finding[] {
  const { env, passwd } = homesOf(host);
  if (env !== null && passwd !== null && !sameFolder(host, env, passwd)) {
    const other = host.path.join(passwd, '.postgresql', 'root.crt');
    return [
      finding('home-mismatch', `HOME is ${env}, but the password database says ${passwd}`, {
        notes: [`${path} serves libpq 15 and newer`, `psql 14 and older, and pgjdbc, read ${other}`],
        help: [help('serve those clients too', [['pg-root-cert', 'install', '--file', other]], 'review')],
      }),
    ];
  }
  if (host.user.uid === 0 && host.env.SUDO_USER && host.env.SUDO_USER !== 'root') {
    return [
      finding('home-mismatch', `this is root's file; ${host.env.SUDO_USER}'s clients look in another home`, {
        notes: [`sudo made you root, so ${path} is the file of root`],
        help: [help('run it again as yourself, without sudo', [['pg-root-cert', 'install']])],
      }),
    ];
  }
  return [];
}

function sameFolder(host: Host, one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return host.files.realPath(one) === host.files.realPath(other);
  } catch {
    return false;
  }
}

/**
 * libpq asks the shell for the roaming folder (SHGetFolderPath, CSIDL_APPDATA) and ignores `%APPDATA%`, so a changed
 * variable leads elsewhere. The registry is asked only where the variable is not the profile's usual folder.
 */
async function windowsFindings(host: Host, path: string): Promise<Finding[]> {
  const roaming = roamingFolder(host);
  const profile = host.env.USERPROFILE;
  if (roaming === null || !profile) return [];
  const usual = host.path.join(profile, 'AppData', 'Roaming');
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  if (same(roaming, usual)) return [];
  const shell = await shellRoamingFolder(host);
  if (shell !== null && same(shell, roaming)) return [];
  const reads = host.path.join(shell ?? usual, 'postgresql', 'root.crt');
  return [
    finding('home-mismatch', `APPDATA is ${roaming}, but libpq asks Windows itself and not this variable`, {
      notes: [`this run manages ${path}`, `libpq ${shell === null ? 'most likely ' : ''}reads ${reads}`],
      help: [help('manage that file', [['pg-root-cert', 'install', '--file', reads]], 'review')],
    }),
  ];
}

const SHELL_FOLDERS = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';

/** What the shell holds for AppData, with the variables in it replaced; null where the registry does not say. */
async function shellRoamingFolder(host: Host): Promise<string | null> {
  const root = host.env.SystemRoot;
  if (!root) return null;
  const reg = host.path.join(root, 'System32', 'reg.exe');
  const result = await host.exec(reg, ['query', SHELL_FOLDERS, '/v', 'AppData'], { timeoutMs: 5000 });
  if (result?.status !== 0) return null;
  const value = /\bAppData\s+REG_(?:EXPAND_)?SZ\s+(\S.*?)\s*$/im.exec(
    Buffer.from(result.stdout).toString('utf8'),
  )?.[1];
  if (value === undefined) return null;
  const expanded = value.replace(
    /%([^%]+)%/g,
    (whole, name: string) => host.env[name.toUpperCase()] ?? whole,
  );
  return expanded.includes('%') ? null : host.path.normalize(expanded);
}
