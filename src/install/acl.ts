/**
 * Windows access control lists in their string form, SDDL (Microsoft, "Security Descriptor String Format" and "ACE
 * Strings"), which names accounts by SID and so is the same in every language.
 */

/** Rights that let somebody change, delete or take over a file, as two-letter codes of an ACE string. */
const WRITE_CODES = new Set(['GA', 'GW', 'FA', 'FW', 'WD', 'WO', 'SD', 'DC', 'LC', 'DT']);

/** The same as an access mask: write and append data, delete (a child), WRITE_DAC, WRITE_OWNER, GENERIC_ALL, GENERIC_WRITE. */
const WRITE_MASK = 0x2n | 0x4n | 0x40n | 0x10000n | 0x40000n | 0x80000n | 0x10000000n | 0x40000000n;

/** SYSTEM, Administrators, the local Administrator, owner and creator placeholders, TrustedInstaller. */
const TRUSTED = new Set([
  'SY',
  'BA',
  'LA',
  'CO',
  'OW',
  'S-1-5-18',
  'S-1-5-32-544',
  'S-1-3-0',
  'S-1-3-4',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
]);

/** Names for the groups that lists are most often too wide for. */
const NAMES: Readonly<Record<string, string>> = {
  WD: 'Everyone',
  'S-1-1-0': 'Everyone',
  BU: 'Users',
  'S-1-5-32-545': 'Users',
  AU: 'Authenticated Users',
  'S-1-5-11': 'Authenticated Users',
  IU: 'Interactive',
  'S-1-5-4': 'Interactive',
  AN: 'Anonymous',
  BG: 'Guests',
};

/**
 * Who beside the user (by SID) and the system may write, by the DACL of an SDDL string; null where the string holds
 * no DACL. A missing list (`NO_ACCESS_CONTROL`) lets everyone. Denials are not counted, so the answer errs on the
 * side of saying too much.
 */
export function othersWhoWrite(sddl: string, userSid: string): string[] | null {
  const dacl = /D:([A-Z_]*)((?:\([^()]*\))*)/.exec(sddl);
  if (dacl === null) return null;
  if (dacl[1]?.includes('NO_ACCESS_CONTROL')) return ['Everyone'];
  const found = new Set<string>();
  for (const [, body = ''] of (dacl[2] ?? '').matchAll(/\(([^()]*)\)/g)) {
    const [type, flags = '', rights = '', , , sid = ''] = body.split(';');
    const inheritOnly = pairs(flags).includes('IO');
    if (type === 'A' && !inheritOnly && mayWrite(rights) && !TRUSTED.has(sid) && sid !== userSid) {
      found.add(NAMES[sid] ?? sid);
    }
  }
  return [...found];
}

function mayWrite(rights: string): boolean {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(rights)) return (BigInt(rights) & WRITE_MASK) !== 0n;
  return pairs(rights).some((code) => WRITE_CODES.has(code));
}

function pairs(text: string): string[] {
  return text.match(/../g) ?? [];
}
