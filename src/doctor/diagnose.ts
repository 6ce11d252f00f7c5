import type { Catalog } from '../catalog/types.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import { permissionFindings } from '../install/permissions.js';
import type { Location } from '../locate/location.js';
import { NEWEST_MAJOR, OLDEST_MAJOR } from '../postgres/options.js';
import type { ProbeLimits } from '../postgres/probe.js';
import { type Resolved, resolveSettings, type Settings } from '../postgres/settings.js';
import type { CheckContext } from './check.js';
import type { Evidence } from './evidence.js';
import { readClientFiles, userHome } from './files.js';
import { gather } from './gather.js';
import { judgeChain } from './judged-chain.js';
import { type Checked, runChecks } from './run-checks.js';
import { verdict, verdictFor } from './verdict.js';

export interface DiagnoseOptions {
  /** libpq's major version, 12 to 18. */
  readonly major: number;
  readonly limits: ProbeLimits;
  readonly warnDays: number;
  /** `--catalog`, to be repeated in advice. */
  readonly catalogFile?: string;
  /** A root file to judge by in place of libpq's default, absolute; a target's own sslrootcert still wins. */
  readonly file?: string;
  readonly location: Pick<Location, 'findings'>;
  readonly signal?: AbortSignal;
}

export interface Judged {
  readonly context: CheckContext;
  readonly checked: Checked;
}

/** What the doctor found out about one target. */
export type Diagnosis =
  | { readonly kind: 'refused'; readonly libpqMessage: string; readonly settings: Settings | null }
  | ({ readonly kind: 'seen' } & Judged);

/**
 * Asks one target and judges it: settings → evidence → verdict → checks.
 *
 * @throws PgRootCertError a file error of a service file or a client's file; the signal's reason
 */
export async function diagnose(
  host: Host,
  catalog: Catalog,
  conninfo: string,
  options: DiagnoseOptions,
): Promise<Diagnosis> {
  const { major } = options;
  const resolved = resolveSettings({ conninfo, host, homeFolder: userHome(host, major), major });
  if (!resolved.ok)
    return { kind: 'refused', libpqMessage: resolved.libpqMessage, settings: resolved.settings };
  const evidence = await gather(host, withRootFile(resolved, options.file), options);
  return { kind: 'seen', ...(await judge(host, catalog, evidence, options)) };
}

/**
 * What follows from the evidence: verdict → checks.
 *
 * @throws PgRootCertError a file error of a client's file
 */
export async function judge(
  host: Host,
  catalog: Catalog,
  evidence: Evidence,
  options: Pick<DiagnoseOptions, 'catalogFile' | 'location' | 'warnDays'>,
): Promise<Judged> {
  const context: CheckContext = {
    evidence,
    verdict: verdict(evidence),
    otherVerdicts: await verdictsByOthers(host, evidence),
    catalog,
    catalogFile: options.catalogFile ?? null,
    chain: judgeChain(evidence),
    location: { ...options.location, defaultPath: defaultPathOf(host, evidence.major) },
    permissions: await permissionsOf(host, evidence),
    warnDays: options.warnDays,
  };
  return { context, checked: runChecks(context) };
}

/** With `--file` in place of libpq's default, where the target names no file of its own. */
export function withRootFile(resolved: Resolved, file: string | undefined): Resolved {
  if (file === undefined || resolved.settings.get('sslrootcert')?.value) return resolved;
  const settings = new Map(resolved.settings).set('sslrootcert', {
    value: file,
    origin: 'default',
    secret: false,
  });
  return { ...resolved, settings };
}

function defaultPathOf(host: Host, major: number): string | null {
  if (host.platform === 'win32') return null;
  const home = userHome(host, major);
  return home === null ? null : host.path.join(home, '.postgresql', 'root.crt');
}

/** The same evidence by the rules of the other majors; where their home is another, so are their files. */
async function verdictsByOthers(host: Host, evidence: Evidence): Promise<CheckContext['otherVerdicts']> {
  const majors = Array.from({ length: NEWEST_MAJOR - OLDEST_MAJOR + 1 }, (_, at) => OLDEST_MAJOR + at);
  const own = userHome(host, evidence.major);
  const verdicts: { major: number; verdict: ReturnType<typeof verdictFor> }[] = [];
  for (const major of majors.filter((each) => each !== evidence.major)) {
    const homeFolder = userHome(host, major);
    const files =
      homeFolder === own
        ? evidence.files
        : await readClientFiles(host, evidence.settings, { major, homeFolder });
    verdicts.push({ major, verdict: verdictFor({ ...evidence, major, files }, evidence.sslmode) });
  }
  return verdicts;
}

async function permissionsOf(host: Host, { files: { root } }: Evidence): Promise<readonly Finding[]> {
  return root.kind === 'present' ? permissionFindings(host, host.path.resolve(host.cwd, root.path)) : [];
}
