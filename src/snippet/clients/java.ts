import { FIELDS, PROPERTIES } from '../languages.js';
import { jdbcGss, jdbcParameters, jdbcUrl } from '../parameters.js';
import { bareLine, type Parameters, propertyValue, uriQuery } from '../quoting.js';
import type { Client, Values } from '../types.js';
import { PGJDBC } from './shared.js';

const DIALOG = 'a field of a dialog';
export const fields = (parameters: Parameters): string =>
  parameters.map(([name, value]) => `${name}: ${bareLine(DIALOG, value)}`).join('\n');
const properties = (parameters: Parameters): string =>
  parameters.map(([name, value]) => `${name}=${propertyValue(value)}`).join('\n');

/**
 * The first way is pgjdbc's own LibPQFactory, the second Java's (pgjdbc, Configuring the Client; JSSE Reference Guide,
 * Customizing the Default Keystores and Truststores). verify-full checks the host name in both.
 */
const jdbc: Client = {
  ...PGJDBC,
  id: 'jdbc',
  title: 'JDBC (Java, pgjdbc)',
  place: 'url and user for DriverManager.getConnection or a pool; javax.net.ssl.… with -D for the whole JVM',
  language: PROPERTIES,
  password:
    "from the application's own settings, as the property password; never in the url, which gets into logs",
  more: ({ storeCommand }) => [
    'Take url, by which LibPQFactory reads the PEM file; or url.keystore with a store of its own.',
    'Make the store with:',
    `  ${storeCommand}`,
  ],
  text: (values) => {
    const factory = 'org.postgresql.ssl.DefaultJavaSSLFactory';
    const store: Parameters = [['sslmode', 'verify-full'], ['sslfactory', factory], ...jdbcGss(values.noGss)];
    return properties([
      ['url', jdbcUrl(values, jdbcParameters(values))],
      ['user', values.user],
      ['url.keystore', jdbcUrl(values, store)],
      ['javax.net.ssl.trustStore', values.storeFile],
      ['javax.net.ssl.trustStoreType', 'PKCS12'],
      ['javax.net.ssl.trustStorePassword', 'STORE_PASSWORD'],
    ]);
  },
};

/** Source: DBeaver's manual, Create Connection (Main, Driver properties); PostgreDataSource.java, initSSL. */
const dbeaver: Client = {
  ...PGJDBC,
  id: 'dbeaver',
  title: 'DBeaver',
  place: 'New Database Connection, PostgreSQL: the first four under Main, the rest under Driver properties',
  language: FIELDS,
  password: 'the field Password, or DBeaver asks',
  text: (values) =>
    fields([
      ['Host', values.host],
      ['Port', String(values.port)],
      ['Database', values.database],
      ['Username', values.user],
      ...jdbcParameters(values),
    ]),
};

/** Source: DbVisualizer Users Guide, Create a Connection (Basics) and Driver Properties. */
const dbvisualizer: Client = {
  ...PGJDBC,
  id: 'dbvisualizer',
  title: 'DbVisualizer',
  place:
    'Create Connection, PostgreSQL: the first four under Connection, the rest under Properties, Driver Properties',
  language: FIELDS,
  password: 'the field Database Password, or DbVisualizer asks',
  text: (values) =>
    fields([
      ['Database Server', values.host],
      ['Database Port', String(values.port)],
      ['Database', values.database],
      ['Database Userid', values.user],
      ...jdbcParameters(values),
    ]),
};

/** Source: Aqua Data Studio's wiki, SSL Connections (Server Properties, Driver, Parameters). */
const aquaDataStudio: Client = {
  ...PGJDBC,
  id: 'aqua-data-studio',
  title: 'Aqua Data Studio',
  place: 'Register Server, PostgreSQL: the first four under General, Parameters under Driver',
  language: FIELDS,
  password: 'the field Password, or Aqua Data Studio asks',
  text: (values) =>
    fields([
      ['Host', values.host],
      ['Port', String(values.port)],
      ['Database', values.database],
      ['Login Name', values.user],
      ['Parameters', `?${uriQuery(jdbcParameters(values))}`],
    ]),
};

/** Source: Looker's documentation, Connecting Looker to your database (SSL, Additional JDBC parameters). */
const looker: Client = {
  ...PGJDBC,
  id: 'looker',
  title: 'Looker',
  place: 'Admin, Connections, Add Connection',
  language: FIELDS,
  password: 'the field Password',
  reads: {
    ...PGJDBC.reads,
    words: 'by itself pgjdbc reads .postgresql/root.crt in the home of the user that runs Looker',
  },
  more: ({ rootFile }) => [
    `Looker connects from its own server: ${rootFile} must be there, readable by the user that runs Looker. Where Looker hosts it for you, ask its operator.`,
  ],
  text: (values) =>
    fields([
      ['Dialect', 'PostgreSQL 9.5+'],
      ['Host', values.host],
      ['Port', String(values.port)],
      ['Database', values.database],
      ['Username', values.user],
      ['SSL', 'on'],
      ['Additional JDBC parameters', uriQuery(jdbcParameters(values))],
    ]),
};

/** Source: Tableau's help, Customize and Tune a Connection, Use a properties file; Configure SSL for JDBC Connections. */
const tableau: Client = {
  ...PGJDBC,
  id: 'tableau',
  title: 'Tableau',
  place: 'save it as postgres.properties in My Tableau Repository/Datasources, and restart Tableau',
  language: PROPERTIES,
  password: 'the field Password',
  more: (values) => [
    'Then connect to a server, PostgreSQL, with these fields and Require SSL ticked:',
    ...dialogOf(values),
    'This holds for versions that connect with pgjdbc. Tableau Server has a folder of its own for such files, and the root file must be there too.',
  ],
  text: (values) => properties(jdbcParameters(values)),
};

const dialogOf = ({ host, port, database, user }: Values): string[] =>
  fields([
    ['Server', host],
    ['Port', String(port)],
    ['Database', database],
    ['Username', user],
  ])
    .split('\n')
    .map((line) => `  ${line}`);

export const JAVA_CLIENTS = [jdbc, dbeaver, dbvisualizer, aquaDataStudio, looker, tableau];
