/**
 * Windows access control lists in their string form, SDDL (Microsoft, [MS-DTYP] 2.5.1.1 "Syntax", and "Security
 * Descriptor Definition Language for Conditional ACEs"), which names accounts by SID and so is the same in every
 * language.
 */

/** Rights that let somebody change, delete or take over a file, as two-letter codes of an ACE string. */
const WRITE_CODES = new Set(['GA', 'GW', 'FA', 'FW', 'WD', 'WO', 'SD', 'DC', 'LC', 'DT']);

/** The same as an access mask: write and append data, delete (a child), WRITE_DAC, WRITE_OWNER, GENERIC_ALL, GENERIC_WRITE. */
const WRITE_MASK = 0x2n | 0x4n | 0x40n | 0x10000n | 0x40000n | 0x80000n | 0x10000000n | 0x40000000n;

/** Kinds of entries that allow: plain, for an object type (which files have none of), and under a condition. */
const ALLOWING = new Set(['A', 'OA', 'XA', 'ZA']);

/**
 * Who is no other: SYSTEM, Administrators (the machine's and the domain's, who are among them), the placeholders for
 * owner and creator, TrustedInstaller, and the SIDs of packages and capabilities: those narrow what a sandboxed program
 * of a user may do and let no other user in (Microsoft, "Implementing an AppContainer").
 */
const TRUSTED = new Set([
  ...['SY', 'S-1-5-18', 'BA', 'S-1-5-32-544', 'LA', 'DA', 'EA', 'CO', 'S-1-3-0', 'OW', 'S-1-3-4', 'AC'],
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
]);
const TRUSTED_KINDS = /^S-1-(?:5-21-\d+-\d+-\d+-(?:500|512|519)|15-[23]-[\d-]+)$/;

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
  'S-1-5-7': 'Anonymous',
  BG: 'Guests',
  'S-1-5-32-546': 'Guests',
  DU: 'Domain Users',
  LS: 'Local Service',
  NS: 'Network Service',
};

/** O: and G: with an alias or a SID, then the flags of D: (MS-DTYP 2.5.1.1; NO_ACCESS_CONTROL is of Sddl.h). */
const UP_TO_ENTRIES =
  /^(?:O:(?:S-[\d-]+|[A-Z]{2}))?(?:G:(?:S-[\d-]+|[A-Z]{2}))?D:(?:P|AR|AI)*(NO_ACCESS_CONTROL)?/;

/**
 * Who beside the user (by SID) and the system may write, by the DACL of an SDDL string; null where the string holds
 * no DACL, or one that cannot be read to its end. A missing list (`NO_ACCESS_CONTROL`) lets everyone. Denials and
 * conditions are not counted, so the answer errs on the side of saying too much.
 */
export function othersWhoWrite(sddl: string, userSid: string): string[] | null {
  const start = UP_TO_ENTRIES.exec(sddl);
  if (start === null) return null;
  if (start[1] !== undefined) return ['Everyone'];
  const entries = entriesOf(sddl.slice(start[0].length));
  if (entries === null) return null;
  const found = new Set<string>();
  for (const { type, flags, rights, sid } of entries) {
    const isOther = sid !== userSid && !TRUSTED.has(sid) && !TRUSTED_KINDS.test(sid);
    if (isOther && ALLOWING.has(type) && !flags.includes('IO') && mayWrite(rights)) {
      found.add(NAMES[sid] ?? sid);
    }
  }
  return [...found];
}

interface Entry {
  readonly type: string;
  readonly flags: readonly string[];
  readonly rights: string;
  readonly sid: string;
}

/** The entries of a list, up to the end or an S: part; null where something else is in between. */
function entriesOf(text: string): Entry[] | null {
  const entries: Entry[] = [];
  let at = 0;
  while (text[at] === '(') {
    const end = endOfEntry(text, at);
    if (end === null) return null;
    const [type = '', flags = '', rights = '', , , sid] = text.slice(at + 1, end).split(';');
    if (!sid) return null;
    entries.push({ type, flags: pairs(flags), rights, sid });
    at = end + 1;
  }
  return at === text.length || text.startsWith('S:', at) ? entries : null;
}

/** The place of the parenthesis that ends an entry. A condition in it has parentheses, and strings in quotes, of its own. */
function endOfEntry(text: string, start: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === '(') depth++;
    else if (!quoted && char === ')' && --depth === 0) return at;
  }
  return null;
}

function mayWrite(rights: string): boolean {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(rights)) return (BigInt(rights) & WRITE_MASK) !== 0n;
  return pairs(rights).some((code) => WRITE_CODES.has(code));
}

function pairs(text: string): string[] {
  return text.match(/../g) ?? [];
}

/** The SDDL in what `icacls PATH /save FILE` writes: a line with the name, one with the list, in UTF-16LE; else null. */
export function savedSddl(bytes: Uint8Array): string | null {
  const lines = Buffer.from(bytes).toString('utf16le').split(/\r?\n/);
  return lines.find((line) => UP_TO_ENTRIES.test(line)) ?? null;
}

/** The SID that `whoami /user` ends with, in a table or as CSV, in whatever code page its words are; else null. */
export function sidOfUser(output: Uint8Array): string | null {
  return /\b(S-1(?:-\d+){2,})"?\s*$/.exec(Buffer.from(output).toString('latin1'))?.[1] ?? null;
}
