import { isNativeError } from 'node:util/types';
import { PgRootCertError } from '../core/errors.js';
import type { Connected, Row } from './login.js';

/** What the server answered, as it said it. */
export interface Answers {
  /** `18.4 (Debian …)`. */
  readonly version: string;
  /** Such as 180004. */
  readonly versionNumber: number;
  readonly user: string;
  readonly database: string;
  /** By name; a setting that this server does not have, or does not show to this user, is not there. */
  readonly settings: ReadonlyMap<string, string>;
  /** Of pg_stat_activity, this connection left out: at most `MOST_SESSIONS` + 1, those without TLS first. */
  readonly sessions: readonly Row[];
  /** Of pg_hba_file_rules, in order; null where this user may not read it, or the server is older than 10. */
  readonly hba: readonly Row[] | null;
}

export const MOST_SESSIONS = 10_000;
const MOST_RULES = 10_000;
/** pg_stat_ssl came with 9.5. */
const OLDEST = 90_500;

/** Settings of PostgreSQL's own about TLS and passwords. */
const SETTINGS = [
  'ssl',
  'ssl_min_protocol_version',
  'ssl_max_protocol_version',
  'ssl_ciphers',
  'ssl_tls13_ciphers',
  'ssl_cert_file',
  'ssl_ca_file',
  'ssl_crl_file',
  'ssl_crl_dir',
  'ssl_library',
  'password_encryption',
] as const;

/** Settings by which a provider makes every client use TLS: Amazon RDS's, and Azure's. */
export const ENFORCING = ['rds.force_ssl', 'require_secure_transport'] as const;

const START = [
  'BEGIN TRANSACTION READ ONLY',
  // Nothing that somebody has put into another schema is called.
  'SET LOCAL search_path = pg_catalog',
  'SET LOCAL statement_timeout = 8000',
  'SET LOCAL lock_timeout = 2000',
];

/**
 * Asks all in one transaction, which changes nothing and is rolled back: so it leaves no setting behind in a pooler's
 * connection either.
 *
 * @throws PgRootCertError `audit-failed`
 */
export async function askServer(connection: Connected): Promise<Answers> {
  for (const each of START) await connection.query(each);
  const { version, number, user, database } = await about(connection);
  const versionNumber = Number(number);
  if (!(versionNumber >= OLDEST)) {
    throw new PgRootCertError('audit-failed', `the server is of version ${version}, older than 9.5`, {
      help: ['it does not say which sessions use TLS'],
    });
  }
  const settings = await settingsOf(connection, versionNumber);
  const sessions = await connection.query(sessionsQuery(versionNumber));
  const hba = versionNumber >= 100_000 ? await hbaRules(connection, versionNumber) : null;
  await connection.query('ROLLBACK');
  return { version, versionNumber, user, database, settings, sessions, hba };
}

async function about(
  connection: Connected,
): Promise<Record<'version' | 'number' | 'user' | 'database', string>> {
  const [row = {}] = await connection.query(`SELECT current_setting('server_version') AS version,
    current_setting('server_version_num') AS number, current_user AS user, current_database() AS database`);
  const text = (name: string): string => row[name] ?? '';
  return { version: text('version'), number: text('number'), user: text('user'), database: text('database') };
}

async function settingsOf(connection: Connected, version: number): Promise<ReadonlyMap<string, string>> {
  const names = SETTINGS.map((name) => `'${name}'`).join(', ');
  const own = await connection.query(`SELECT name, setting FROM pg_settings WHERE name IN (${names})`);
  // Before 9.6 a setting that is not there is an error; and pg_settings does not list what no module has declared.
  const others =
    version < 90_600
      ? []
      : await connection.query(
          ENFORCING.map(
            (name) => `SELECT '${name}' AS name, current_setting('${name}', true) AS setting`,
          ).join(' UNION ALL '),
        );
  return new Map(
    [...own, ...others].flatMap(({ name, setting }) =>
      name == null || setting == null || setting === '' ? [] : [[name, setting] as const],
    ),
  );
}

/**
 * pg_stat_ssl of 12 renamed clientdn; pg_stat_gssapi is of 12, backend_type of 10. Of a session that this user may not
 * look into there are only process, user, database and application (`pg_stat_get_activity` in pgstatfuncs.c).
 */
const sessionsQuery = (version: number): string => `
  SELECT a.pid, a.usename AS user, a.datname AS database, host(a.client_addr) AS address,
    a.client_port AS port, a.application_name AS application,
    ${version >= 100_000 ? 'a.backend_type' : 'NULL::text'} AS type,
    to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    s.ssl, s.version, s.cipher, s.bits, s.${version >= 120_000 ? 'client_dn' : 'clientdn'} AS dn,
    ${version >= 120_000 ? 'g.encrypted' : 'NULL::boolean'} AS gss,
    a.backend_start IS NULL AS hidden
  FROM pg_stat_activity a LEFT JOIN pg_stat_ssl s ON s.pid = a.pid
    ${version >= 120_000 ? 'LEFT JOIN pg_stat_gssapi g ON g.pid = a.pid' : ''}
  WHERE a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
  ORDER BY s.ssl NULLS FIRST, a.backend_start LIMIT ${MOST_SESSIONS + 1}`;

/** SQLSTATE insufficient_privilege, and what a file that cannot be opened gives (undefined_file). */
const NOT_SHOWN: readonly unknown[] = ['42501', '58P01', '42P01', '42883'];

/** In a savepoint: a refusal ends only this question. */
async function hbaRules(connection: Connected, version: number): Promise<readonly Row[] | null> {
  const file = version >= 160_000 ? 'file_name' : 'NULL::text';
  const order = version >= 160_000 ? 'rule_number' : 'line_number';
  await connection.query('SAVEPOINT hba');
  try {
    return await connection.query(`
      SELECT ${file} AS file, line_number AS line, type, array_to_string(database, ',') AS database,
        array_to_string(user_name, ',') AS user, address, netmask, auth_method AS method, error
      FROM pg_hba_file_rules ORDER BY ${order} NULLS LAST LIMIT ${MOST_RULES}`);
  } catch (error) {
    const cause = error instanceof PgRootCertError ? error.cause : null;
    const sqlstate = isNativeError(cause) && 'code' in cause ? cause.code : null;
    if (!NOT_SHOWN.includes(sqlstate)) throw error;
    await connection.query('ROLLBACK TO SAVEPOINT hba');
    return null;
  }
}
