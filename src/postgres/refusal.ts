import { PgRootCertError } from '../core/errors.js';

/** What stands for a password. */
export const HIDDEN = '***';

/**
 * A message of libpq's with one text of the user's in it, kept apart so that it can be hidden. Both texts are
 * bytes, one character each, as libpq counts and cuts them.
 */
export interface Refusal {
  /** The message, `%s` where the text goes. */
  readonly format: string;
  /** The text as libpq repeats it. */
  readonly text: string;
  /** The text as it may be shown. */
  readonly shown: string;
}

/** A refusal whose text is shown as it is unless something else is given. */
export function refuse(format: string, text = '', shown = text): Refusal {
  return { format, text, shown };
}

/** The message as it may be shown. */
export function messageOf(refusal: Refusal): string {
  return fromBytes(refusal.format.replace('%s', () => refusal.shown));
}

/** Text as libpq sees it: the bytes of its UTF-8, one character each, up to the first NUL. */
export function toBytes(text: string): string {
  const end = text.indexOf('\0');
  return Buffer.from(end < 0 ? text : text.slice(0, end), 'utf8').toString('latin1');
}

/** Bytes, one character each, as text; what is no UTF-8 becomes U+FFFD. */
export function fromBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** What libpq refuses before it connects, as the error that ends a command. */
export function settingsRefused(libpqMessage: string, conninfo: string): PgRootCertError {
  const bare = /^[\w.-]+$/.test(conninfo);
  return new PgRootCertError('settings-refused', `libpq refuses these settings: ${libpqMessage}`, {
    help: [
      bare ? `write host=${conninfo}` : 'mend the connection string, the service file or the environment',
    ],
  });
}
