import { PgRootCertError } from '../core/errors.js';

/** `host=a user=b` without quotes around it comes as two words; they are one target unless a name comes twice. */
export function joined(words: readonly string[]): readonly string[] {
  const names = words.map((word) => /^(\w+)=\S*$/.exec(word)?.[1]);
  const isOne = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return isOne && words.length > 1 ? [words.join(' ')] : words;
}

/** The end of a command that needs settings which libpq refuses, with libpq's words. */
export function settingsRefused(libpqMessage: string, conninfo: string): PgRootCertError {
  const bare = /^[\w.-]+$/.test(conninfo);
  return new PgRootCertError('settings-refused', `libpq refuses these settings: ${libpqMessage}`, {
    help: [
      bare ? `write host=${conninfo}` : 'mend the connection string, the service file or the environment',
    ],
  });
}
