import { conninfoValue, type Parameters, uriHost, uriPart, uriPath, uriQuery } from './quoting.js';
import type { Values } from './types.js';

/** libpq's parameters by libpq's names. */
export const libpqParameters = (values: Values): Parameters => [
  ['host', values.host],
  ['port', String(values.port)],
  ['dbname', values.database],
  ['user', values.user],
  ...tlsParameters(values),
];

/** Those of them that are about encryption. */
export const tlsParameters = ({ rootFile, noGss }: Values): Parameters => [
  ['sslmode', 'verify-full'],
  ['sslrootcert', rootFile],
  ...(noGss ? ([['gssencmode', 'disable']] as const) : []),
];

export const conninfo = (parameters: Parameters, separator = ' '): string =>
  parameters.map(([name, value]) => `${name}=${conninfoValue(value)}`).join(separator);

/** A URI with these parameters after the `?`. @throws PgRootCertError `not-expressible` */
export const uri = ({ host, port, database, user }: Values, query: Parameters): string =>
  `postgresql://${uriPart(user)}@${uriHost(host)}:${port}/${uriPath(database)}?${uriQuery(query)}`;

/** pgjdbc's parameters by its names (Initializing the Driver, Connection Parameters). */
export const jdbcParameters = ({ rootFile, noGss }: Values): Parameters => [
  ['sslmode', 'verify-full'],
  ['sslrootcert', rootFile],
  ...jdbcGss(noGss),
];

export const jdbcGss = (noGss: boolean): Parameters => (noGss ? [['gssEncMode', 'disable']] : []);

/** @throws PgRootCertError `not-expressible` */
export const jdbcUrl = ({ host, port, database }: Values, parameters: Parameters): string =>
  `jdbc:postgresql://${uriHost(host)}:${port}/${uriPath(database)}?${uriQuery(parameters)}`;
