import { count } from '../core/words.js';
import type { Missing, ScannedCertificate, ScannedFile } from './judge.js';

export const expiredOf = ({ certificates }: ScannedFile): readonly ScannedCertificate[] =>
  certificates.filter(({ state }) => state === 'expired');
export const supersededOf = ({ certificates }: ScannedFile): readonly ScannedCertificate[] =>
  certificates.filter(({ superseded }) => superseded);

export const isStale = (file: ScannedFile): boolean =>
  expiredOf(file).length > 0 || supersededOf(file).length > 0 || file.missing.length > 0;

/** What is wrong with a file, each in a few words; empty for one that is not stale. */
export function faultsOf(file: ScannedFile): string[] {
  const [expired, superseded] = [expiredOf(file).length, supersededOf(file).length];
  const all = file.certificates.length;
  return [
    ...(expired === 0
      ? []
      : [
          all === 1
            ? 'its one certificate has expired'
            : `${expired} of its ${all} certificates ${expired === 1 ? 'has' : 'have'} expired`,
        ]),
    ...(superseded === 0 ? [] : [`${count(superseded, 'root')} retired, with no successor there`]),
    ...file.missing.map(missingWords),
  ];
}

function missingWords({ provider, roots, regions }: Missing): string {
  if (regions === null || regions.missing.length === 0) {
    return `${count(roots.length, 'root')} of ${provider} ${roots.length === 1 ? 'is' : 'are'} missing`;
  }
  const { missing, count: all } = regions;
  return `${missing.length} of ${all} regions of ${provider} ${missing.length === 1 ? 'is' : 'are'} missing`;
}

/** The more has expired or is missing, the earlier; then by path. */
export function worstFirst(one: ScannedFile, other: ScannedFile): number {
  const weight = (file: ScannedFile): number =>
    expiredOf(file).length +
    supersededOf(file).length +
    file.missing.reduce((sum, { roots }) => sum + roots.length, 0);
  return weight(other) - weight(one) || (one.path < other.path ? -1 : 1);
}
