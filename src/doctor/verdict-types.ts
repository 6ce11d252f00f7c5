import type { SslMode } from './evidence.js';

/** Where a connection attempt ends. `ok`: at the server's request for authentication, or its acceptance. */
export type Stage =
  | 'ok'
  | 'settings'
  | 'network'
  | 'tls'
  | 'certificate'
  | 'hostname'
  | 'client-certificate'
  | 'startup';

/** libpq's verdict for one sslmode. */
export interface ModeVerdict {
  /** null where it would take a connection that the settings don't permit, so that nothing is known. */
  readonly connects: boolean | null;
  /** PQerrorMessage whole, less its last newline and any password; null where libpq prints nothing. */
  readonly libpqMessage: string | null;
}

/** libpq's verdict for the settings as they are, and for each sslmode with everything else the same. */
export interface Verdict extends ModeVerdict {
  readonly stage: Stage;
  readonly modes: Readonly<Record<SslMode, ModeVerdict>>;
}
