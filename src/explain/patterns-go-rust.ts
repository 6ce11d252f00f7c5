import { likely, type Pattern, possible } from './types.js';

/** Go's crypto/x509 with pgx and lib/pq. Both take any certificate of the file for an anchor and ignore the CN. */
export const GO: readonly Pattern[] = [
  {
    client: 'go',
    kind: 'cause',
    title: "no root in this client's file leads to the server certificate",
    texts: ['x509: certificate signed by unknown authority', 'x509: "{}" certificate is not trusted'],
    causes: [
      likely('root-not-trusted', "the server's root is not in the file that this client uses"),
      likely('unknown-ca', 'the root is a private one that only its operator can give you'),
      possible('intermediate-missing', 'the server does not send its intermediate certificate'),
      possible('self-signed-server', 'the server made its own certificate'),
    ],
  },
  {
    client: 'go',
    kind: 'cause',
    title: 'the root in the file has the right name and another key',
    texts: ['possibly because of "{}" while trying to verify candidate authority certificate'],
    causes: [
      likely('impostor-root', 'two roots share a name; only the key and the SHA-256 tell them apart'),
      possible('root-not-trusted', 'the provider has changed its root and kept the name'),
    ],
  },
  {
    client: 'go',
    kind: 'cause',
    title: 'the server certificate is for another name',
    texts: [
      'x509: certificate is valid for {}, not {host}',
      'x509: certificate is not valid for any names, but wanted to match {host}',
      "x509: cannot validate certificate for {host} because it doesn't contain any IP SANs",
    ],
    causes: [likely('hostname-mismatch', 'the name in the connection string is not in the certificate')],
  },
  {
    client: 'go',
    kind: 'cause',
    title: 'the server certificate carries its name in the old place only',
    texts: ['certificate relies on legacy Common Name field'],
    causes: [
      likely('hostname-mismatch', 'Go looks at subjectAltName only, where libpq also takes the common name'),
    ],
  },
  {
    client: 'go',
    kind: 'cause',
    title: 'a certificate is out of its dates',
    texts: ['x509: certificate has expired or is not yet valid'],
    causes: [
      likely('server-cert-expired', 'the server certificate was not renewed'),
      possible('root-expired', 'the root in the file has expired'),
      possible('server-cert-not-yet-valid', 'the clock of this machine is wrong'),
    ],
  },
  {
    client: 'go',
    kind: 'symptom',
    title: 'the server certificate could not be verified',
    texts: ['tls: failed to verify certificate'],
    causes: [
      likely('root-not-trusted', "the server's root is not in the file that this client uses"),
      possible('hostname-mismatch', 'the name in the connection string is not in the certificate'),
    ],
  },
  {
    client: 'pgx',
    kind: 'aftermath',
    title: 'the server does not offer TLS',
    texts: ['server refused TLS connection'],
    causes: [likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off')],
    afterTlsFailure: {
      title: 'another address of the same server does not offer TLS',
      causes: [possible('ssl-not-supported', 'one of the addresses of the server has TLS switched off')],
    },
  },
  {
    client: 'lib-pq',
    kind: 'cause',
    title: 'the server does not offer TLS',
    texts: ['SSL is not enabled on the server'],
    causes: [likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off')],
  },
  {
    client: 'lib-pq',
    kind: 'cause',
    title: 'others may read the client key',
    texts: ['private key file has group or world access', 'private key has world access'],
    causes: [likely('client-key-permissions', 'the key must be readable by its owner only (0600)')],
  },
  {
    client: 'pgx',
    kind: 'cause',
    title: 'the root certificate file cannot be used',
    texts: [
      'unable to read CA file: open {path}: no such file',
      'unable to read CA file',
      'unable to add CA to cert pool',
      "couldn't parse pem in sslrootcert",
    ],
    causes: [
      likely('root-crt-missing', 'sslrootcert names a file that is not there'),
      likely('root-crt-unparsable', 'the content is not a list of PEM certificates'),
    ],
  },
];

/** rustls and webpki behind sqlx and tokio-postgres: `invalid peer certificate: …` in its forms over the years. */
export const RUST: readonly Pattern[] = [
  {
    client: 'rustls',
    kind: 'cause',
    title: 'no root that this client knows leads to the server certificate',
    texts: [
      'invalid peer certificate: UnknownIssuer',
      'invalid certificate: UnknownIssuer',
      'InvalidCertificate(UnknownIssuer)',
      'WebPKIError(UnknownIssuer)',
    ],
    causes: [
      likely(
        'root-not-trusted',
        'sqlx does not read root.crt: name the file in sslrootcert or PGSSLROOTCERT',
      ),
      likely('unknown-ca', 'the root is a private one that only its operator can give you'),
      likely('intermediate-missing', 'the server does not send its intermediate certificate'),
    ],
  },
  {
    client: 'rustls',
    kind: 'cause',
    title: 'the server certificate is for another name',
    texts: [
      'invalid peer certificate: certificate not valid for name "{host}"',
      'invalid peer certificate: NotValidForName',
      'NotValidForName',
      'CertNotValidForName',
    ],
    causes: [likely('hostname-mismatch', 'the name in the connection string is not in its subjectAltName')],
  },
  {
    client: 'rustls',
    kind: 'cause',
    title: 'the server presents an authority as its own certificate',
    texts: ['CaUsedAsEndEntity'],
    causes: [
      likely(
        'self-signed-server',
        'a self-signed certificate marked as an authority; libpq accepts it, rustls not',
      ),
    ],
  },
  {
    client: 'rustls',
    kind: 'cause',
    title: 'a certificate has expired',
    texts: [
      'invalid peer certificate: Expired',
      'invalid peer certificate: certificate expired',
      'CertExpired',
      'InvalidCertificate(Expired',
    ],
    causes: [
      likely('server-cert-expired', 'the server certificate was not renewed'),
      possible('server-cert-not-yet-valid', 'the clock of this machine is wrong'),
    ],
  },
  {
    client: 'rustls',
    kind: 'cause',
    title: 'a certificate is not valid yet',
    texts: [
      'invalid peer certificate: NotValidYet',
      'invalid peer certificate: certificate not valid yet',
      'CertNotValidYet',
    ],
    causes: [likely('server-cert-not-yet-valid', 'the clock of this machine is behind')],
  },
  {
    client: 'rustls',
    kind: 'cause',
    title: 'a certificate is of a version that rustls does not accept',
    texts: ['UnsupportedCertVersion'],
    causes: [likely('self-signed-server', 'a version 1 certificate; libpq accepts it, rustls not')],
  },
  {
    client: 'rustls',
    kind: 'cause',
    title: 'a signature in the chain is wrong',
    texts: ['invalid peer certificate: BadSignature', 'InvalidSignatureForPublicKey'],
    causes: [likely('impostor-root', 'the root in the file has the right name and another key')],
  },
  {
    client: 'sqlx',
    kind: 'cause',
    title: 'the server does not offer TLS',
    texts: [
      'error occurred while attempting to establish a TLS connection: server does not support TLS',
      'server does not support TLS',
    ],
    causes: [likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off')],
  },
  {
    client: 'rustls',
    kind: 'symptom',
    title: 'the server certificate could not be verified',
    texts: ['invalid peer certificate', 'error performing TLS handshake'],
    causes: [
      likely('root-not-trusted', "the server's root is not among those that this client uses"),
      possible('hostname-mismatch', 'the name in the connection string is not in the certificate'),
      possible('server-cert-expired', 'the server certificate has expired'),
    ],
  },
];
