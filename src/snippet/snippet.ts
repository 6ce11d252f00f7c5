import { type Known, remarksOf, withRemarks } from './remarks.js';
import type { Client } from './types.js';

export interface Snippet {
  /** The settings with the remarks as comments, where the format has comments; without a last newline. */
  readonly text: string;
  readonly remarks: readonly string[];
  /** The root file that it makes the client read; null where the client cannot be told. */
  readonly path: string | null;
  /** The one that the client would look for by itself; null where it reads none. */
  readonly byDefault: string | null;
}

/**
 * One client's settings. `typed` spells this tool's commands as the user has to type them.
 * @throws PgRootCertError `not-expressible`: the client's format cannot hold one of the values
 */
export function snippetFor(client: Client, known: Known, typed: (text: string) => string): Snippet {
  const remarks = remarksOf(client, known).map(typed);
  return {
    text: withRemarks(client.language, remarks, client.text(known.values).trimEnd()),
    remarks,
    path: client.reads.named ? known.values.rootFile : null,
    byDefault: client.reads.byDefault(known.files),
  };
}
