import { isIPv6 } from 'node:net';

/**
 * glibc's inet_aton: one to four numbers, decimal, octal or hexadecimal, the last filling what is left of the 32 bits;
 * anything may follow white space. Four octets, or null.
 */
export function parseIpv4(text: string): Uint8Array | null {
  const [address = ''] = text.split(/[\t-\r ]/, 1);
  const parts = address.split('.');
  if (parts.length > 4) return null;
  const numbers = parts.map(numberOf);
  const last = numbers.pop() ?? Number.NaN;
  const isValid = numbers.every((number) => number <= 0xff) && last < 256 ** (4 - numbers.length);
  if (!isValid) return null;
  const octets = new Uint8Array(4);
  octets.set(numbers);
  let rest = last;
  for (let at = 3; at >= numbers.length; at--) {
    octets[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return octets;
}

/** strtoul with base 0, which must take it all; NaN where it doesn't. */
function numberOf(text: string): number {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
}

/** inet_pton for IPv6: 16 octets, or null. It knows no zones. */
export function parseIpv6(text: string): Uint8Array | null {
  if (!isIPv6(text) || text.includes('%')) return null;
  const [head = '', tail] = text.split('::');
  const front = groupsOf(head);
  const back = groupsOf(tail ?? '');
  const octets = new Uint8Array(16);
  octets.set(front);
  octets.set(back, 16 - back.length);
  return octets;
}

const groupsOf = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => {
        if (group.includes('.')) return group.split('.').map(Number);
        const value = Number.parseInt(group, 16);
        return [value >> 8, value & 0xff];
      });

/** pg_inet_net_ntop (src/port/inet_net_ntop.c): the longest run of zero groups as `::`, IPv4 in IPv6 dotted. */
export function formatIp(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0));
  const run = longestZeros(groups);
  const isIpv4 = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const shown = groups.map((group) => group.toString(16));
  if (isIpv4) shown.splice(6, 2, octets.subarray(12).join('.'));
  if (run.length < 2) return shown.join(':');
  return `${shown.slice(0, run.start).join(':')}::${shown.slice(run.start + run.length).join(':')}`;
}

/** The first of the longest. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: -1, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > longest.length) longest = { start, length: i + 1 - start };
  });
  return longest;
}
