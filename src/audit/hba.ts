import { printable } from '../core/printable.js';
import type { Row } from './login.js';

/** A line of pg_hba.conf as pg_hba_file_rules shows it. */
export interface HbaRule {
  /** Where the line stands: `pg_hba.conf line 12`. */
  readonly place: string;
  readonly type: string;
  readonly database: string;
  readonly user: string;
  /** As it is written, with its netmask; empty for `local`. */
  readonly address: string;
  readonly method: string;
}

/** Lines that the server could not read are left out: it does not go by them. */
export function readRules(rows: readonly Row[]): readonly HbaRule[] {
  return rows
    .filter((row) => row.error === null)
    .map((row) => ({
      place: printable(`${row.file?.split(/[\\/]/).at(-1) ?? 'pg_hba.conf'} line ${row.line}`),
      type: row.type ?? '',
      database: row.database ?? '',
      user: row.user ?? '',
      address: [row.address, row.netmask].filter(Boolean).join(' '),
      method: row.method ?? '',
    }));
}

export const ruleText = ({ type, database, user, address, method }: HbaRule): string =>
  [type, database, user, address, method].filter((part) => part !== '').join(' ');

const PLAIN: readonly string[] = ['host', 'hostnossl'];
const LOOPBACK = /^(127\.|::1(?:\s|$)|(?:localhost|samehost)$)/;
const ALL_IPV4 = /^0\.0\.0\.0\s/;
const ALL_IPV6 = /^::\s+::$/;

/**
 * The lines that let somebody from another machine in without encryption. The first line that fits a connection
 * decides, so those behind one that rejects plain text for everybody do not count.
 * Source: the manual's chapter "The pg_hba.conf File".
 */
export function plainTextRules(rules: readonly HbaRule[]): readonly HbaRule[] {
  const found: HbaRule[] = [];
  let [ipv4, ipv6] = [true, true];
  for (const rule of rules) {
    if (!PLAIN.includes(rule.type) || LOOPBACK.test(rule.address)) continue;
    if (rule.method !== 'reject') {
      const isIpv4 = /^[\d.]+\s/.test(rule.address);
      const isIpv6 = rule.address.includes(':');
      if ((ipv4 && !isIpv6) || (ipv6 && !isIpv4)) found.push(rule);
    } else if (rule.database === 'all' && rule.user === 'all') {
      if (rule.address === 'all' || ALL_IPV4.test(rule.address)) ipv4 = false;
      if (rule.address === 'all' || ALL_IPV6.test(rule.address)) ipv6 = false;
    }
  }
  return found;
}
