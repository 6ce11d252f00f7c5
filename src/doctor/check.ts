import type { Catalog } from '../catalog/types.js';
import type { Code } from '../core/codes.js';
import type { Finding } from '../core/findings.js';
import type { Location } from '../locate/location.js';
import type { ChainFault } from '../x509/chain.js';
import type { Certificate } from '../x509/types.js';
import type { Evidence } from './evidence.js';
import type { ModeVerdict, Verdict } from './verdict-types.js';

/** What the server sent, and OpenSSL's judgement of it by root.crt and the CRLs as libpq loads them. */
export interface JudgedChain {
  /** The server's own first, in the order sent. */
  readonly sent: readonly [Certificate, ...Certificate[]];
  /** The chain as far as it could be built from what was sent and root.crt: the server's own first. */
  readonly path: readonly Certificate[];
  /** False also where there is no root file to go by. */
  readonly trusted: boolean;
  /** The first fault that OpenSSL comes to; null where it is trusted. */
  readonly fault: ChainFault | null;
}

/** All that a check may look at. */
export interface CheckContext {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  /** By the rules of other majors, from the same evidence. */
  readonly otherVerdicts: readonly { readonly major: number; readonly verdict: ModeVerdict }[];
  readonly catalog: Catalog;
  /** `--catalog`, to be repeated in advice; null where only the embedded one counts. */
  readonly catalogFile: string | null;
  /** null where no handshake showed a certificate. */
  readonly chain: JudgedChain | null;
  /** libpq's default root.crt, and what `locate` noticed of the homes. */
  readonly location: Pick<Location, 'defaultPath' | 'findings'>;
  /** What `permissionFindings` says of the root.crt in use. */
  readonly permissions: readonly Finding[];
  /** A root that expires within so many days is worth a warning. */
  readonly warnDays: number;
}

export type Result =
  | { readonly status: 'pass'; readonly facts: readonly string[] }
  | { readonly status: 'warn' | 'fail'; readonly findings: readonly [Finding, ...Finding[]] }
  | { readonly status: 'skipped'; readonly because: string };

/** One question about a target. Pure: the evidence is gathered before. */
export interface Check {
  /** The name of its file. */
  readonly id: string;
  /** What is asked, as a heading. */
  readonly title: string;
  /** Where one of these has been found, there is nothing more to learn here: the check is skipped. */
  readonly needs: readonly Code[];
  applies(context: CheckContext): boolean;
  run(context: CheckContext): Result;
}

/** Nothing is wrong; `facts` say what was seen, lower case. */
export const pass = (...facts: readonly string[]): Result => ({ status: 'pass', facts });

/** The result that these findings make; a pass where there are none. */
export function found(...findings: readonly Finding[]): Result {
  const [first, ...rest] = findings;
  if (first === undefined) return pass();
  const status = findings.some(({ severity }) => severity === 'error') ? 'fail' : 'warn';
  return { status, findings: [first, ...rest] };
}
