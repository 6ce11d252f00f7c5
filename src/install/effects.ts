import { type Finding, finding, help } from '../core/findings.js';
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

/**
 * What a change of root.crt does to connections that it was not made for. libpq verifies in every TLS mode as soon as
 * the file is there (libpq-rules 4) and falls back from `prefer` to plain text after any TLS failure (rule 12).
 *
 * `separate` is the path to propose for a file of one server's own.
 */
export function trustFindings(change: TrustChange, isPublic: IsPublic, separate: string): Finding[] {
  const findings: Finding[] = [];
  const created = change.before === null && change.after !== null;
  const deleted = change.before !== null && change.after === null;
  if (created && change.isDefault) findings.push(...newFile(change.path, separate));
  if (deleted && change.isDefault) findings.push(noMoreFile(change.path));
  if (widens(change, isPublic)) findings.push(widenedTrustFinding(change.path, change.after ?? [], isPublic, separate));
  return findings;
}

/** The way out of both dangers: a file of its own for one server, named by a service. */
function ownFile(separate: string): ReturnType<typeof help>[] {
  return [
    help('to keep this to one server, give it a file of its own', [['pg-root-cert', 'install', '--file', separate]], 'review'),
    help(
      `and name that file in a service of pg_service.conf, for use as service=my-server:\n[my-server]\nhost=HOST\nsslmode=verify-full\nsslrootcert=${separate}`,
      [],
      'review',
    ),
  ];
}

function newFile(path: string, separate: string): Finding[] {
  return [
    finding('prefer-may-fall-back', 'connections with sslmode=prefer to other servers may now go in plain text', {
      notes: [
        `libpq verifies every server as soon as ${path} exists`,
        'where that fails, prefer (the default) goes on without TLS and says nothing',
      ],
      help: [help('ask for verify-full (or at least require) wherever you connect: PGSSLMODE=verify-full'), ...ownFile(separate)],
    }),
    finding('require-now-verifies', 'connections with sslmode=require to other servers are now verified too', {
      notes: ['a server whose root is not in root.crt is refused from now on'],
      help: [help('add the roots of your other servers too', [['pg-root-cert', 'install', '--for', 'HOST']]), ...ownFile(separate)],
    }),
  ];
}

function noMoreFile(path: string): Finding {
  return finding('require-no-longer-verifies', 'connections with sslmode=require are no longer verified', {
    notes: [`${path} is gone; verify-ca and verify-full refuse every server until it is back`],
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
  separate: string,
): Finding {
  const privateOne = certificates.find((each) => each.selfIssued && !isPublic(each))?.name ?? 'a private root';
  return finding('public-root-widens-trust', `${path} holds public roots beside the private "${privateOne}"`, {
    notes: [
      'sslmode verify-ca and require do not look at the host name',
      'so they now accept, for your private servers too, any host with a public certificate',
    ],
    help: [help('use verify-full everywhere: PGSSLMODE=verify-full'), ...ownFile(separate)],
  });
}
