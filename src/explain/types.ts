import type { Code } from '../core/codes.js';

/** The program or library whose words a pattern knows. `server` is PostgreSQL itself, seen through any client. */
export type Client =
  | 'libpq'
  | 'server'
  | 'openssl'
  | 'node'
  | 'node-postgres'
  | 'postgres.js'
  | 'pgjdbc'
  | 'java'
  | 'npgsql'
  | 'dotnet'
  | 'go'
  | 'pgx'
  | 'lib-pq'
  | 'python'
  | 'asyncpg'
  | 'sqlx'
  | 'rustls'
  | 'prisma'
  | 'windows';

export interface Cause {
  readonly code: Code;
  readonly likelihood: 'likely' | 'possible';
  /** One sentence, lower case, without a full stop. */
  readonly why: string;
}

/**
 * What an error text tells. `cause` names what is wrong; `symptom` says only that TLS failed, and gives way to
 * a cause; `aftermath` is what a second attempt or another address said, and stands last: after `prefer` has
 * failed with TLS and tried plain text, "no pg_hba.conf entry … no encryption" leads away from the fault.
 */
export type Kind = 'cause' | 'symptom' | 'aftermath';

/**
 * An error text that is known, as data. Each of `texts` is the client's own format with `{host}`, `{port}`,
 * `{path}` or `{}` where it fills something in; white space and the case of letters do not count.
 */
export interface Pattern {
  readonly client: Client;
  readonly kind: Kind;
  readonly title: string;
  readonly texts: readonly string[];
  readonly causes: readonly Cause[];
  /** What it means instead where a TLS failure stands in the same text. */
  readonly afterTlsFailure?: { readonly title: string; readonly causes: readonly Cause[] };
}

export interface Match {
  readonly client: Client;
  readonly title: string;
  /** The words that matched; what the client filled in is left out (`…`) unless it is a host, a port or a path. */
  readonly quote: string;
}

export interface Explanation {
  /** The most telling first. Empty where the text is not known. */
  readonly matched: readonly Match[];
  /** The likely ones first, each code once. */
  readonly causes: readonly Cause[];
  /** The server that the text names, where it does. */
  readonly host: string | null;
  readonly port: string | null;
  /** The file that the text is about. */
  readonly path: string | null;
  /** argv of the command that finds out which cause it is. */
  readonly decide: readonly string[];
  /** argv of the command that installs the roots of this host's provider, where a missing root is likely. */
  readonly remedy: readonly string[] | null;
}

export const likely = (code: Code, why: string): Cause => ({ code, likelihood: 'likely', why });
export const possible = (code: Code, why: string): Cause => ({ code, likelihood: 'possible', why });
