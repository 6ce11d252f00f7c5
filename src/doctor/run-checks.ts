import type { Code } from '../core/codes.js';
import { type Finding, finding } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { type Check, type CheckContext, found, type Result } from './check.js';
import { CHECKS } from './checks/index.js';

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly result: Result;
}

export interface Checked {
  /** One for each check, in order. */
  readonly results: readonly CheckResult[];
  /** Of all checks: the errors first, then the warnings, each in the order of the checks. */
  readonly findings: readonly Finding[];
}

/** Runs the checks in order. One that throws gives the finding `internal-error`, and the others still run. */
export function runChecks(context: CheckContext, checks: readonly Check[] = CHECKS): Checked {
  const results: CheckResult[] = [];
  const seen: Finding[] = [];
  for (const check of checks) {
    const result = runOne(check, context, new Set(seen.map(({ code }) => code)));
    if ('findings' in result) seen.push(...result.findings);
    results.push({ id: check.id, title: check.title, result });
  }
  const bySeverity = (['error', 'warning', 'info'] as const).flatMap((severity) =>
    seen.filter((each) => each.severity === severity),
  );
  return { results, findings: bySeverity };
}

function runOne(check: Check, context: CheckContext, seen: ReadonlySet<Code>): Result {
  const because = check.needs.find((code) => seen.has(code));
  if (because !== undefined) return { status: 'skipped', because };
  try {
    return check.applies(context) ? check.run(context) : { status: 'skipped', because: 'does not apply' };
  } catch (error) {
    return found(broken(check, error));
  }
}

function broken(check: Check, error: unknown): Finding {
  const [message = '', ...stack] = String(error instanceof Error ? (error.stack ?? error) : error).split(
    '\n',
  );
  return finding('internal-error', `the check "${check.id}" broke: ${printable(message)}`, {
    notes: [...stack.slice(0, 8).map((line) => printable(line)), 'the other checks were made all the same'],
  });
}
