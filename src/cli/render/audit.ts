import type { Audit } from '../../audit/audit.js';
import { isWeak } from '../../audit/findings.js';
import { plainTextRules } from '../../audit/hba.js';
import type { AuditReport } from '../../audit/report.js';
import { type Group, grouped, type Session, type Summary, summaryOf } from '../../audit/sessions.js';
import { printable } from '../../core/printable.js';
import { count } from '../../core/words.js';
import { wrap } from '../../core/wrap.js';
import type { Paint } from './paint.js';

export function auditDocument({ report, connection, findings }: Audit): Record<string, unknown> {
  const { server, user, database, sessions, hba, enforced, cutAt } = report;
  const { address, port, sslmode, tls } = connection;
  const lettingPlainIn = new Set(hba === null ? [] : plainTextRules(hba));
  return {
    server: {
      host: server.name,
      address,
      port,
      version: server.version,
      ssl: server.ssl,
      tlsEnforced: enforced.tls,
      settings: Object.fromEntries(server.settings),
      hba: hba?.map((rule) => ({ ...rule, plaintext: lettingPlainIn.has(rule) })) ?? null,
    },
    connection: { user, database, sslmode, tls },
    sessions: sessions.shown,
    summary: { ...summaryOf(sessions), truncated: cutAt !== null },
    findings,
  };
}

export function auditText({ report, connection, findings }: Audit, paint: Paint): string {
  const { server, user, database, sessions } = report;
  const { tls, port } = connection;
  const ssl = { true: 'TLS on', false: 'TLS off', null: 'TLS not known' }[`${server.ssl}`];
  const over = tls === null ? 'without TLS' : `${tls.version} ${tls.cipher}`;
  return [
    `${paint.bold(`${server.name} port ${port}`)}: PostgreSQL ${printable(server.version, 60)}, ${ssl}`,
    wrap('  ', `logged in as ${printable(user, 63)} to ${printable(database, 63)}, ${over}`, paint.columns),
    wrap('  ', enforcement(report), paint.columns),
    ...settingLines(report, paint),
    '',
    ...tableLines(grouped(sessions.shown), paint),
    wrap('', totals(summaryOf(sessions)), paint.columns),
    ...(findings.length > 0 ? [''] : []),
  ].join('\n');
}

function enforcement({ enforced: { tls, by } }: AuditReport): string {
  if (tls === null) return 'whether clients must use TLS is not known: pg_hba.conf is not shown to this user';
  if (by !== null)
    return tls ? `every client must use TLS (${by})` : `clients may go without TLS (${by} is off)`;
  return `other machines ${tls ? 'must use TLS' : 'may connect without TLS'} (pg_hba.conf)`;
}

function settingLines({ server }: AuditReport, paint: Paint): string[] {
  return [...server.settings]
    .filter(([name]) => name !== 'ssl')
    .map(([name, value]) => paint.dim(wrap('  ', `${name} = ${printable(value)}`, paint.columns)));
}

const HEADS = ['count', 'TLS', 'cipher', 'user', 'database', 'from', 'application'];
const GAP = '  ';
/** No column gets narrower than that. */
const NARROWEST = 8;

const KIND = { none: 'none', tls: 'TLS', gss: 'GSSAPI', unix: 'socket' } as const;

const cellsOf = ({ count: alike, first }: Group): string[] => [
  String(alike).padStart(HEADS[0]?.length ?? 0),
  first.tls === null ? KIND[first.encryption] : printable(first.tls.version, 20),
  first.tls === null ? '-' : printable(first.tls.cipher, 60),
  printable(first.user, 63),
  printable(first.database ?? '-', 63),
  printable(first.address ?? '-', 64),
  printable(first.application, 64) || '-',
];

function tableLines(groups: readonly Group[], paint: Paint): string[] {
  if (groups.length === 0) return [];
  const rows = groups.map(cellsOf);
  const widths = fitted([HEADS, ...rows], paint.columns);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cut(cell, widths[at] ?? 0))
      .join(GAP)
      .trimEnd();
  return [
    paint.bold(line(HEADS)),
    ...groups.map(({ first }, at) => colourOf(first, paint)(line(rows[at] ?? []))),
    '',
  ];
}

function colourOf({ encryption, tls }: Session, paint: Paint): (text: string) => string {
  if (encryption === 'none') return paint.red;
  return tls !== null && isWeak(tls) ? paint.yellow : (text) => text;
}

/** The widths of the columns: what they hold, cut down until a line fits the screen, the application first. */
function fitted(rows: readonly (readonly string[])[], columns: number): number[] {
  const widths = HEADS.map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  const last = widths.length - 1;
  for (let surplus = sum(widths) + GAP.length * last - columns; surplus > 0; surplus--) {
    const at = (widths[last] ?? 0) > NARROWEST ? last : widths.indexOf(Math.max(...widths));
    if ((widths[at] ?? 0) <= NARROWEST) break;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

function totals({ total, plaintext, tls, gss, unix, hidden }: Summary): string {
  const parts = [
    `${plaintext} in plain text`,
    `${tls} with TLS`,
    ...(gss > 0 ? [`${gss} with GSSAPI`] : []),
    ...(unix > 0 ? [`${unix} by Unix socket`] : []),
    ...(hidden > 0 ? [`${hidden} hidden`] : []),
  ];
  return total === 0
    ? 'no session beside this one'
    : `${count(total, 'session')} beside this one: ${parts.join(', ')}`;
}
