import type { Catalog } from '../catalog/types.js';
import { PgRootCertError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import type { SourceKind } from '../install/accept.js';
import { applyEdit } from '../install/apply.js';
import type { Change, Edit } from '../install/change.js';
import { effectsOf, leadingSource, prepareEdit } from '../install/install.js';
import { rootsOfProvider } from '../install/sources.js';
import type { Location } from '../locate/location.js';
import { unchanged } from './changes.js';
import { breaks } from './findings.js';
import { type Look, type Server, stops } from './prove.js';
import { retire } from './retire.js';
import { howOf, prove, putBack, type RotateOptions, type Step, seen, type Work, wordsOf } from './work.js';

export interface Proof {
  readonly server: Server;
  readonly before: Look | null;
  /** null where it did not come to that. */
  readonly withBoth: Look | null;
  readonly withoutOld: Look | null;
}

export interface Rotation {
  /** From what was there to what is there now, or with `dryRun` would be. */
  readonly change: Change;
  readonly source: SourceKind;
  readonly steps: readonly Step[];
  readonly proofs: readonly Proof[];
  readonly findings: readonly Finding[];
  /** What ended it after something was changed; null where it came to its end, complete or not. */
  readonly error: PgRootCertError | null;
}

/**
 * Moves a file from a provider's former roots to its present ones: adds, proves, removes, proves. Every server that
 * connects at the start connects all along; one that stops after all has the file put back. Each step goes by what is
 * there, so a run that was killed is simply run again.
 *
 * @throws PgRootCertError before anything is changed: what `install` throws; `changed-since` where somebody else changes
 * the file meanwhile
 */
export async function rotate(
  host: Host,
  catalog: Catalog,
  location: Location,
  options: RotateOptions,
): Promise<Rotation> {
  const { provider, dryRun } = options;
  const roots = rootsOfProvider(catalog, provider);
  const sources = {
    ...options.sources,
    requests: [{ kind: 'roots' as const, roots }],
    pins: new Set<string>(),
  };
  const prepared = await prepareEdit(host, catalog, location.path, {
    ...sources,
    vouched: false,
    replace: false,
  });

  const planned = await applyEdit(host, { ...howOf({ location, options }), dryRun: true }, prepared.edit);
  const work: Work = {
    host,
    catalog,
    location,
    options,
    steps: [],
    findings: [],
    change: unchanged(planned),
    before: [],
    withBoth: [],
    withoutOld: [],
  };
  const error = await carryOut(work, planned, prepared.edit);
  const effects = await effectsOf(host, catalog, location, work.change, { dryRun, words: [provider.id] });
  return {
    change: work.change,
    source: leadingSource(prepared.accepted),
    steps: work.steps,
    proofs: options.servers.map((server, at) => ({
      server,
      before: work.before[at] ?? null,
      withBoth: work.withBoth[at] ?? null,
      withoutOld: work.withoutOld[at] ?? null,
    })),
    findings: [...work.findings, ...location.findings, ...prepared.findings, ...effects],
    error,
  };
}

/** What ended it half-way is thrown only where nothing was changed before; else it is returned, with what was done. */
async function carryOut(work: Work, planned: Change, edit: Edit): Promise<PgRootCertError | null> {
  try {
    if (await add(work, planned, edit)) await retire(work);
    return null;
  } catch (error) {
    if (error instanceof PgRootCertError && work.change.changed && !work.options.dryRun) return error;
    throw error;
  }
}

/**
 * The new roots beside the old: tried first without writing, then in place. False where a server would have stopped, or
 * did: then the file is as it was.
 */
async function add(work: Work, planned: Change, edit: Edit): Promise<boolean> {
  const { host, steps, findings, options } = work;
  const stopping = () => seen(work, work.withBoth, (look, at) => stops(work.before[at], look));
  work.before = await prove(work, 'as-it-was');
  work.withBoth = planned.changed ? await prove(work, 'old-and-new', planned.after) : work.before;
  if (stopping().length > 0) {
    findings.push(breaks(stopping(), options.servers.length, 'not-made', wordsOf(work)));
    return false;
  }
  const asItWas = work.change;
  work.change = await applyEdit(host, howOf(work), edit);
  if (!work.change.changed) return true;
  steps.push({ step: 'add', certificates: work.change.added, backup: work.change.backup });
  if (options.dryRun) return true;
  work.withBoth = await prove(work, 'old-and-new');
  if (stopping().length === 0) return true;
  await putBack(work, stopping(), asItWas);
  return false;
}
