import { type Finding, finding, help } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { othersWhoWrite } from './acl.js';

const TIME_LIMIT = { timeoutMs: 10_000 };
const LIST_LIMIT = 256 * 1024;

/**
 * Looks at the access control lists of a file and its folder. What Windows does not tell (no icacls, no answer) is not
 * known, which is no finding. Programs are taken from `%SystemRoot%`, never from the search path.
 */
export async function windowsFindings(host: Host, path: string): Promise<Finding[]> {
  const system = host.env.SystemRoot;
  if (!system) return [];
  const program = (name: string): string => host.path.join(system, 'System32', name);
  const user = await userSid(host, program('whoami.exe'));
  if (user === null) return [];
  const findings: Finding[] = [];
  for (const at of [path, host.path.dirname(path)]) {
    if (host.files.lookThrough(at) === null) continue;
    const sddl = await securityDescriptor(host, program('icacls.exe'), at);
    const others = sddl === null ? null : othersWhoWrite(sddl, user);
    if (others !== null && others.length > 0) findings.push(tooWide(at, others, user));
  }
  return findings;
}

async function userSid(host: Host, whoami: string): Promise<string | null> {
  const result = await host.exec(whoami, ['/user', '/fo', 'csv', '/nh'], TIME_LIMIT);
  return /"(S-1-[0-9-]+)"\s*$/.exec(Buffer.from(result?.stdout ?? []).toString('latin1'))?.[1] ?? null;
}

/** `icacls /save` writes a line with the name and one with the SDDL, in UTF-16LE. */
async function securityDescriptor(host: Host, icacls: string, path: string): Promise<string | null> {
  const folder = host.env.TEMP;
  if (!folder) return null;
  const saved = host.path.join(folder, `pg-root-cert-${host.randomHex(8)}.acl`);
  const result = await host.exec(icacls, [path, '/save', saved, '/q'], TIME_LIMIT);
  if (host.files.look(saved) === null) return null;
  const text = Buffer.from(host.files.read(saved, LIST_LIMIT)).toString('utf16le');
  host.files.remove(saved);
  return result?.status === 0 ? (text.split(/\r?\n/).find((line) => /^[OGDS]:/.test(line)) ?? null) : null;
}

function tooWide(path: string, others: readonly string[], user: string): Finding {
  return finding('root-crt-permissions', `others may change ${path}: ${others.join(', ')}`, {
    notes: ['who can change root.crt decides which servers your clients trust'],
    help: [
      help(
        'keep it to yourself, SYSTEM and the Administrators',
        [['icacls', path, '/inheritance:r', '/grant:r', `*${user}:F`, '*S-1-5-18:F', '*S-1-5-32-544:F']],
        'review',
      ),
    ],
  });
}
