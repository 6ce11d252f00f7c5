import type { Catalog } from '../catalog/types.js';
import type { Finding } from '../core/findings.js';
import type { Host } from '../core/host.js';
import type { Accepted, SourceKind } from '../install/accept.js';
import { applyEdit } from '../install/apply.js';
import type { Change, Edit } from '../install/change.js';
import { effectsOf, leadingSource, prepareEdit } from '../install/install.js';
import { rootsOfProvider } from '../install/sources.js';
import type { Location } from '../locate/location.js';
import { together, unchanged } from './changes.js';
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
  readonly accepted: readonly Accepted[];
  readonly source: SourceKind;
  readonly steps: readonly Step[];
  readonly proofs: readonly Proof[];
  readonly findings: readonly Finding[];
}

/**
 * Moves a file from a provider's former roots to its present ones: adds, proves, removes, proves. Every server that
 * connects at the start connects all along; one that stops after all has the file put back. Each step goes by what is
 * there, so a run that was killed is simply run again.
 *
 * @throws PgRootCertError what `install` throws; `changed-since` where somebody else changes the file meanwhile
 */
export async function rotate(
  host: Host,
  catalog: Catalog,
  location: Location,
  options: RotateOptions,
): Promise<Rotation> {
  const { provider, dryRun } = options;
  const roots = rootsOfProvider(
    provider,
    provider.roots.flatMap((id) => catalog.root(id) ?? []),
  );
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

  const work: Work = { host, catalog, location, options, steps: [], findings: [] };
  const added = await add(work, prepared.edit);
  const removed = added.isKept ? await retire(work, added.change, added.withBoth) : null;
  const change = removed?.change == null ? added.change : together(added.change, removed.change);
  const effects = await effectsOf(host, catalog, location, change, { dryRun, words: [provider.id] });
  return {
    change,
    accepted: prepared.accepted,
    source: leadingSource(prepared.accepted),
    steps: work.steps,
    proofs: options.servers.map((server, at) => ({
      server,
      before: added.before[at] ?? null,
      withBoth: added.withBoth[at] ?? null,
      withoutOld: removed?.withoutOld[at] ?? null,
    })),
    findings: [...work.findings, ...location.findings, ...prepared.findings, ...effects],
  };
}

interface Added {
  readonly change: Change;
  /** False where a server would have stopped, or did: then the file is as it was. */
  readonly isKept: boolean;
  readonly before: readonly Look[];
  readonly withBoth: readonly Look[];
}

/** The new roots beside the old: tried first without writing, then in place. */
async function add(work: Work, edit: Edit): Promise<Added> {
  const { host, steps, findings, options } = work;
  const planned = await applyEdit(host, { ...howOf(work), dryRun: true }, edit);
  const before = await prove(work, 'as-it-was');
  if (!planned.changed) return { change: planned, isKept: true, before, withBoth: before };

  const asPlanned = await prove(work, 'old-and-new', planned.after);
  const stopping = seen(work, asPlanned, (look, at) => stops(before[at], look));
  if (stopping.length > 0) {
    findings.push(breaks(stopping, options.servers.length, 'not-made', wordsOf(work)));
    return { change: unchanged(planned), isKept: false, before, withBoth: asPlanned };
  }
  const change = await applyEdit(host, howOf(work), edit);
  steps.push({ step: 'add', certificates: change.added, backup: change.backup });
  if (options.dryRun) return { change, isKept: true, before, withBoth: asPlanned };

  const withBoth = await prove(work, 'old-and-new');
  const stopped = seen(work, withBoth, (look, at) => stops(before[at], look));
  if (stopped.length === 0) return { change, isKept: true, before, withBoth };
  await putBack(work, stopped);
  return { change: unchanged(change), isKept: false, before, withBoth };
}
