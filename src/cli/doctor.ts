import { loadCatalog } from '../catalog/catalog.js';
import { PgRootCertError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import { parsePin } from '../core/pins.js';
import { printable } from '../core/printable.js';
import type { DiagnoseOptions } from '../doctor/diagnose.js';
import { type Examined, examine, findingsOf, isHealthy } from '../doctor/examine.js';
import { userHome } from '../doctor/files.js';
import { type Impact, impactOn } from '../doctor/impact.js';
import { forMany } from '../doctor/many.js';
import { readTargets, serviceTargets } from '../doctor/targets.js';
import type { Change } from '../install/change.js';
import { asLibpqSees } from '../locate/shell-folder.js';
import { redactConninfo } from '../postgres/redact-conninfo.js';
import { settingsRefused } from '../postgres/refusal.js';
import type { Args, Context, Outcome } from './command.js';
import { joined, locationOf } from './conninfo.js';
import { DEFAULT_WARN_DAYS, DOCTOR_CONCURRENCY, DOCTOR_TIMEOUT_S } from './options.js';
import { progressBar } from './progress.js';
import {
  diagnosisDocument,
  diagnosisText,
  isUnhealthy,
  mendedLines,
  type Row,
  tableText,
  targetName,
} from './render/diagnosis.js';
import type { Paint } from './render/paint.js';
import { concurrencyOf, limitsOf, majorOf } from './server-options.js';
import { usage } from './usage.js';

/** The doctor's work, apart from its command line: a chunk of its own, which only this command loads. */
export async function runDoctor(context: Context, args: Args): Promise<Outcome> {
  const host = await asLibpqSees(context.host);
  const catalog = await loadCatalog(host, args.text('catalog'));
  const options = await optionsOf(context.host, args);
  const concurrency = concurrencyOf(args);
  const targets = targetsOf(host, args, options.major);
  const fix = args.flag('fix') ? { trusted: new Set(args.list('trust').map(parsePin)) } : null;
  if (fix === null && args.list('trust').length > 0) throw usage('--trust goes with --fix');
  const look = (conninfo: string) => examine(host, catalog, conninfo, options, fix);
  const [only] = targets;
  if (
    targets.length === 1 &&
    only !== undefined &&
    args.text('targets') === undefined &&
    !args.flag('all-services')
  ) {
    return outcomeOfOne(await look(only));
  }
  return outcomeOfMany(context, targets, concurrency, look);
}

async function optionsOf(host: Host, args: Args): Promise<DiagnoseOptions> {
  const file = args.text('file');
  return {
    major: await majorOf(host, args),
    limits: limitsOf(args.amount('timeout') ?? DOCTOR_TIMEOUT_S),
    warnDays: args.amount('warn-days') ?? DEFAULT_WARN_DAYS,
    location: await locationOf(host, file),
    ...catalogOf(args),
    ...(file === undefined ? {} : { file: host.path.resolve(host.cwd, file) }),
  };
}

function catalogOf(args: Args): Pick<DiagnoseOptions, 'catalogFile'> {
  const catalogFile = args.text('catalog');
  return catalogFile === undefined ? {} : { catalogFile };
}

function targetsOf(host: Host, args: Args, major: number): readonly string[] {
  const file = args.text('targets');
  const targets = [
    ...joined(args.positional),
    ...(file === undefined ? [] : readTargets(host, file)),
    ...(args.flag('all-services') ? serviceTargets(host, userHome(host, major), major) : []),
  ];
  if (targets.length === 0 && args.flag('all-services')) {
    throw usage('no service file names a service', ['see docs: pg_service.conf, or name a target']);
  }
  return targets.length > 0 ? targets : [''];
}

function outcomeOfOne(examined: Examined): Outcome {
  const { diagnosis } = examined;
  return {
    exitCode: isHealthy(diagnosis) ? 0 : 1,
    ...(diagnosis.kind === 'refused'
      ? { error: settingsRefused(diagnosis.libpqMessage, examined.conninfo) }
      : {}),
    document: diagnosisDocument(examined),
    text: (paint) =>
      diagnosis.kind === 'refused'
        ? ''
        : [...mendedLines(examined, paint), diagnosisText(diagnosis, paint)].join('\n'),
    findings: findingsOf(diagnosis),
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
  look: (conninfo: string) => Promise<Examined>,
): Promise<Outcome> {
  const results: ManyResult[] = [];
  const work = async (conninfo: string): Promise<ManyResult> => {
    try {
      return resultOf(await look(conninfo));
    } catch (error) {
      if (!(error instanceof PgRootCertError)) throw error;
      return failed(error, conninfo);
    }
  };
  await forMany(targets, concurrency, work, (result) => {
    results.push(result);
    context.onProgress(progressBar(results.length, targets.length, 'targets'));
  });
  const healthy = !results.some(({ row }) => isUnhealthy(row));
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
    quietText: (paint: Paint) =>
      healthy ? '' : tableText(results.map(({ row }) => row).filter(isUnhealthy), paint),
  };
}

function resultOf(examined: Examined): ManyResult {
  const { diagnosis, conninfo } = examined;
  const document = diagnosisDocument(examined);
  if (diagnosis.kind === 'refused') {
    const { code, message, help } = settingsRefused(diagnosis.libpqMessage, conninfo);
    return {
      document: { ...document, error: { code, message, help } },
      row: { name: nameOf(conninfo), connects: false, codes: [code] },
    };
  }
  const errors = diagnosis.checked.findings.filter(({ severity }) => severity === 'error');
  const { connects } = diagnosis.context.verdict;
  return { document, row: { name: targetName(diagnosis), connects, codes: errors.map(({ code }) => code) } };
}

const nameOf = (conninfo: string): string => printable(redactConninfo(conninfo), 60);

/** A target that could not be looked at, for a file that cannot be read, say. */
function failed({ code, message, help }: PgRootCertError, conninfo: string): ManyResult {
  return {
    document: {
      target: null,
      verdict: null,
      chain: [],
      findings: [],
      fixed: [],
      error: { code, message, help },
    },
    row: { name: nameOf(conninfo), connects: null, codes: [code] },
  };
}

/**
 * The targets of the service files and of `--targets`, tried with the file as it is and as it would be.
 *
 * @throws PgRootCertError a file error
 */
export async function impactsOf(context: Context, args: Args, planned: Change): Promise<readonly Impact[]> {
  const host = await asLibpqSees(context.host);
  const major = await majorOf(host, args);
  const file = args.text('targets');
  const targets = [
    ...(file === undefined ? [] : readTargets(host, file)),
    ...serviceTargets(host, userHome(host, major), major),
  ];
  const { path, after } = planned;
  const limits = limitsOf(DOCTOR_TIMEOUT_S);
  const options = { major, limits, concurrency: DOCTOR_CONCURRENCY, path, after };
  const impacts = await impactOn(host, targets, options, (done) =>
    context.onProgress(progressBar(done, targets.length, 'targets')),
  );
  return impacts.map((impact) => ({ ...impact, target: redactConninfo(impact.target) }));
}
