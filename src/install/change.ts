import type { Certificate } from '../x509/types.js';

/** What an edit makes of a file's bytes: pure, so that it can be shown, and made again under the lock. */
export interface Edited {
  /** null: the file is to be deleted, or not to be made. */
  readonly bytes: Uint8Array | null;
  readonly added: readonly Certificate[];
  readonly removed: readonly Certificate[];
  readonly kept: readonly Certificate[];
  /** The mode to give the file instead of the one that it has. */
  readonly mode?: number;
}

/** @throws PgRootCertError where the present content forbids the edit */
export type Edit = (present: Uint8Array | null) => Edited;

/** What a run did, or with `dryRun` would do, to one file. */
export interface Change {
  readonly path: string;
  readonly changed: boolean;
  readonly added: readonly Certificate[];
  readonly removed: readonly Certificate[];
  readonly kept: readonly Certificate[];
  readonly backup: string | null;
  /** The bytes before and after; null where there is no file. */
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** True where others' write access was, or would be, taken away. */
  readonly tightened: boolean;
}
