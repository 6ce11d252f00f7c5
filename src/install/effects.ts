import { type Finding, finding, type Help, help } from '../core/findings.js';
import type { Certificate } from '../x509/types.js';

/** What is known of a certificate's reach: true for a CA that issues to the public, false for a private one. */
export type IsPublic = (certificate: Certificate) => boolean;

export interface TrustChange {
  readonly path: string;
  /** True where libpq reads this file by default. */
  readonly isDefault: boolean;
  /** The certificates before and after; null where there is no file. */
  readonly before: readonly Certificate[] | null;
  readonly after: readonly Certificate[] | null;
}

/** A file of its own for one server, which keeps all else as it was. */
export interface WayOut {
  readonly path: string;
  /** What was installed, as words of a command line; a name to fill in where that is not known. */
  readonly sources: readonly string[];
}

/**
 * What a change of root.crt does to connections that it was not made for. libpq verifies in every TLS mode as soon as
 * the file is there (libpq-rules 4) and falls back from `prefer` to plain text after any TLS failure (rule 12).
 */
export function trustFindings(change: TrustChange, isPublic: IsPublic, wayOut: WayOut): Finding[] {
  const findings: Finding[] = [];
  const created = change.before === null && change.after !== null;
  const deleted = change.before !== null && change.after === null;
  if (created && change.isDefault) findings.push(...newFile(change.path, wayOut));
  if (deleted) findings.push(noMoreFile(change.path, change.isDefault));
  if (!deleted && holdsRoot(change.before) && !holdsRoot(change.after))
    findings.push(noMoreRoot(change.path));
  if (widens(change, isPublic))
    findings.push(widenedTrustFinding(change.path, change.after ?? [], isPublic, wayOut));
  return findings;
}

function ownFile({ path, sources }: WayOut, created: boolean): Help[] {
  const install = ['pg-root-cert', 'install', ...sources, '--file', path];
  return [
    created
      ? help(
          'to keep this to one server, take it back and give that server a file of its own',
          [['pg-root-cert', 'undo'], install],
          'review',
        )
      : help('to keep this to one server, give it a file of its own', [install], 'review'),
    help(
      `then name that file in a service of pg_service.conf, and connect with service=my-server:\n[my-server]\nhost=HOST\nsslmode=verify-full\nsslrootcert=${path}`,
      [],
      'review',
    ),
  ];
}

function newFile(path: string, wayOut: WayOut): Finding[] {
  const ways = ownFile(wayOut, true);
  return [
    finding(
      'prefer-may-fall-back',
      'connections with sslmode=prefer to other servers may now go in plain text',
      {
        notes: [
          `libpq verifies every server once ${path} exists; where that fails, prefer (the default) goes on without TLS`,
        ],
        help: [help('ask for verify-full wherever you connect: PGSSLMODE=verify-full'), ...ways],
      },
    ),
    finding(
      'require-now-verifies',
      'connections with sslmode=require to other servers are verified now, or refused',
      {
        help: [
          help('add the roots of your other servers too', [['pg-root-cert', 'install', '--for', 'HOST']]),
          ...ways,
        ],
      },
    ),
  ];
}

const holdsRoot = (certificates: readonly Certificate[] | null): boolean =>
  (certificates ?? []).some(({ selfIssued }) => selfIssued);

function noMoreFile(path: string, isDefault: boolean): Finding {
  const whose = isDefault ? '' : ` and sslrootcert=${path}`;
  return finding(
    'require-no-longer-verifies',
    `connections with sslmode=require${whose} are no longer verified`,
    {
      notes: [
        `${path} is gone, and its last root with it`,
        'verify-ca and verify-full refuse every server until it is back',
      ],
      help: [help('install the root that your servers need', [['pg-root-cert', 'install', '--for', 'HOST']])],
    },
  );
}

/** Intermediates stay, but libpq anchors trust in self-signed certificates only (libpq-rules 7). */
function noMoreRoot(path: string): Finding {
  return finding('root-crt-no-root', `the last root is gone from ${path}: only other certificates are left`, {
    notes: ['libpq refuses every server, with sslmode=require too'],
    help: [help('install the root that your servers need', [['pg-root-cert', 'install', '--for', 'HOST']])],
  });
}

/** The file held no mix of public and private roots before, and does now. */
function widens({ before, after }: TrustChange, isPublic: IsPublic): boolean {
  return mixes(after, isPublic) && !mixes(before, isPublic);
}

export function mixes(certificates: readonly Certificate[] | null, isPublic: IsPublic): boolean {
  const roots = (certificates ?? []).filter((each) => each.selfIssued);
  return roots.some(isPublic) && roots.some((each) => !isPublic(each));
}

/** Said by `status` too, of a file that has been so for long. */
export function widenedTrustFinding(
  path: string,
  certificates: readonly Certificate[],
  isPublic: IsPublic,
  wayOut: WayOut,
): Finding {
  const privateOne =
    certificates.find((each) => each.selfIssued && !isPublic(each))?.name ?? 'a private root';
  return finding(
    'public-root-widens-trust',
    `${path} holds public roots beside the private "${privateOne}"`,
    {
      notes: [
        'sslmode verify-ca and require do not look at the host name',
        'so they now accept, for your private servers too, any host with a public certificate',
      ],
      help: [help('use verify-full everywhere: PGSSLMODE=verify-full'), ...ownFile(wayOut, false)],
    },
  );
}
