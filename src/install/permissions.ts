import { type Finding, finding, help } from '../core/findings.js';
import type { FileFacts, Host } from '../core/host.js';
import { windowsFindings } from './permissions-windows.js';
import { othersMayWrite } from './safe-path.js';

/**
 * Says whether others may change a file or its folder. A look only; nothing is changed.
 */
export async function permissionFindings(host: Host, path: string): Promise<Finding[]> {
  return host.platform === 'win32' ? windowsFindings(host, path) : unixFindings(host, path);
}

function unixFindings(host: Host, path: string): Finding[] {
  const file = host.files.lookThrough(path);
  const folderPath = host.path.dirname(path);
  const folder = host.files.lookThrough(folderPath);
  return [
    ...(file !== null && (file.mode & 0o022) !== 0 ? [tooWide(path, file)] : []),
    ...(folder !== null && othersMayWrite(host, folder) ? [tooWide(folderPath, folder)] : []),
  ];
}

function tooWide(path: string, facts: FileFacts): Finding {
  return finding(
    'root-crt-permissions',
    `others may change ${path} (mode ${facts.mode.toString(8).padStart(4, '0')})`,
    {
      notes: ['who can change root.crt decides which servers your clients trust'],
      help: [help('take that right away', [['chmod', 'go-w', path]])],
    },
  );
}
