import { loadCatalog } from '../catalog/catalog.js';
import type { Catalog } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { parsePin } from '../core/pins.js';
import { type DiagnoseOptions, type Diagnosis, diagnose } from '../doctor/diagnose.js';
import { userHome } from '../doctor/files.js';
import { applyFix } from '../doctor/fix.js';
import { planFix } from '../doctor/fix-plan.js';
import { type Impact, impactOn } from '../doctor/impact.js';
import { forMany } from '../doctor/many.js';
import { readTargets, serviceTargets } from '../doctor/targets.js';
import type { Change } from '../install/change.js';
import { locate } from '../locate/location.js';
import { NEWEST_MAJOR, OLDEST_MAJOR } from '../postgres/options.js';
import { psqlMajor } from '../postgres/psql-major.js';
import { redactConninfo } from '../postgres/redact-conninfo.js';
import type { Args, Context, Outcome } from './command.js';
import { DEFAULT_WARN_DAYS, DOCTOR_CONCURRENCY, DOCTOR_TIMEOUT_S } from './options.js';
import { usage } from './parse.js';
import { progressBar } from './progress.js';
import { diagnosisDocument, diagnosisText, type Row, tableText, targetName } from './render/diagnosis.js';
import type { Paint } from './render/paint.js';

const MOST_CONCURRENCY = 256;
const STEP_LIMIT_MS = 5000;

/** One target with what was mended. */
interface Examined {
  readonly diagnosis: Diagnosis;
  readonly fixed: readonly Finding[];
  readonly remarks: readonly string[];
}

/** The doctor's work, apart from its command line: a chunk of its own, which only this command loads. */
export async function runDoctor(context: Context, args: Args): Promise<Outcome> {
  const { host } = context;
  const catalog = await loadCatalog(host, args.text('catalog'));
  const options = await optionsOf(host, args);
  const targets = targetsOf(host, args, options.major);
  const examine = (conninfo: string) => examineOne(host, catalog, conninfo, options, args);
  const [only] = targets;
  if (
    targets.length === 1 &&
    only !== undefined &&
    args.text('targets') === undefined &&
    !args.flag('all-services')
  ) {
    return outcomeOfOne(await examine(only));
  }
  return outcomeOfMany(context, targets, concurrencyOf(args), examine);
}

async function optionsOf(host: Host, args: Args): Promise<DiagnoseOptions> {
  const timeoutMs = (args.amount('timeout') ?? DOCTOR_TIMEOUT_S) * 1000;
  const stepMs = Math.min(timeoutMs, STEP_LIMIT_MS);
  const file = args.text('file');
  return {
    major: majorOf(args) ?? (await psqlMajor(host)) ?? NEWEST_MAJOR,
    limits: { connectMs: stepMs, stepMs, totalMs: timeoutMs },
    warnDays: args.amount('warn-days') ?? DEFAULT_WARN_DAYS,
    location: await locate(host, file),
    ...(file === undefined ? {} : { file: host.path.resolve(host.cwd, file) }),
  };
}

function majorOf(args: Args): number | undefined {
  const major = args.amount('libpq');
  if (major === undefined) return undefined;
  if (Number.isInteger(major) && major >= OLDEST_MAJOR && major <= NEWEST_MAJOR) return major;
  throw usage(`--libpq needs a major version from ${OLDEST_MAJOR} to ${NEWEST_MAJOR}`);
}

function concurrencyOf(args: Args): number {
  return Math.min(MOST_CONCURRENCY, Math.ceil(args.amount('concurrency') ?? DOCTOR_CONCURRENCY));
}

function targetsOf(host: Host, args: Args, major: number): readonly string[] {
  const file = args.text('targets');
  const targets = [
    ...args.positional,
    ...(file === undefined ? [] : readTargets(host, file)),
    ...(args.flag('all-services') ? serviceTargets(host, userHome(host, major), major) : []),
  ];
  if (targets.length === 0 && args.flag('all-services')) {
    throw usage('no service file names a service', ['see docs: pg_service.conf, or name a target']);
  }
  return targets.length > 0 ? targets : [''];
}

async function examineOne(
  host: Host,
  catalog: Catalog,
  conninfo: string,
  options: DiagnoseOptions,
  args: Args,
): Promise<Examined> {
  const before = await diagnose(host, catalog, conninfo, options);
  if (!args.flag('fix') || before.kind === 'refused') return { diagnosis: before, fixed: [], remarks: [] };
  const codes = new Set(before.checked.findings.map(({ code }) => code));
  const trusted = new Set(args.list('trust').map(parsePin));
  const plan = planFix(before.context, codes, { file: options.file ?? null, trusted });
  const { change, protectedKey } = await applyFix(host, plan, options.limits.totalMs);
  if (change === null && protectedKey === null)
    return { diagnosis: before, fixed: [], remarks: plan.because.map((each) => `not mended: ${each}`) };

  const after = await diagnose(host, catalog, conninfo, options);
  const left = after.kind === 'refused' ? [] : after.checked.findings;
  const fixed = before.checked.findings.filter(({ code }) => !left.some((each) => each.code === code));
  return {
    diagnosis: after,
    fixed,
    remarks: [
      `before: ${before.context.verdict.connects ? 'it connected' : (before.context.verdict.libpqMessage ?? 'unknown')}`,
      ...(change === null
        ? []
        : [
            `written: ${change.path}; take it back: pg-root-cert undo${options.file === undefined ? '' : ` --file ${change.path}`}`,
          ]),
      ...(protectedKey === null ? [] : [`now its owner's alone: ${protectedKey}`]),
      ...fixed.map(({ code, message }) => `mended: ${code}: ${message}`),
      ...plan.because.map((each) => `not mended: ${each}`),
    ],
  };
}

const isHealthy = (diagnosis: Diagnosis): boolean =>
  diagnosis.kind === 'seen' &&
  diagnosis.context.verdict.connects !== false &&
  diagnosis.checked.findings.every(({ severity }) => severity !== 'error');

function outcomeOfOne({ diagnosis, fixed, remarks }: Examined): Outcome {
  const error =
    diagnosis.kind === 'refused'
      ? new PgRootCertError('settings-refused', `libpq refuses these settings: ${diagnosis.libpqMessage}`, {
          help: ['mend the connection string, the service file or the environment'],
        })
      : undefined;
  return {
    exitCode: isHealthy(diagnosis) ? 0 : 1,
    ...(error === undefined ? {} : { error }),
    document: diagnosisDocument(diagnosis, fixed),
    text: (paint) =>
      error === undefined
        ? [...remarks.map((each) => paint.dim(each)), diagnosisText(diagnosis, paint)].join('\n')
        : '',
    findings: diagnosis.kind === 'refused' ? [] : diagnosis.checked.findings,
    findingsAreResult: true,
  };
}

interface ManyResult {
  readonly document: unknown;
  readonly row: Row;
}

async function outcomeOfMany(
  context: Context,
  targets: readonly string[],
  concurrency: number,
  examine: (conninfo: string) => Promise<Examined>,
): Promise<Outcome> {
  const results: ManyResult[] = [];
  const work = async (conninfo: string): Promise<ManyResult> => {
    try {
      return resultOf(await examine(conninfo));
    } catch (error) {
      if (!(error instanceof PgRootCertError)) throw error;
      return failed(error);
    }
  };
  await forMany(targets, concurrency, work, (result) => {
    results.push(result);
    context.onProgress(progressBar(results.length, targets.length, 'targets'));
  });
  const healthy = results.every(({ row }) => row.connects !== false && row.codes.length === 0);
  return {
    exitCode: healthy ? 0 : 1,
    document: { results: results.map(({ document }) => document), findings: [] },
    text: (paint: Paint) =>
      tableText(
        results.map(({ row }) => row),
        paint,
      ),
    findings: [],
    findingsAreResult: true,
  };
}

function resultOf({ diagnosis, fixed }: Examined): ManyResult {
  const document = diagnosisDocument(diagnosis, fixed);
  if (diagnosis.kind === 'refused') {
    const { libpqMessage: message } = diagnosis;
    return {
      document: { ...document, error: { code: 'settings-refused', message, help: [] } },
      row: { name: targetName(diagnosis), connects: false, codes: ['settings-refused'] },
    };
  }
  const errors = diagnosis.checked.findings.filter(({ severity }) => severity === 'error');
  return {
    document,
    row: {
      name: targetName(diagnosis),
      connects: diagnosis.context.verdict.connects,
      codes: errors.map(({ code }) => code),
    },
  };
}

/** A target that could not be looked at, for a file that cannot be read, say. */
function failed({ code, message, help }: PgRootCertError): ManyResult {
  return {
    document: {
      target: null,
      verdict: null,
      chain: [],
      findings: [],
      fixed: [],
      error: { code, message, help },
    },
    row: { name: '?', connects: null, codes: [code] },
  };
}

/**
 * The targets of the service files and of `--targets`, tried with the file as it is and as it would be.
 *
 * @throws PgRootCertError a file error
 */
export async function impactsOf(context: Context, args: Args, planned: Change): Promise<readonly Impact[]> {
  const { host } = context;
  const major = (await psqlMajor(host)) ?? NEWEST_MAJOR;
  const file = args.text('targets');
  const targets = [
    ...(file === undefined ? [] : readTargets(host, file)),
    ...serviceTargets(host, userHome(host, major), major),
  ];
  const limits = { connectMs: STEP_LIMIT_MS, stepMs: STEP_LIMIT_MS, totalMs: DOCTOR_TIMEOUT_S * 1000 };
  const { path, after } = planned;
  const options = { major, limits, concurrency: DOCTOR_CONCURRENCY, path, after };
  const impacts = await impactOn(host, targets, options, (done) =>
    context.onProgress(progressBar(done, targets.length, 'targets')),
  );
  return impacts.map((impact) => ({ ...impact, target: redactConninfo(impact.target) }));
}
