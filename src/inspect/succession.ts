import { isServed, type Succession, successionsOf } from '../catalog/succession.js';
import type { Catalog, CatalogRoot } from '../catalog/types.js';
import { type Finding, finding, type Help, help } from '../core/findings.js';
import { printable } from '../core/printable.js';
import type { Certificate } from '../x509/types.js';

/** What the catalogue knows of a root's place in a file. */
export interface Standing {
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
  if (root === null) return { successions: [], neededBy: [] };
  const there = new Set(held.map(({ sha256 }) => sha256));
  const needing = catalog.providersOf(root).filter((provider) => isServed(catalog, provider, there));
  return { successions: successionsOf(catalog, root, held), neededBy: needing.map(({ id }) => id) };
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

/** The installs that are missing; nothing where some successor is there whole. */
export function successionHelps({ successions }: Standing): Help[] {
  if (successions.some(({ isComplete }) => isComplete)) return [];
  return successions.slice(0, MOST_NAMES).map(({ kind, name }) => {
    const known = kind !== 'region-unknown';
    const text = known ? `if you use ${name}, install what is missing` : 'install the roots of your region';
    return help(text, [['pg-root-cert', 'install', name]], known ? 'auto' : 'review');
  });
}

/** The command that goes from old to new in the safe order; nothing for what has no provider to name. */
export function rotateHelps({ successions }: Standing): Help[] {
  const [moved] = successions.filter(({ kind }) => kind === 'other-roots');
  if (moved === undefined) return [];
  const rotate = ['pg-root-cert', 'rotate', moved.name, '--target', 'CONNINFO'];
  return [help('or both, with proof in between', [rotate], 'review')];
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
  const remove = ['pg-root-cert', 'remove', certificate.sha256];
  const isRekeyed = successions.some(({ kind }) => kind === 'new-key');
  const ways = isRekeyed
    ? [help('keep both: a server may show either')]
    : neededBy.length > 0
      ? [help(`take it out if you use nothing of ${neededBy.join(', ')}`, [remove], 'review')]
      : [help('take it out once no server needs it', [remove], 'review'), ...rotateHelps(standing)];
  return finding('root-superseded', `${name} has a successor`, {
    notes,
    help: [...successionHelps(standing), ...ways],
  });
}

function idsOf(roots: readonly CatalogRoot[]): string {
  const ids = roots.slice(0, MOST_NAMES).map(({ id }) => id);
  const more = roots.length - ids.length;
  return more > 0 ? `${ids.join(', ')} and ${more} more` : ids.join(', ');
}
