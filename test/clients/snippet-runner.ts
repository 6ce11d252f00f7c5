import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientId } from '../../src/snippet/ids.js';
import type { Call } from './clients.js';
import type { Runtime } from './runtimes.js';

/** A snippet to be run in a home folder, with a query whose answer is printed. */
export interface Attempt {
  readonly text: string;
  readonly home: string;
  readonly query: string;
}

export interface Runner {
  readonly id: ClientId;
  readonly title: string;
  /** The call; null where the client is not on this machine. */
  find(): ((attempt: Attempt) => Call) | null;
}

export const save = (home: string, name: string, text: string): string => {
  writeFileSync(join(home, name), `${text}\n`);
  return join(home, name);
};

/** The snippet with a few lines after it that ask the query, the program's first argument. */
export const continued = (
  id: ClientId,
  title: string,
  runtime: () => Runtime | null,
  file: string,
  tail: string,
): Runner => ({
  id,
  title,
  find() {
    const found = runtime();
    if (found === null) return null;
    return ({ text, home, query }) => {
      const program = save(home, file, `${text}\n${tail}`);
      return { argv: [...found.command(program), query], env: found.env };
    };
  },
});
