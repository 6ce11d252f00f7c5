import { distinct } from '../core/distinct.js';
import { PgRootCertError } from '../core/errors.js';
import { readBundle } from '../x509/bundle.js';
import { mergeBundle, removeFromBundle } from '../x509/merge.js';
import type { BundleProblem, Certificate } from '../x509/types.js';
import type { Edit } from './change.js';

/**
 * Adds certificates to what is there; with `replace` nothing of what is there stays.
 *
 * @throws (from the edit) PgRootCertError `root-crt-unparsable`
 */
export function installEdit(path: string, certificates: readonly Certificate[], replace: boolean): Edit {
  return (present) => {
    const merged = mergeBundle(replace ? null : present, certificates);
    if ('refused' in merged) throw unparsable(path, merged.refused);
    if (!replace || present === null)
      return { bytes: merged.bytes, added: merged.added, removed: [], kept: merged.kept };
    return replaced(present, merged.bytes, certificates);
  };
}

/** What `--replace` does, told in terms of what was there. A file that holds just these already stays as it is. */
function replaced(
  present: Uint8Array,
  bytes: Uint8Array,
  certificates: readonly Certificate[],
): ReturnType<Edit> {
  const old = readBundle(present);
  const wanted = new Set(certificates.map((each) => each.sha256));
  const had = new Set(old.certificates.map((each) => each.sha256));
  const added = certificates.filter((each) => !had.has(each.sha256));
  const kept = certificates.filter((each) => had.has(each.sha256));
  const removed = distinct(old.certificates.filter((each) => !wanted.has(each.sha256)));
  const asWanted = old.problem === null && added.length === 0 && removed.length === 0;
  return { bytes: asWanted ? present : bytes, added, removed, kept };
}

/**
 * Takes certificates out; with none left the file goes, for libpq can't load an empty one and would refuse every
 * TLS connection.
 *
 * @throws (from the edit) PgRootCertError `root-crt-unparsable`
 */
export function removeEdit(path: string, shouldGo: (certificate: Certificate) => boolean): Edit {
  return (present) => {
    if (present === null) return { bytes: null, added: [], removed: [], kept: [] };
    const left = removeFromBundle(present, shouldGo);
    if ('refused' in left) throw unparsable(path, left.refused);
    return { bytes: left.bytes, added: [], removed: left.removed, kept: left.kept };
  };
}

function unparsable(path: string, { reason, line }: BundleProblem): PgRootCertError {
  const where = line === null ? '' : ` (line ${line})`;
  return new PgRootCertError('root-crt-unparsable', `libpq cannot read ${path}: ${reason}${where}`, {
    help: [
      'look at the file and mend it, or move it away',
      `or drop all that it holds, keeping a backup: pg-root-cert install NAME --replace`,
    ],
    path,
  });
}
