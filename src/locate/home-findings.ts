import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { homesOf, roamingFolder } from './homes.js';
import type { ShellFolder } from './shell-folder.js';

/**
 * Findings about homes: which clients of this user will look somewhere else than at `path`. `shell` is `shellFolder`'s.
 */
export function homeFindings(host: Host, path: string, shell: ShellFolder | null): Finding[] {
  if (host.platform !== 'win32') return unixFindings(host, path);
  return shell === null ? [] : windowsFindings(host, path, shell);
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

function windowsFindings(host: Host, path: string, shell: ShellFolder): Finding[] {
  const reads = host.path.join(shell.roaming, 'postgresql', 'root.crt');
  return [
    finding(
      'home-mismatch',
      `APPDATA is ${roamingFolder(host)}, but libpq asks Windows itself and not this variable`,
      {
        notes: [`this run manages ${path}`, `libpq ${shell.sure ? '' : 'most likely '}reads ${reads}`],
        help: [help('manage that file', [['pg-root-cert', 'install', '--file', reads]], 'review')],
      },
    ),
  ];
}
