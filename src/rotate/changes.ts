import { PgRootCertError } from '../core/errors.js';
import type { Change, Edit } from '../install/change.js';
import { removeEdit } from '../install/edits.js';
import type { Certificate } from '../x509/types.js';

export function removalOf(path: string, gone: readonly Certificate[]): Edit {
  const sha256s = new Set(gone.map(({ sha256 }) => sha256));
  return removeEdit(path, ({ sha256 }) => sha256s.has(sha256));
}

/** The edit, but only of the content that was proved. @throws (from the edit) PgRootCertError `changed-since` */
export function onlyFrom(proved: Uint8Array | null, path: string, edit: Edit): Edit {
  return (present) => {
    if (present === null || proved === null || Buffer.compare(present, proved) !== 0) {
      throw new PgRootCertError('changed-since', `${path} has changed while its servers were asked`, {
        help: ['run the same command again: what is done already stays done'],
        path,
      });
    }
    return edit(present);
  };
}

/** Two changes, one after the other, as one. */
export function together(first: Change, second: Change): Change {
  const added = new Set(first.added.map(({ sha256 }) => sha256));
  return {
    path: first.path,
    changed: first.changed || second.changed,
    added: first.added,
    removed: second.removed,
    kept: second.kept.filter(({ sha256 }) => !added.has(sha256)),
    backup: first.backup ?? second.backup,
    before: first.before,
    after: second.after,
    tightened: first.tightened || second.tightened,
  };
}

/** What a change that was not made, or was taken back, comes to. */
export function unchanged(change: Change): Change {
  return { ...change, changed: false, added: [], backup: null, after: change.before, tightened: false };
}

/** What an edit of these bytes would be, for a dry run, in which they are in no file. */
export function planned(path: string, bytes: Uint8Array | null, edit: Edit): Change {
  const { bytes: after, added, removed, kept } = edit(bytes);
  return { path, changed: true, added, removed, kept, backup: null, before: bytes, after, tightened: false };
}
