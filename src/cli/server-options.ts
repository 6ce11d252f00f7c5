import type { Host } from '../core/host.js';
import { NEWEST_MAJOR, OLDEST_MAJOR } from '../postgres/options.js';
import type { ProbeLimits } from '../postgres/probe.js';
import { psqlMajor } from '../postgres/psql-major.js';
import type { Args } from './command.js';
import { DOCTOR_CONCURRENCY } from './options.js';
import { usage } from './usage.js';

const MOST_CONCURRENCY = 256;
const STEP_LIMIT_MS = 5000;

/** How long a server may take, in seconds; no single step of it takes more than 5. */
export function limitsOf(seconds: number): ProbeLimits {
  const totalMs = seconds * 1000;
  const stepMs = Math.min(totalMs, STEP_LIMIT_MS);
  return { connectMs: stepMs, stepMs, totalMs };
}

/** Whose rules apply: libpq's major by `--libpq`, else that of the psql here, else the newest. @throws PgRootCertError `usage` */
export async function majorOf(host: Host, args: Args): Promise<number> {
  const major = args.amount('libpq');
  if (major === undefined) return (await psqlMajor(host)) ?? NEWEST_MAJOR;
  if (Number.isInteger(major) && major >= OLDEST_MAJOR && major <= NEWEST_MAJOR) return major;
  throw usage(`--libpq needs a major version from ${OLDEST_MAJOR} to ${NEWEST_MAJOR}`);
}

/** How many servers are asked at the same time, by `--concurrency`. */
export function concurrencyOf(args: Args): number {
  return Math.min(MOST_CONCURRENCY, Math.ceil(args.amount('concurrency') ?? DOCTOR_CONCURRENCY));
}
