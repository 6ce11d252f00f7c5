import { applyEdit } from '../install/apply.js';
import { readBundle } from '../x509/bundle.js';
import type { Certificate } from '../x509/types.js';
import { onlyFrom, planned, removalOf, together } from './changes.js';
import { needsToo, notTheirs, stays, unproved, waits, withoutTargets } from './findings.js';
import { noLongerServed, planRotation } from './plan.js';
import { type Look, stops } from './prove.js';
import { howOf, prove, putBack, seen, type Work, wordsOf } from './work.js';

/** The old roots, as far as every server proves to need none of them. @throws PgRootCertError what `applyEdit` throws */
export async function retire(work: Work): Promise<void> {
  const { host, catalog, options, steps, findings, withBoth, change: added } = work;
  const { path, after: bytes } = added;
  const { servers, provider, dryRun } = options;
  const held = bytes === null ? [] : readBundle(bytes).certificates;
  const plan = planRotation(catalog, provider, held);
  const doubtful = seen(work, withBoth, ({ verified }) => verified !== true);
  if (doubtful.length > 0) findings.push(unproved(doubtful, servers.length, wordsOf(work)));
  if (plan.old.length > 0 && servers.length === 0) findings.push(withoutTargets(plan.old, wordsOf(work)));
  findings.push(...plan.kept.map(stays));
  if (plan.old.length === 0 || servers.length === 0 || doubtful.length > 0) return;

  const mayGo = await proveWithout(work, bytes, plan.old);
  if (mayGo.length === 0) return;
  const removal = removalOf(path, mayGo);
  const removed = dryRun
    ? planned(path, bytes, removal)
    : await applyEdit(host, howOf(work), onlyFrom(bytes, path, removal));
  steps.push({ step: 'remove', certificates: removed.removed, backup: removed.backup });
  work.change = together(added, removed);
  if (!dryRun) {
    const inPlace = await prove(work, 'without-old');
    const stopped = seen(work, inPlace, (look, at) => look.verified !== true || stops(withBoth[at], look));
    if (stopped.length > 0) {
      work.withoutOld = inPlace;
      return putBack(work, stopped, added);
    }
  }
  const lost = noLongerServed(catalog, held, removed.kept);
  findings.push(...lost.map((provider) => needsToo(provider, mayGo)));
}

/** Those of the old roots that may go: all at once, else one after another, as what one server needs keeps no other. */
async function proveWithout(
  work: Work,
  bytes: Uint8Array | null,
  old: readonly Certificate[],
): Promise<readonly Certificate[]> {
  const { catalog, location, options, findings } = work;
  const without = (gone: readonly Certificate[]) =>
    prove(work, 'without-old', removalOf(location.path, gone)(bytes).bytes);
  const isProof = (looks: readonly Look[]) => looks.every(({ verified }) => verified === true);

  const withoutAll = await without(old);
  work.withoutOld = withoutAll;
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
  const theirs = new Set(catalog.rootsOf(options.provider).map(({ sha256 }) => sha256));
  const isTheirs = looks.some(({ anchor }) => anchor !== null && theirs.has(anchor));
  if (mayGo.length === 0 || isTheirs) return mayGo;
  findings.push(notTheirs(wordsOf(work)));
  return [];
}
