import { CSHARP, FIELDS } from '../languages.js';
import { adoValue, jsonString, type Parameters } from '../quoting.js';
import type { Client } from '../types.js';
import { fields } from './java.js';
import { NO_GSS } from './shared.js';

/** Source: Npgsql's documentation, Connection String Parameters; Security and Encryption. */
const npgsql: Client = {
  id: 'npgsql',
  title: 'Npgsql (.NET)',
  place: 'for NpgsqlDataSource.Create; the string alone is what appsettings.json wants',
  language: CSHARP,
  reads: {
    named: true,
    byDefault: ({ libpq }) => libpq,
    words: "by itself it reads $FILE, and the system's roots where that is missing",
  },
  require: {
    verifies: false,
    words: 'does not verify anything since Npgsql 7, even with the root file there',
  },
  password: 'from a password file (PGPASSFILE) or PGPASSWORD; or user secrets',
  gss: 'gssencmode=disable: before Npgsql 10 nothing need be set; from 10 on add ;GSS Encryption Mode=Disable, which older ones refuse',
  text: ({ host, port, database, user, rootFile }) => {
    const parameters: Parameters = [
      ['Host', host],
      ['Port', String(port)],
      ['Database', database],
      ['Username', user],
      ['SSL Mode', 'VerifyFull'],
      ['Root Certificate', rootFile],
    ];
    const text = parameters.map(([name, value]) => `${name}=${adoValue(value)}`).join(';');
    return `var connectionString = ${jsonString(text)};`;
  },
};

/**
 * Power BI carries Npgsql 4.0, which knows no root file and no verify-full: over TLS it has .NET check the certificate
 * and the host name. Source: Microsoft Learn, Power Query connectors, PostgreSQL (Prerequisites); Npgsql 4.0,
 * NpgsqlConnector.RawOpen.
 */
const powerBi: Client = {
  id: 'power-bi',
  title: 'Power BI',
  place: 'Get data, PostgreSQL database',
  language: FIELDS,
  reads: { named: false, byDefault: () => null, words: "it reads Windows' own root certificates, no file" },
  require: {
    verifies: true,
    words:
      'is what an encrypted connection is here, and it verifies: Npgsql 4.0 has Windows check certificate and host name',
  },
  password: 'Power BI asks for it, under Database',
  gss: NO_GSS,
  more: () => [
    'A connection without encryption, which Power BI may offer when the certificate does not hold, is to be cancelled.',
    "A root that Windows lacks goes into the store Trusted Root Certification Authorities of the computer that connects: a gateway's too.",
  ],
  text: ({ host, port, database, user }) =>
    fields([
      ['Server', `${host.includes(':') ? `[${host}]` : host}:${port}`],
      ['Database', database],
      ['User name', user],
      ['Use encrypted connection', 'on'],
    ]),
};

export const DOTNET_CLIENTS = [npgsql, powerBi];
