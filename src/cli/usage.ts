import { PgRootCertError } from '../core/errors.js';

/** What is wrong with a command line: the fact, and the way out. */
export function usage(
  message: string,
  help: readonly string[] = ['see pg-root-cert --help'],
): PgRootCertError {
  return new PgRootCertError('usage', message, { help });
}
