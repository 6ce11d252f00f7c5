/** The majors of libpq whose rules are known. */
export const OLDEST_MAJOR = 12;
export const NEWEST_MAJOR = 18;

/** One connection parameter of libpq. */
export interface OptionFacts {
  readonly name: string;
  /** The environment variable that gives it; null where there is none. */
  readonly env: string | null;
  /** The compiled-in default; null where there is none. */
  readonly fallback: string | null;
  /** The majors that know it, both included. */
  readonly since: number;
  readonly until: number;
  /** True for a password or a key, which no message may show. */
  readonly secret: boolean;
}

type Row = readonly [name: string, env?: string | null, fallback?: string | null];

const SECRET: ReadonlySet<string> = new Set([
  'password',
  'sslpassword',
  'oauth_client_secret',
  'scram_client_key',
  'scram_server_key',
]);

function rows(since: number, until: number, list: readonly Row[]): OptionFacts[] {
  return list.map(([name, env = null, fallback = null]) => ({
    name,
    env,
    fallback,
    since,
    until,
    secret: SECRET.has(name),
  }));
}

const OPTIONS: readonly OptionFacts[] = [
  ...rows(OLDEST_MAJOR, NEWEST_MAJOR, [
    ['service', 'PGSERVICE'],
    ['user', 'PGUSER'],
    ['password', 'PGPASSWORD'],
    ['passfile', 'PGPASSFILE'],
    ['connect_timeout', 'PGCONNECT_TIMEOUT'],
    ['dbname', 'PGDATABASE'],
    ['host', 'PGHOST'],
    ['hostaddr', 'PGHOSTADDR'],
    ['port', 'PGPORT', '5432'],
    ['client_encoding', 'PGCLIENTENCODING'],
    ['options', 'PGOPTIONS', ''],
    ['application_name', 'PGAPPNAME'],
    ['fallback_application_name'],
    ['keepalives'],
    ['keepalives_idle'],
    ['keepalives_interval'],
    ['keepalives_count'],
    ['tcp_user_timeout'],
    ['sslmode', 'PGSSLMODE', 'prefer'],
    ['sslcompression', 'PGSSLCOMPRESSION', '0'],
    ['sslcert', 'PGSSLCERT'],
    ['sslkey', 'PGSSLKEY'],
    ['sslrootcert', 'PGSSLROOTCERT'],
    ['sslcrl', 'PGSSLCRL'],
    ['requirepeer', 'PGREQUIREPEER'],
    ['gssencmode', 'PGGSSENCMODE', 'prefer'],
    ['krbsrvname', 'PGKRBSRVNAME', 'postgres'],
    ['gsslib', 'PGGSSLIB'],
    ['replication'],
    ['target_session_attrs', 'PGTARGETSESSIONATTRS', 'any'],
  ]),
  ...rows(OLDEST_MAJOR, 13, [
    ['authtype', 'PGAUTHTYPE', ''],
    ['tty', 'PGTTY', ''],
  ]),
  ...rows(13, NEWEST_MAJOR, [
    ['channel_binding', 'PGCHANNELBINDING', 'prefer'],
    ['sslpassword'],
    ['ssl_min_protocol_version', 'PGSSLMINPROTOCOLVERSION', 'TLSv1.2'],
    ['ssl_max_protocol_version', 'PGSSLMAXPROTOCOLVERSION'],
  ]),
  ...rows(14, NEWEST_MAJOR, [
    ['sslcrldir', 'PGSSLCRLDIR'],
    ['sslsni', 'PGSSLSNI', '1'],
  ]),
  ...rows(16, NEWEST_MAJOR, [
    ['sslcertmode', 'PGSSLCERTMODE'],
    ['require_auth', 'PGREQUIREAUTH'],
    ['gssdelegation', 'PGGSSDELEGATION', '0'],
    ['load_balance_hosts', 'PGLOADBALANCEHOSTS', 'disable'],
  ]),
  ...rows(17, NEWEST_MAJOR, [['sslnegotiation', 'PGSSLNEGOTIATION', 'postgres']]),
  ...rows(18, NEWEST_MAJOR, [
    ['min_protocol_version', 'PGMINPROTOCOLVERSION'],
    ['max_protocol_version', 'PGMAXPROTOCOLVERSION'],
    ['scram_client_key'],
    ['scram_server_key'],
    ['oauth_issuer'],
    ['oauth_client_id'],
    ['oauth_client_secret'],
    ['oauth_scope'],
    ['sslkeylogfile'],
  ]),
];

const BY_NAME: ReadonlyMap<string, OptionFacts> = new Map(OPTIONS.map((option) => [option.name, option]));

/** Every parameter that libpq of this major knows (`PQconninfoOptions` in fe-connect.c). */
export function optionsOf(major: number): readonly OptionFacts[] {
  return OPTIONS.filter((option) => option.since <= major && major <= option.until);
}

/** True if libpq of this major has a parameter of this name. */
export function knowsOption(name: string, major: number): boolean {
  const option = BY_NAME.get(name);
  return option !== undefined && option.since <= major && major <= option.until;
}

/** True if libpq of any known major has a parameter of this name. */
export function isOptionOfAnyMajor(name: string): boolean {
  return BY_NAME.has(name) || name === 'requiressl';
}

/** True if the value of this parameter is a password or a key. */
export function isSecretOption(name: string): boolean {
  return SECRET.has(name);
}

/** The names of all parameters, of whatever major. */
export function allOptionNames(): readonly string[] {
  return [...BY_NAME.keys()];
}
