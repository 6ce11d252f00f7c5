import { likely, type Pattern, possible } from './types.js';

const PLAIN_TEXT = [
  'no pg_hba.conf entry for host "{}", user "{}", database "{}", no encryption',
  'no pg_hba.conf entry for host "{}", user "{}", database "{}", SSL off',
  'no pg_hba.conf entry for replication connection from host "{}", user "{}", no encryption',
  'pg_hba.conf rejects connection for host "{}", user "{}", database "{}", no encryption',
  'pg_hba.conf rejects connection for host "{}", user "{}", database "{}", SSL off',
];

/** What the server itself says (auth.c, be-secure-openssl.c), whichever client prints it. */
export const SERVER: readonly Pattern[] = [
  {
    client: 'server',
    kind: 'aftermath',
    title: 'the server refuses connections without TLS',
    texts: PLAIN_TEXT,
    causes: [
      likely('hba-rejected', 'the server takes this user and database with TLS only, or not at all'),
      likely(
        'downgraded-to-plaintext',
        'TLS failed first, the client fell back and shows only the last error',
      ),
      possible('weak-sslmode', 'sslmode=disable or allow starts without TLS'),
    ],
    afterTlsFailure: {
      title: 'the second error: sslmode=prefer fell back to plain text, which the server refuses',
      causes: [
        likely('downgraded-to-plaintext', 'TLS failed first; this line only reports the attempt without TLS'),
      ],
    },
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'pg_hba.conf does not let this connection in',
    texts: [
      'no pg_hba.conf entry for host "{}", user "{}", database "{}", SSL encryption',
      'no pg_hba.conf entry for host "{}", user "{}", database "{}", SSL on',
      'no pg_hba.conf entry for host "{}", user "{}", database "{}", GSS encryption',
      'pg_hba.conf rejects connection for host "{}", user "{}", database "{}", SSL encryption',
      'pg_hba.conf rejects connection for host "{}", user "{}", database "{}", SSL on',
      'no pg_hba.conf entry for host',
      'pg_hba.conf rejects connection',
    ],
    causes: [likely('hba-rejected', 'no line of pg_hba.conf allows this address, user and database')],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'the server wants a client certificate',
    texts: [
      'connection requires a valid client certificate',
      'alert certificate required',
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'tls: certificate required',
      'CertificateRequired',
    ],
    causes: [
      likely('client-cert-required', 'the client sent no certificate'),
      possible('client-key-missing', 'the client has a certificate but cannot use it without its key'),
    ],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'the server refused the client certificate',
    texts: [
      'certificate authentication failed for user "{}"',
      'alert unsupported certificate',
      'alert bad certificate',
      'alert certificate revoked',
      'tls: bad certificate',
      'received fatal alert: bad_certificate',
    ],
    causes: [likely('client-cert-rejected', 'its name, purpose or issuer is not what the server accepts')],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'the client certificate has expired',
    texts: [
      'alert certificate expired',
      'received fatal alert: certificate_expired',
      'tls: expired certificate',
    ],
    causes: [
      likely('client-cert-expired', 'the server looked at the dates of the client certificate'),
      possible('server-cert-expired', "in the server's log the same words speak of the server's certificate"),
    ],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'the other side does not know the authority that issued a certificate',
    texts: [
      'alert unknown ca',
      'TLSV1_ALERT_UNKNOWN_CA',
      'received fatal alert: unknown_ca',
      'tls: unknown certificate authority',
      'AlertReceived(UnknownCA)',
    ],
    causes: [
      likely(
        'client-cert-rejected',
        'printed by a client: the server does not know the issuer of its certificate',
      ),
      possible('root-not-trusted', "in the server's log: the client does not trust the server's root"),
    ],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'client and server share no TLS version or cipher',
    texts: [
      'alert protocol version',
      'TLSV1_ALERT_PROTOCOL_VERSION',
      'unsupported protocol',
      'UNSUPPORTED_PROTOCOL',
      'no protocols available',
      'wrong version number',
      'WRONG_VERSION_NUMBER',
      'received fatal alert: protocol_version',
      'tls: protocol version not supported',
      'bad protocol version',
      'No appropriate protocol (protocol is disabled or cipher suites are inappropriate)',
    ],
    causes: [
      likely('tls-version-mismatch', 'one side allows only versions that the other has switched off'),
      possible('ssl-not-supported', 'what answered does not speak TLS at all'),
    ],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'the server has no place, or is not ready',
    texts: [
      'sorry, too many clients already',
      'remaining connection slots are reserved for',
      'too many connections for role "{}"',
      'too many connections for database "{}"',
      'the database system is starting up',
      'the database system is shutting down',
      'the database system is in recovery mode',
      'the database system is not accepting connections',
      'the database system is not yet accepting connections',
    ],
    causes: [likely('server-refused', 'TLS is fine; the server itself declines for now')],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'the server does not know the user or the database',
    texts: ['FATAL: database "{}" does not exist', 'FATAL: role "{}" does not exist'],
    causes: [likely('server-refused', 'TLS is fine; a name in the connection string is wrong')],
  },
  {
    client: 'server',
    kind: 'cause',
    title: 'the server broke off the handshake',
    texts: [
      'alert handshake failure',
      'SSLV3_ALERT_HANDSHAKE_FAILURE',
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      'received fatal alert: handshake_failure',
      'tls: handshake failure',
    ],
    causes: [
      likely('tls-version-mismatch', 'no version or cipher is allowed by both sides'),
      likely(
        'client-cert-required',
        'with TLS 1.2, a server that wants a client certificate may say so in this way',
      ),
      possible('client-cert-rejected', 'the server does not accept the client certificate'),
    ],
  },
];
