import type { Code } from '../../../src/core/codes.js';

export interface RealText {
  readonly text: string;
  /** The codes that must come first, in this order. */
  readonly first: readonly Code[];
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
}

const real = (
  text: string,
  first: readonly Code[],
  target: Omit<RealText, 'text' | 'first'> = {},
): RealText => ({
  text,
  first,
  ...target,
});

const TO = 'psql: error: connection to server at "db.example.com" (192.0.2.10), port 5432 failed:';
const DB = { host: 'db.example.com', port: '5432' };

/** psql and what is built on libpq, of PostgreSQL 12 to 18. */
export const LIBPQ_TEXTS: readonly RealText[] = [
  real(
    `${TO} root certificate file "/home/ana/.postgresql/root.crt" does not exist
Either provide the file, use the system's trusted roots with sslrootcert=system, or change sslmode to disable server certificate verification.`,
    ['root-crt-missing', 'home-mismatch'],
    { ...DB, path: '/home/ana/.postgresql/root.crt' },
  ),
  real(
    'psql: root certificate file "C:\\Users\\Ana Maria\\AppData\\Roaming/postgresql/root.crt" does not exist\nEither provide the file or change sslmode to disable server certificate verification.',
    ['root-crt-missing'],
    { path: 'C:\\Users\\Ana Maria\\AppData\\Roaming/postgresql/root.crt' },
  ),
  real(`${TO} root certificate file "system" does not exist`, ['sslrootcert-system-unsupported'], DB),
  real(
    `${TO} could not read root certificate file "/etc/ca.crt": no certificate or crl found`,
    ['root-crt-unparsable', 'download-not-a-certificate'],
    { ...DB, path: '/etc/ca.crt' },
  ),
  real(
    `${TO} could not read root certificate file "/etc/ca.crt": bad base64 decode`,
    ['root-crt-unparsable'],
    DB,
  ),
  real(`${TO} could not read root certificate file "/etc/ca.crt": bad end line`, ['root-crt-unparsable'], DB),
  real(
    `${TO} could not read root certificate file "/etc/ca.crt": `,
    ['root-crt-unparsable', 'root-crt-unreadable'],
    DB,
  ),
  real(
    'could not get home directory to locate root certificate file\nEither provide the file or change sslmode to disable server certificate verification.',
    ['home-not-found'],
  ),
  real(
    `${TO} could not open certificate file "/root/.postgresql/postgresql.crt": Permission denied`,
    ['permission-denied'],
    { ...DB, path: '/root/.postgresql/postgresql.crt' },
  ),
  real(
    `${TO} could not open certificate file "/etc/my.crt": Is a directory`,
    ['permission-denied', 'wrong-file-kind'],
    DB,
  ),
  real(
    `${TO} certificate present, but not private key file "/home/ana/.postgresql/postgresql.key"`,
    ['client-key-missing'],
    DB,
  ),
  real(`${TO} private key file "/dev/null" is not a regular file`, ['wrong-file-kind'], DB),
  real(
    `${TO} private key file "/home/ana/.postgresql/postgresql.key" has group or world access; file must have permissions u=rw (0600) or less if owned by the current user, or permissions u=rw,g=r (0640) or less if owned by root`,
    ['client-key-permissions'],
    DB,
  ),
  real(
    'ysqlsh: private key file "/.yugabytedb/tls.key" has group or world access; permissions should be u=rw (0600) or less',
    ['client-key-permissions'],
    { path: '/.yugabytedb/tls.key' },
  ),
  real(
    `${TO} could not load private key file "/home/ana/.postgresql/postgresql.key": key values mismatch`,
    ['client-key-mismatch'],
    DB,
  ),
  real(
    'certificate does not match private key file "/home/ana/k": x509 certificate routines:X509_check_private_key:key values mismatch',
    ['client-key-mismatch'],
  ),
  real(
    `${TO} weak sslmode "require" may not be used with sslrootcert=system (use "verify-full")`,
    ['weak-sslmode'],
    DB,
  ),
  real(
    'weak sslmode "prefer" may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")',
    ['weak-sslmode'],
  ),
  real('psql: error: invalid sslmode value: "bogus"', ['usage']),
  real('psql: error: invalid connection option "sslnegotiation"', ['usage', 'libpq-versions-differ']),
  real(`${TO} host name must be specified for a verified SSL connection`, ['usage'], DB),
  real(`${TO} SSL error: certificate verify failed`, ['root-not-trusted', 'unknown-ca'], DB),
  real(
    'connection failed: connection to server at "192.168.1.100", port 5432 failed: SSL error: certificate verify failed',
    ['root-not-trusted'],
    { host: '192.168.1.100', port: '5432' },
  ),
  real(
    `${TO} server certificate for "db1.internal" does not match host name "db.example.com"`,
    ['hostname-mismatch'],
    DB,
  ),
  real(
    'server certificate for "db1.internal" (and 2 other names) does not match host name "db.example.com"',
    ['hostname-mismatch'],
    { host: 'db.example.com' },
  ),
  real("could not get server's host name from server certificate", ['hostname-mismatch']),
  real(`${TO} server does not support SSL, but SSL was required`, ['ssl-not-supported'], DB),
  real('received invalid response to SSL negotiation: H', ['ssl-not-supported']),
  real(
    'psql: error: connection to server at "localhost" (127.0.0.1), port 1 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
    ['host-unreachable'],
    { host: 'localhost', port: '1' },
  ),
  real(
    'psql: error: could not translate host name "nonexist.invalid" to address: Name or service not known',
    ['host-unreachable'],
    { host: 'nonexist.invalid' },
  ),
  real(
    'psql: could not connect to server: Connection refused\n\tIs the server running on host "db.example.com" (192.0.2.10) and accepting\n\tTCP/IP connections on port 5433?',
    ['host-unreachable'],
    { host: 'db.example.com' },
  ),
  real(
    `${TO} SSL error: sslv3 alert handshake failure`,
    ['tls-version-mismatch', 'client-cert-required'],
    DB,
  ),
  real(`${TO} SSL error: tlsv1 alert protocol version`, ['tls-version-mismatch'], DB),
  real(`${TO} SSL error: unsupported protocol`, ['tls-version-mismatch'], DB),
  real(`${TO} SSL error: wrong version number`, ['tls-version-mismatch', 'ssl-not-supported'], DB),
  real(`${TO} SSL error: tlsv1 alert unknown ca`, ['client-cert-rejected', 'root-not-trusted'], DB),
  real('SSL error: tlsv13 alert certificate required', ['client-cert-required']),
  real(`${TO} SSL error: sslv3 alert unsupported certificate`, ['client-cert-rejected'], DB),
  real(`${TO} SSL error: sslv3 alert certificate expired`, ['client-cert-expired'], DB),
  real(`${TO} FATAL:  connection requires a valid client certificate`, ['client-cert-required'], DB),
  real('FATAL: certificate authentication failed for user "kong"', ['client-cert-rejected']),
  real(
    `${TO} FATAL:  no pg_hba.conf entry for host "203.0.113.7", user "ana", database "prod", no encryption`,
    ['hba-rejected', 'downgraded-to-plaintext', 'weak-sslmode'],
    DB,
  ),
  real('FATAL:  no pg_hba.conf entry for host "86.168.251.42", user "ana", database "d5i2", SSL off', [
    'hba-rejected',
    'downgraded-to-plaintext',
  ]),
  real(
    `${TO} FATAL:  no pg_hba.conf entry for host "203.0.113.7", user "ana", database "prod", SSL encryption`,
    ['hba-rejected'],
    DB,
  ),
];

/** The same, of what the client cannot use and of what the server says in between. */
export const MORE_LIBPQ_TEXTS: readonly RealText[] = [
  real(
    `${TO} could not read certificate file "/home/ana/.postgresql/postgresql.crt": no start line`,
    ['client-cert-unreadable', 'permission-denied'],
    { ...DB, path: '/home/ana/.postgresql/postgresql.crt' },
  ),
  real(
    `${TO} could not read certificate file "/home/ana/.postgresql/postgresql.crt": bad base64 decode`,
    ['client-cert-unreadable', 'permission-denied'],
    DB,
  ),
  real(
    `${TO} could not load private key file "/home/ana/.postgresql/postgresql.key": bad decrypt`,
    ['client-cert-unreadable', 'permission-denied'],
    { ...DB, path: '/home/ana/.postgresql/postgresql.key' },
  ),
  real(`${TO} SSL connection has been closed unexpectedly`, ['tls-failed', 'server-refused'], DB),
  real(`${TO} SSL SYSCALL error: EOF detected`, ['tls-failed'], DB),
  real(
    `${TO} direct SSL connection was established without ALPN protocol negotiation extension`,
    ['tls-failed'],
    DB,
  ),
  real(`${TO} FATAL:  sorry, too many clients already`, ['server-refused'], DB),
  real('FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute', [
    'server-refused',
  ]),
  real(`${TO} FATAL:  the database system is starting up`, ['server-refused'], DB),
  real(`${TO} FATAL:  database "prod" does not exist`, ['server-refused'], DB),
];

/** OpenSSL's words, as openssl, Python, PHP and others print them. */
export const OPENSSL_TEXTS: readonly RealText[] = [
  real('verify error:num=20:unable to get local issuer certificate', [
    'root-not-trusted',
    'unknown-ca',
    'intermediate-missing',
  ]),
  real('verify error:num=19:self-signed certificate in certificate chain', [
    'root-not-trusted',
    'unknown-ca',
    'impostor-root',
  ]),
  real('ssl/statem/statem_clnt.c:1924: (self signed certificate in certificate chain)', ['root-not-trusted']),
  real('verify error:num=18:self-signed certificate', ['self-signed-server']),
  real('verify error:num=21:unable to verify the first certificate', [
    'intermediate-missing',
    'root-not-trusted',
  ]),
  real('verify error:num=10:certificate has expired', ['server-cert-expired', 'root-expired', 'stale-root']),
  real('verify error:num=9:certificate is not yet valid', [
    'server-cert-not-yet-valid',
    'root-not-yet-valid',
  ]),
  real('error 12 at 1 depth lookup: CRL has expired', ['crl-expired']),
  real('error 3 at 1 depth lookup: unable to get certificate CRL', ['crl-incomplete']),
  real('error 23 at 0 depth lookup: certificate revoked', ['server-cert-revoked']),
  real(
    '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: EE certificate key too weak (_ssl.c:1076)',
    ['root-weak'],
  ),
  real('verify error:num=26:unsuitable certificate purpose', ['self-signed-server', 'root-not-a-ca']),
  real('error 79 at 1 depth lookup: invalid CA certificate', ['root-not-a-ca', 'root-crt-no-root']),
  real('error 7 at 0 depth lookup: certificate signature failure', [
    'impostor-root',
    'root-signature-invalid',
  ]),
  real('error 25 at 2 depth lookup: path length constraint exceeded', ['server-cert-invalid']),
  real('verify error:num=47:permitted subtree violation', ['server-cert-invalid']),
  real('error:0480006C:PEM routines::no start line', ['root-crt-unparsable', 'download-not-a-certificate']),
  real('error:04800064:PEM routines::bad base64 decode', ['root-crt-unparsable']),
  real('error:05800074:x509 certificate routines::key values mismatch', ['client-key-mismatch']),
  real('SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed', ['root-not-trusted']),
];

export const SCRIPTING_TEXTS: readonly RealText[] = [
  real(
    "Error: self-signed certificate in certificate chain\n    at TLSSocket.onConnectSecure (node:_tls_wrap:1677:34) {\n  code: 'SELF_SIGNED_CERT_IN_CHAIN'\n}",
    ['root-not-trusted'],
  ),
  real(
    "Error: self signed certificate\n    at TLSSocket.onConnectSecure (_tls_wrap.js:1473:34) {\n  code: 'DEPTH_ZERO_SELF_SIGNED_CERT'\n}",
    ['self-signed-server'],
  ),
  real("code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'", ['root-not-trusted']),
  real("Error: unable to verify the first certificate\n  code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'", [
    'intermediate-missing',
  ]),
  real("Error: certificate has expired\n  code: 'CERT_HAS_EXPIRED'", ['server-cert-expired']),
  real(
    "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: db.example.com. is not in the cert's altnames: DNS:db1.internal",
    ['hostname-mismatch'],
    { host: 'db.example.com' },
  ),
  real(
    'Error: The server does not support SSL connections\n    at Socket.<anonymous> (/app/node_modules/pg/lib/connection.js:77:37)',
    ['ssl-not-supported', 'host-unreachable'],
  ),
  real('Error: There was an error establishing an SSL connection', ['ssl-not-supported']),
  real('PostgresError: unrecognized configuration parameter "sslrootcert"', ['usage']),
  real('Error: Client network socket disconnected before secure TLS connection was established', [
    'ssl-not-supported',
  ]),
  real('Error: connect ECONNREFUSED 127.0.0.1:5432', ['host-unreachable'], {
    host: '127.0.0.1',
    port: '5432',
  }),
  real('Error: getaddrinfo ENOTFOUND db.example.com', ['host-unreachable'], { host: 'db.example.com' }),
  real("Error: P1001: Can't reach database server at `db.example.com:5432`", ['host-unreachable'], DB),
  real('Error: P1011: Error opening a TLS connection: bad certificate format', ['root-not-trusted']),
  real(
    'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1000)',
    ['root-not-trusted', 'unknown-ca', 'intermediate-missing'],
  ),
  real(
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'db.example.com'. (_ssl.c:1000)",
    ['hostname-mismatch'],
    { host: 'db.example.com' },
  ),
  real(
    'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Basic Constraints of CA cert not marked critical (_ssl.c:1032)',
    ['unknown-ca', 'root-not-a-ca'],
  ),
  real(
    'ConnectionError: PostgreSQL server at "127.0.0.1:54322" rejected SSL upgrade',
    ['ssl-not-supported'],
    { host: '127.0.0.1', port: '54322' },
  ),
  real(
    'asyncpg.exceptions._base.ClientConfigurationError: root certificate file "/home/ana/.postgresql/root.crt" does not exist or cannot be accessed',
    ['root-crt-missing', 'home-mismatch'],
  ),
];

export const JAVA_TEXTS: readonly RealText[] = [
  real(
    'org.postgresql.util.PSQLException: Could not open SSL root certificate file C:\\Users\\Ana Maria\\AppData\\Roaming\\postgresql\\root.crt.\n\tat org.postgresql.ssl.LibPQFactory',
    ['root-crt-missing', 'home-mismatch'],
    { path: 'C:\\Users\\Ana Maria\\AppData\\Roaming\\postgresql\\root.crt' },
  ),
  real(
    'Unable to obtain connection from database (jdbc:postgresql://servername.app.com:5432/mydb?ssl=true) for user: Could not open SSL root certificate file /Users/ana/.postgresql/root.crt.',
    ['root-crt-missing'],
    { host: 'servername.app.com', port: '5432', path: '/Users/ana/.postgresql/root.crt' },
  ),
  real('Loading the SSL root certificate /etc/ca.crt into a TrustManager failed.', ['root-crt-unparsable'], {
    path: '/etc/ca.crt',
  }),
  real(
    'org.postgresql.util.PSQLException: SSL error: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    ['root-not-trusted', 'unknown-ca'],
  ),
  real(
    'ValidatorException: PKIX path validation failed: java.security.cert.CertPathValidatorException: Path does not chain with any of the trust anchors',
    ['root-not-trusted', 'unknown-ca'],
  ),
  real('PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed', [
    'server-cert-expired',
  ]),
  real('PKIX path validation failed: java.security.cert.CertPathValidatorException: signature check failed', [
    'root-not-trusted',
    'server-cert-expired',
  ]),
  real(
    'Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Tue Dec 01 00:00:00 UTC 2026',
    ['server-cert-not-yet-valid'],
  ),
  real(
    'org.postgresql.util.PSQLException: The hostname db.example.com could not be verified by hostnameverifier PgjdbcHostnameVerifier.',
    ['hostname-mismatch'],
    { host: 'db.example.com' },
  ),
  real('org.postgresql.util.PSQLException: The server does not support SSL.', ['ssl-not-supported']),
  real('org.postgresql.util.PSQLException: Invalid sslmode value: bogus', ['usage']),
  real(
    'org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.',
    ['host-unreachable'],
    { host: 'localhost', port: '5432' },
  ),
];

export const DOTNET_TEXTS: readonly RealText[] = [
  real(
    'Npgsql.NpgsqlException (0x80004005): Exception while performing SSL handshake\n ---> System.Security.Authentication.AuthenticationException: The remote certificate was rejected by the provided RemoteCertificateValidationCallback.',
    ['root-not-trusted'],
  ),
  real(
    'System.Security.Authentication.AuthenticationException: The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch',
    ['hostname-mismatch'],
  ),
  real(
    'The remote certificate is invalid according to the validation procedure: RemoteCertificateChainErrors',
    ['root-not-trusted', 'unknown-ca'],
  ),
  real('The remote certificate is invalid because of errors in the certificate chain: NotTimeValid', [
    'server-cert-expired',
  ]),
  real(
    'Npgsql.Tls.ClientAlertException: CertificateUnknown: Server certificate was not accepted. Chain status: A certificate chain processed, but terminated in a root certificate which is not trusted by the trust provider.',
    ['root-not-trusted'],
  ),
  real(
    'Npgsql.NpgsqlException: SSL connection requested. No SSL enabled connection from this host is configured.',
    ['ssl-not-supported'],
  ),
];

export const GO_RUST_TEXTS: readonly RealText[] = [
  real(
    'failed to connect to `host=db.example.com user=ana database=prod`: failed to write startup message (tls: failed to verify certificate: x509: certificate signed by unknown authority)',
    ['root-not-trusted', 'unknown-ca'],
    { host: 'db.example.com' },
  ),
  real('tls: failed to verify certificate: x509: “db.example.com” certificate is not trusted', [
    'root-not-trusted',
    'unknown-ca',
  ]),
  real(
    'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "Supabase Root 2021 CA")',
    ['root-not-trusted', 'unknown-ca', 'impostor-root'],
  ),
  real(
    'tls: failed to verify certificate: x509: certificate is valid for db1.internal, localhost, not db.example.com',
    ['hostname-mismatch'],
    { host: 'db.example.com' },
  ),
  real('x509: certificate relies on legacy Common Name field, use SANs instead', ['hostname-mismatch']),
  real(
    'x509: certificate has expired or is not yet valid: current time 2026-11-21T10:00:00Z is after 2026-11-01T00:00:00Z',
    ['server-cert-expired'],
  ),
  real('tls: failed to verify certificate', ['root-not-trusted']),
  real('172.18.0.3:5432 (db): tls error: server refused TLS connection', ['ssl-not-supported']),
  real('pq: SSL is not enabled on the server', ['ssl-not-supported']),
  real('pq: Private key file has group or world access. Permissions should be u=rw (0600) or less', [
    'client-key-permissions',
  ]),
  real(
    'cannot parse `postgres://ana:xxxxx@db.example.com/prod`: failed to configure TLS (unable to read CA file: open /etc/ca.crt: no such file or directory)',
    ['root-crt-missing'],
    { host: 'db.example.com', path: '/etc/ca.crt' },
  ),
  real('remote error: tls: handshake failure', ['tls-version-mismatch']),
  real('error communicating with database: invalid peer certificate: UnknownIssuer', [
    'root-not-trusted',
    'unknown-ca',
    'intermediate-missing',
  ]),
  real('Error { kind: Tls, cause: Some(Custom { kind: InvalidData, error: WebPKIError(UnknownIssuer) }) }', [
    'root-not-trusted',
  ]),
  real('invalid peer certificate: NotValidForName', ['hostname-mismatch']),
  real(
    'invalid peer certificate: certificate not valid for name "db.example.com"; certificate is only valid for DnsName("localhost")',
    ['hostname-mismatch'],
    { host: 'db.example.com' },
  ),
  real('error performing TLS handshake: invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))', [
    'self-signed-server',
  ]),
  real('error communicating with database: invalid peer certificate: Other(UnsupportedCertVersion)', [
    'self-signed-server',
  ]),
  real('invalid peer certificate: Expired', ['server-cert-expired']),
  real('invalid peer certificate: NotValidYet', ['server-cert-not-yet-valid']),
  real('invalid peer certificate: BadSignature', ['impostor-root']),
  real('error occurred while attempting to establish a TLS connection: server does not support TLS', [
    'ssl-not-supported',
  ]),
  real('error performing TLS handshake: received corrupt message', ['root-not-trusted']),
];
