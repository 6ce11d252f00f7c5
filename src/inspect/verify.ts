import type { Succession } from '../catalog/succession.js';
import { type Finding, finding, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import type { InspectedCertificate, Inspection } from './inspect.js';
import { stateFinding } from './state.js';
import { type Standing, successionHelps, successionNotes } from './succession.js';

/** A root to look for. */
export interface Wanted {
  readonly sha256: string;
  readonly id: string | null;
  readonly name: string | null;
}

/**
 * Whether root.crt serves these roots. Whatever else it holds is judged more mildly: an expired certificate beside a
 * valid one keeps libpq from nothing (libpq-rules 7).
 */
export function verifyFindings(inspection: Inspection, wanted: readonly Wanted[]): Finding[] {
  const found = new Map(inspection.certificates.map((each) => [each.certificate.sha256, each]));
  const asked = new Set(wanted.map(({ sha256 }) => sha256));
  const readable = inspection.exists && !inspection.fileFindings.some(({ code }) => UNUSABLE.has(code));
  return [
    ...inspection.fileFindings,
    ...(readable ? wanted.flatMap((root) => notThere(root, found.get(root.sha256), inspection.path)) : []),
    ...inspection.certificates.flatMap((each) => {
      const standing = withoutAsked(each.standing, asked);
      if (!asked.has(each.certificate.sha256)) return besideFinding(each, standing) ?? [];
      const isJudged = readable && each.certificate.selfIssued;
      return isJudged ? (stateFinding(each.certificate, each.state, standing) ?? []) : [];
    }),
  ];
}

/** Of a successor that was asked for itself, and is not there, enough is said. */
function withoutAsked(standing: Standing, asked: ReadonlySet<string>): Standing {
  const isSaid = ({ missing }: Succession): boolean =>
    missing.length > 0 && missing.every(({ sha256 }) => asked.has(sha256));
  return { ...standing, successions: standing.successions.filter((each) => !isSaid(each)) };
}

/** Of a certificate that was not asked for: what will matter, and what shows that something is missing. */
function besideFinding(each: InspectedCertificate, standing: Standing): Finding | null {
  switch (each.state) {
    case 'expired':
      return stale(each, standing);
    case 'ok':
    case 'expiring':
    case 'retired':
      return stateFinding(each.certificate, each.state, standing);
    default:
      return null;
  }
}

const UNUSABLE: ReadonlySet<string> = new Set([
  'root-crt-missing',
  'root-crt-unreadable',
  'root-crt-unparsable',
]);

function notThere(root: Wanted, found: InspectedCertificate | undefined, path: string): Finding[] {
  const name = printable(root.name ?? root.sha256);
  const id = root.id === null ? '' : ` (${root.id})`;
  if (found === undefined) {
    return [
      finding('root-not-trusted', `"${name}"${id} is not in ${path}`, {
        notes: [`SHA-256 ${root.sha256}`],
        help: [
          root.id === null
            ? help(
                'install the file that holds it',
                [['pg-root-cert', 'install', 'FILE', '--sha256', root.sha256]],
                'review',
              )
            : help('add it', [['pg-root-cert', 'install', root.id]]),
        ],
      }),
    ];
  }
  if (!found.certificate.selfIssued) {
    return [
      finding(
        'root-not-trusted',
        `"${name}" is in ${path}, but it is no root: libpq anchors trust in self-signed certificates only`,
        {
          help: [help('install the root at the end of its chain', [], 'review')],
        },
      ),
    ];
  }
  return [];
}

function stale({ certificate }: InspectedCertificate, standing: Standing): Finding {
  return finding(
    'stale-root',
    `"${printable(certificate.name)}" in the same file expired on ${certificate.notAfter.toISOString().slice(0, 10)}`,
    {
      notes: successionNotes(standing),
      help: [
        ...successionHelps(standing),
        help('take out all that has expired', [['pg-root-cert', 'remove', '--expired']]),
      ],
    },
  );
}
