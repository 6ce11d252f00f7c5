import { applyEdit } from '../install/apply.js';
import type { Change } from '../install/change.js';
import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';
import { onlyFrom, planned, removalOf } from './changes.js';
import { aboutOthers, notTheirs, unproved, waits, withoutTargets } from './findings.js';
import { noLongerServed, planRotation } from './plan.js';
import { type Look, stops } from './prove.js';
import { howOf, prove, putBack, seen, type Work, wordsOf } from './work.js';

export interface Retired {
  /** null where nothing went, or all came back. */
  readonly change: Change | null;
  readonly withoutOld: readonly Look[];
}

/** The old roots, as far as every server proves to need none of them. */
export async function retire(
  work: Work,
  { path, after: bytes }: Change,
  withBoth: readonly Look[],
): Promise<Retired> {
  const { host, catalog, options, steps, findings } = work;
  const { servers, provider, dryRun } = options;
  const held = bytes === null ? [] : readBundle(bytes).certificates;
  const plan = planRotation(catalog, provider, held);
  const doubtful = seen(work, withBoth, ({ verified }) => verified !== true);
  if (doubtful.length > 0) findings.push(unproved(doubtful, servers.length, wordsOf(work)));
  if (plan.old.length > 0 && servers.length === 0) findings.push(withoutTargets(plan.old, wordsOf(work)));
  if (plan.old.length === 0 || servers.length === 0 || doubtful.length > 0) {
    findings.push(...aboutOthers(plan, [], []));
    return { change: null, withoutOld: [] };
  }

  const proof = await proveWithout(work, bytes, plan.old);
  const lost = noLongerServed(
    catalog,
    held,
    held.filter((each) => !proof.mayGo.includes(each)),
  );
  findings.push(...aboutOthers(plan, lost, proof.mayGo));
  if (proof.mayGo.length === 0) return { change: null, withoutOld: proof.withoutAll };

  const removal = removalOf(path, proof.mayGo);
  const change = dryRun
    ? planned(path, bytes, removal)
    : await applyEdit(host, howOf(work), onlyFrom(bytes, path, removal));
  steps.push({ step: 'remove', certificates: change.removed, backup: change.backup });
  if (dryRun) return { change, withoutOld: proof.withoutAll };
  const inPlace = await prove(work, 'without-old');
  const stopped = seen(work, inPlace, (look, at) => look.verified !== true || stops(withBoth[at], look));
  if (stopped.length === 0) return { change, withoutOld: proof.withoutAll };
  await putBack(work, stopped);
  return { change: null, withoutOld: inPlace };
}

interface ProofWithout {
  readonly mayGo: readonly Certificate[];
  /** With all of the old roots gone. */
  readonly withoutAll: readonly Look[];
}

/** All of the old roots at once, else one after another: what one server needs keeps no other root. */
async function proveWithout(
  work: Work,
  bytes: Uint8Array | null,
  old: readonly Certificate[],
): Promise<ProofWithout> {
  const { catalog, location, options, findings } = work;
  const without = (gone: readonly Certificate[]) =>
    prove(work, 'without-old', removalOf(location.path, gone)(bytes).bytes);
  const isProof = (looks: readonly Look[]) => looks.every(({ verified }) => verified === true);

  const withoutAll = await without(old);
  let mayGo = old;
  let looks = withoutAll;
  if (!isProof(withoutAll)) {
    mayGo = [];
    for (const one of old.length > 1 ? old : []) {
      const tried = await without([...mayGo, one]);
      if (isProof(tried)) [mayGo, looks] = [[...mayGo, one], tried];
    }
    const needing = seen(work, withoutAll, ({ verified }) => verified === false);
    const unclear = seen(work, withoutAll, ({ verified }) => verified === null);
    const staying = old.filter((each) => !mayGo.includes(each));
    if (needing.length > 0) findings.push(waits(needing, staying, options.servers.length));
    if (unclear.length > 0) findings.push(unproved(unclear, options.servers.length, wordsOf(work)));
  }
  const theirs = new Set(options.provider.roots.map((id) => catalog.root(id)?.sha256));
  const isTheirs = looks.some(({ anchor }) => anchor !== null && theirs.has(anchor));
  if (mayGo.length === 0 || isTheirs) return { mayGo, withoutAll };
  findings.push(notTheirs(wordsOf(work)));
  return { mayGo: [], withoutAll };
}
