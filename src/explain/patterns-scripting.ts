import { likely, type Pattern, possible } from './types.js';

/** Node.js with node-postgres and postgres.js, Python with asyncpg. Their verify errors are OpenSSL's. */
export const NODE: readonly Pattern[] = [
  {
    client: 'node',
    kind: 'cause',
    title: 'the server certificate is for another name',
    texts: [
      "Hostname/IP does not match certificate's altnames: Host: {host}. is not",
      "Hostname/IP does not match certificate's altnames: IP: {host} is not",
      "Hostname/IP does not match certificate's altnames",
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    causes: [likely('hostname-mismatch', 'the name in the connection string is not in the certificate')],
  },
  {
    client: 'node-postgres',
    kind: 'cause',
    title: 'the server does not offer TLS, or had something else to say',
    texts: ['The server does not support SSL connections'],
    causes: [
      likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off'),
      possible(
        'host-unreachable',
        'node-postgres drops what else the server answers here, such as being too busy',
      ),
    ],
  },
  {
    client: 'node-postgres',
    kind: 'cause',
    title: 'the server broke off when node-postgres asked for TLS',
    texts: ['There was an error establishing an SSL connection'],
    causes: [
      likely('ssl-not-supported', 'what answered does not speak the protocol of PostgreSQL'),
      possible('tls-version-mismatch', 'client and server share no TLS version'),
    ],
  },
  {
    client: 'postgres.js',
    kind: 'cause',
    title: 'postgres.js has sent a setting of libpq to the server',
    texts: [
      'unrecognized configuration parameter "sslrootcert"',
      'unrecognized configuration parameter "sslmode"',
    ],
    causes: [
      likely('usage', 'postgres.js does not read sslrootcert: give the root in its option ssl, as ca'),
    ],
  },
  {
    client: 'postgres.js',
    kind: 'symptom',
    title: 'the server closed the connection during the TLS handshake',
    texts: ['Client network socket disconnected before secure TLS connection was established'],
    causes: [
      likely('ssl-not-supported', 'postgres.js begins the handshake even where the server has declined it'),
      possible('tls-version-mismatch', 'client and server share no TLS version'),
      possible('host-unreachable', 'something between here and the server cut the connection'),
    ],
  },
  {
    client: 'node',
    kind: 'aftermath',
    title: 'no connection to the server could be made',
    texts: [
      'connect ECONNREFUSED {host}:{port}',
      'getaddrinfo ENOTFOUND {host}',
      'getaddrinfo EAI_AGAIN {host}',
      'connect ETIMEDOUT {host}:{port}',
      'connect EHOSTUNREACH {host}:{port}',
    ],
    causes: [likely('host-unreachable', 'the name, the port, a firewall or the network is in the way')],
    afterTlsFailure: {
      title: 'another address of the same server did not answer',
      causes: [possible('host-unreachable', 'one of the addresses of the server does not answer')],
    },
  },
  {
    client: 'prisma',
    kind: 'aftermath',
    title: 'Prisma could not reach the server',
    texts: [
      "Can't reach database server at `{host}:{port}`",
      "Can't reach database server at `{host}`:`{port}`",
      "Can't reach database server",
    ],
    causes: [likely('host-unreachable', 'the name, the port, a firewall or the network is in the way')],
  },
  {
    client: 'prisma',
    kind: 'symptom',
    title: 'Prisma could not begin TLS',
    texts: ['Error opening a TLS connection'],
    causes: [
      likely('root-not-trusted', "Prisma wants the root in the URL's sslcert, and does not read root.crt"),
      possible('ssl-not-supported', 'the server does not offer TLS'),
      possible('tls-version-mismatch', 'client and server share no TLS version'),
    ],
  },
];

export const PYTHON: readonly Pattern[] = [
  {
    client: 'python',
    kind: 'cause',
    title: 'the server certificate is for another name',
    texts: [
      "Hostname mismatch, certificate is not valid for '{host}'",
      "IP address mismatch, certificate is not valid for '{host}'",
      'Hostname mismatch',
      'IP address mismatch',
    ],
    causes: [likely('hostname-mismatch', 'the name in the connection string is not in the certificate')],
  },
  {
    client: 'python',
    kind: 'cause',
    title: 'Python 3.13 and later refuse this root for its form',
    texts: [
      'Basic Constraints of CA cert not marked critical',
      'Missing Authority Key Identifier',
      'Missing Subject Key Identifier',
      'CA cert does not include key usage extension',
    ],
    causes: [
      likely(
        'unknown-ca',
        'a private authority that does not keep RFC 5280; its operator must issue a new root',
      ),
      possible('root-not-a-ca', 'the certificate lacks what marks an authority'),
    ],
  },
  {
    client: 'asyncpg',
    kind: 'cause',
    title: 'the server does not offer TLS',
    texts: ['PostgreSQL server at "{host}:{port}" rejected SSL upgrade', 'rejected SSL upgrade'],
    causes: [likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off')],
  },
  {
    client: 'asyncpg',
    kind: 'cause',
    title: 'asyncpg verifies and found no root certificate',
    texts: [
      'root certificate file "{path}" does not exist or cannot be accessed',
      'cannot determine location of user PostgreSQL configuration directory',
    ],
    causes: [
      likely('root-crt-missing', 'asyncpg looks in .postgresql of the home folder, on Windows too'),
      possible('home-mismatch', 'the file was put into the home folder of another user'),
    ],
  },
];
