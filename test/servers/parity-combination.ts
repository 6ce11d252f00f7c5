import type { ClientName, CrlName, RootName } from './parity-pieces.js';
import type { RealName, ScriptedName } from './parity-servers.js';

/** What else a case says: the client's files and settings. */
export interface Client {
  /** What sslrootcert names. Default: a file that is not there. */
  readonly root?: RootName;
  /** What sslcrl names. Default: a file that is not there. */
  readonly crl?: CrlName;
  /** What sslcert and sslkey name. Default: files that are not there. */
  readonly client?: ClientName;
  /** Default: `localhost`. */
  readonly host?: string;
  /** Default: `127.0.0.1`; null: not given. */
  readonly hostaddr?: string | null;
  /** More of the conninfo. PORT and CLOSED stand for the server's port and for one where nobody listens. */
  readonly more?: string;
  /** What SSL_CERT_FILE names, OpenSSL's own place of roots. */
  readonly systemRoots?: RootName;
  /** The majors that it is asked of, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Asked only of a libpq with this OpenSSL: the other says it in other words. */
  readonly openSsl?: '1.1.1' | '3';
  /** The files lie in ~/.postgresql and HOME leads there; libpq before 15 would not look. */
  readonly byHome?: true;
}

export type Mode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export interface Combination {
  readonly title: string;
  readonly server: RealName | `scripted:${ScriptedName}`;
  readonly sslmode: Mode;
  readonly client: Client;
}
