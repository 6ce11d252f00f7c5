import type { Catalog } from '../catalog/types.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { type DiagnoseOptions, type Diagnosis, diagnose } from './diagnose.js';
import { applyFix, type Fixed } from './fix.js';
import { planFix } from './fix-plan.js';

/** One target, and what was mended there. */
export interface Examined {
  readonly conninfo: string;
  /** As it is now, after the mending. */
  readonly diagnosis: Diagnosis;
  /** null where nothing was to be mended. */
  readonly mended: Mended | null;
}

export interface Mended extends Fixed {
  readonly before: Diagnosis;
  /** The findings that are gone. */
  readonly findings: readonly Finding[];
  /** Why something that is wrong was left alone: one sentence each, lower case. */
  readonly because: readonly string[];
}

/** `--fix`, with the roots that `--trust` names. */
export interface FixWish {
  readonly trusted: ReadonlySet<string>;
}

/**
 * Diagnoses a target, and with `fix` mends what may be mended and diagnoses it again: only that is a proof.
 *
 * @throws what `diagnose` and `applyFix` throw
 */
export async function examine(
  host: Host,
  catalog: Catalog,
  conninfo: string,
  options: DiagnoseOptions,
  fix: FixWish | null,
): Promise<Examined> {
  const before = await diagnose(host, catalog, conninfo, options);
  if (fix === null || before.kind === 'refused') return { conninfo, diagnosis: before, mended: null };

  const codes = new Set(before.checked.findings.map(({ code }) => code));
  const plan = planFix(before.context, codes, { file: options.file ?? null, trusted: fix.trusted });
  const fixed = await applyFix(host, plan, options.limits.totalMs);
  // Also where nothing was changed here: another target's mending may have come first.
  const diagnosis = await diagnose(host, catalog, conninfo, options);
  const left = new Set(findingsOf(diagnosis).map(({ code }) => code));
  const findings = before.checked.findings.filter(({ code }) => !left.has(code));
  const because = isHealthy(diagnosis) ? [] : plan.because;
  return { conninfo, diagnosis, mended: { ...fixed, before, findings, because } };
}

export const findingsOf = (diagnosis: Diagnosis): readonly Finding[] =>
  diagnosis.kind === 'refused' ? [] : diagnosis.checked.findings;

/** libpq would connect (or nobody can tell), and no finding is an error. */
export const isHealthy = (diagnosis: Diagnosis): boolean =>
  diagnosis.kind === 'seen' &&
  diagnosis.context.verdict.connects !== false &&
  diagnosis.checked.findings.every(({ severity }) => severity !== 'error');
