import { PgRootCertError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import type { DiagnoseOptions } from '../doctor/diagnose.js';
import { locate } from '../locate/location.js';

/** `host=a user=b` without quotes around it comes as two words; they are one target unless a name comes twice. */
export function joined(words: readonly string[]): readonly string[] {
  const names = words.map((word) => /^(\w+)=\S*$/.exec(word)?.[1]);
  const isOne = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return isOne && words.length > 1 ? [words.join(' ')] : words;
}

/** Without a home libpq goes on as if there were no file, and so does the doctor. */
export async function locationOf(host: Host, file: string | undefined): Promise<DiagnoseOptions['location']> {
  try {
    return await locate(host, file);
  } catch (error) {
    if (error instanceof PgRootCertError && error.code === 'home-not-found') return { findings: [] };
    throw error;
  }
}
