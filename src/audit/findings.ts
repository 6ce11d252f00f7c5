import { type Finding, finding, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { count } from '../core/words.js';
import { isLoopback } from '../doctor/connection.js';
import { RELOAD } from '../doctor/remedies.js';
import { plainTextRules, ruleText } from './hba.js';
import type { AuditReport } from './report.js';
import { type Group, grouped, type Session, type Tls } from './sessions.js';

const MOST_NOTES = 10;

/** What is worth acting on, the most urgent first. Pure. */
export function auditFindings(report: AuditReport): Finding[] {
  return [
    ...noTls(report),
    ...plaintextSessions(report),
    ...notEnforced(report),
    ...weakTls(report),
    ...partial(report),
  ];
}

function noTls({ server }: AuditReport): Finding[] {
  if (server.ssl !== false) return [];
  return [
    finding('ssl-not-supported', `${server.name} has TLS switched off`, {
      notes: ['every session over the network is in plain text'],
      help: [
        help(
          'give the server a certificate and switch TLS on',
          [['psql', '-c', 'alter system set ssl = on'], RELOAD],
          'review',
        ),
      ],
    }),
  ];
}

function plaintextSessions({ sessions }: AuditReport): Finding[] {
  const plain = sessions.shown.filter(({ encryption }) => encryption === 'none');
  if (plain.length === 0) return [];
  const own = plain.filter(({ address }) => isLoopback(address ?? '')).length;
  return [
    finding('audit-plaintext-sessions', `${count(plain.length, 'session')} came over TCP without TLS`, {
      notes: [
        ...groupNotes(grouped(plain)),
        ...(own > 0
          ? [`${own} of them came from the server's own machine, a pooler or a tunnel there, say`]
          : []),
      ],
      help: [
        help('tell these clients to ask for sslmode=verify-full, then make the server insist', [], 'review'),
      ],
    }),
  ];
}

function groupNotes(groups: readonly Group[], what: (session: Session) => string = () => ''): string[] {
  const notes = groups.slice(0, MOST_NOTES).map(({ count: alike, first }) => {
    const application = printable(first.application, 60);
    return `${alike} × ${what(first)}user ${printable(first.user, 63)}, database ${printable(first.database ?? '-', 63)}, from ${printable(first.address ?? 'a socket', 64)}${application === '' ? '' : ` (${application})`}`;
  });
  return groups.length > MOST_NOTES ? [...notes, `and ${groups.length - MOST_NOTES} more kinds`] : notes;
}

function notEnforced({ server, enforced, hba }: AuditReport): Finding[] {
  if (server.ssl === false || enforced.tls !== false) return [];
  const [rule, ...others] = hba === null ? [] : plainTextRules(hba);
  const setting = enforced.by;
  const byLine = setting === null && rule !== undefined;
  return [
    finding(
      'audit-tls-not-enforced',
      byLine
        ? `${server.name} lets plain text in: ${rule.place} is "${printable(ruleText(rule))}"`
        : `${server.name} lets plain text in: ${setting} is off`,
      {
        notes: byLine
          ? others.slice(0, MOST_NOTES).map((each) => `so does ${each.place}: ${printable(ruleText(each))}`)
          : [],
        help: [
          byLine
            ? help('write hostssl in place of host in these lines, then', [RELOAD], 'review')
            : help(`switch ${setting} on in the server's parameters`, [], 'review'),
        ],
      },
    ),
  ];
}

/** RFC 8996 (TLS 1.0 and 1.1), RFC 7568 (SSLv3). */
const OLD_VERSIONS: readonly string[] = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.0', 'TLSv1.1'];
/** No encryption, no authentication, export grade, RC4 (RFC 7465), DES and 3DES (RFC 9325, section 4.1). */
const WEAK_CIPHER = /NULL|EXP|ADH|AECDH|RC4|RC2|DES|MD5|SEED|IDEA/;

export const isWeak = ({ version, cipher, bits }: Tls): boolean =>
  OLD_VERSIONS.includes(version) || WEAK_CIPHER.test(cipher) || bits < 112;

function weakTls({ sessions, server }: AuditReport): Finding[] {
  const weak = sessions.shown.filter(({ tls }) => tls !== null && isWeak(tls));
  const lowest = server.settings.get('ssl_min_protocol_version');
  const takesOld = server.ssl === true && lowest !== undefined && OLD_VERSIONS.includes(lowest);
  if (weak.length === 0 && !takesOld) return [];
  const message =
    weak.length === 0
      ? `the server still takes ${lowest}`
      : `${count(weak.length, 'session')} use${weak.length === 1 ? 's' : ''} an old TLS version or a weak cipher`;
  return [
    finding('audit-weak-tls', message, {
      notes: [
        ...groupNotes(
          grouped(weak),
          ({ tls }) => `${printable(tls?.version ?? '')} ${printable(tls?.cipher ?? '')}, `,
        ),
        ...(takesOld && weak.length > 0 ? [`the server takes ${lowest} and newer`] : []),
      ],
      help: [
        help(
          'bring these clients up to date, then make the server insist',
          [['psql', '-c', "alter system set ssl_min_protocol_version = 'TLSv1.2'"], RELOAD],
          'review',
        ),
      ],
    }),
  ];
}

function partial({ sessions, server, cutAt, user }: AuditReport): Finding[] {
  const hidden =
    sessions.hidden === 0
      ? []
      : [
          finding(
            'audit-partial',
            `${count(sessions.hidden, 'session')} of other users are hidden from ${printable(user, 63)}`,
            {
              notes: ['whether they use TLS is not known'],
              help: [
                help(
                  `ask the administrator of ${server.name} for a role that may see them`,
                  [['psql', '-c', `grant pg_monitor to ${identifier(user)}`]],
                  'review',
                ),
              ],
            },
          ),
        ];
  const cut =
    cutAt === null
      ? []
      : [finding('audit-partial', `there are more than ${cutAt} sessions; the others are left out`)];
  return [...hidden, ...cut];
}

/** As SQL wants it ("Identifiers and Key Words"). */
const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${printable(name, 63).replaceAll('"', '""')}"`;
