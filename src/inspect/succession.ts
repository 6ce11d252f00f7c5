import { isServed, type Succession, successionsOf } from '../catalog/succession.js';
import type { Catalog, CatalogRoot } from '../catalog/types.js';
import { type Finding, finding, type Help, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import { listed } from '../core/words.js';
import type { Certificate } from '../x509/types.js';

/** What the catalogue knows of a root's place in a file. */
export interface Standing {
  /** Its id in the package's own catalogue, which every command knows; else null. */
  readonly id: string | null;
  readonly successions: readonly Succession[];
  /** The providers that list it among their present roots, and that the file serves. */
  readonly neededBy: readonly string[];
}

const MOST_NAMES = 4;

/** How a root of the catalogue, null for an unknown one, stands in a file with the certificates `held`. */
export function standingOf(
  catalog: Catalog,
  root: CatalogRoot | null,
  held: readonly Certificate[],
): Standing {
  if (root === null) return { id: null, successions: [], neededBy: [] };
  const there = new Set(held.map(({ sha256 }) => sha256));
  const needing = catalog.providersOf(root).filter((provider) => isServed(catalog, provider, there));
  return {
    id: root.origin === 'embedded' ? root.id : null,
    successions: successionsOf(catalog, root, held),
    neededBy: needing.map(({ id }) => id),
  };
}

/** Whether the successor is there, a sentence for each provider. */
export function successionNotes({ successions }: Standing): string[] {
  return successions.map(({ kind, name, there, missing, isComplete }) => {
    const who =
      kind === 'new-key' ? `the newer key of the same name, for ${name},` : `its successor for ${name}`;
    if (kind === 'region-unknown') return `${who} is not there: no root of any region is`;
    return isComplete ? `${who} is there: ${idsOf(there)}` : `${who} is not there: ${idsOf(missing)} missing`;
  });
}

/** The installs that are missing. */
export function successionHelps({ successions }: Standing): Help[] {
  const incomplete = successions.filter(({ isComplete }) => !isComplete);
  return incomplete.slice(0, MOST_NAMES).map(({ kind, name }) => {
    const known = kind !== 'region-unknown';
    const text = known ? `if you use ${name}, install what is missing` : 'install the roots of your region';
    return help(text, [['pg-root-cert', 'install', name]], known ? 'auto' : 'review');
  });
}

/** How to take the old root out: with proof, where a provider can be named; at once only if some successor is there. */
export function retireHelps(certificate: Certificate, { id, successions }: Standing): Help[] {
  const moved =
    successions.find(({ kind, isComplete }) => kind === 'other-roots' && isComplete) ??
    successions.find(({ kind }) => kind === 'other-roots');
  const remove = ['pg-root-cert', 'remove', id ?? certificate.sha256];
  if (moved === undefined) return [help('take it out', [remove], 'review')];
  const rotate = ['pg-root-cert', 'rotate', moved.name, '--target', 'CONNINFO'];
  return [
    help('take it out with proof that your servers do without it', [rotate], 'review'),
    ...(moved.isComplete ? [help('or at once', [remove], 'review')] : []),
  ];
}

/** Of a root that is in order but has a successor; null for any other. */
export function supersededFinding(certificate: Certificate, standing: Standing): Finding | null {
  const { successions, neededBy } = standing;
  if (successions.length === 0) return null;
  const name = `"${printable(certificate.name)}"`;
  const notes = [
    ...successionNotes(standing),
    ...(neededBy.length === 0 ? [] : [`${neededBy.join(', ')} still needs it`]),
  ];
  if (!successions.some(({ isComplete }) => isComplete) && neededBy.length === 0) {
    return finding('superseded-without-successor', `${name} has a successor, which is not there`, {
      notes,
      help: successionHelps(standing),
    });
  }
  const isRekeyed = successions.some(({ kind }) => kind === 'new-key');
  const ways = isRekeyed ? [help('keep both: a server may show either')] : retireHelps(certificate, standing);
  return finding('root-superseded', `${name} has a successor`, {
    notes,
    help: [...successionHelps(standing), ...ways],
  });
}

const idsOf = (roots: readonly CatalogRoot[]): string =>
  listed(
    roots.map(({ id }) => id),
    MOST_NAMES,
  );
