import { likely, type Pattern, possible } from './types.js';

/** libpq's messages about settings: fe-connect.c (PQconnectPoll, connectOptions2), PostgreSQL 12 to 18. */
export const LIBPQ_SETTINGS: readonly Pattern[] = [
  {
    client: 'libpq',
    kind: 'cause',
    title: 'the sslmode is too weak for the other settings',
    texts: [
      'weak sslmode "{}" may not be used with sslrootcert=system',
      'weak sslmode "{}" may not be used with sslnegotiation=direct',
      'weak sslmode',
    ],
    causes: [
      likely('weak-sslmode', 'sslrootcert=system wants verify-full, sslnegotiation=direct at least require'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'libpq does not know this value of a setting',
    texts: [
      'invalid sslmode value: "{}"',
      'invalid sslnegotiation value: "{}"',
      'invalid sslcertmode value: "{}"',
      'invalid gssencmode value: "{}"',
      'invalid channel_binding value: "{}"',
      'invalid ssl_min_protocol_version value: "{}"',
      'invalid ssl_max_protocol_version value: "{}"',
      'invalid SSL protocol version range',
    ],
    causes: [likely('usage', 'a value is misspelt, or empty where it may not be')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'this libpq does not know an option',
    texts: ['invalid connection option "{}"', 'invalid URI query parameter: "{}"'],
    causes: [
      likely('usage', 'the name of an option is misspelt'),
      possible('libpq-versions-differ', 'the option is newer than this libpq'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'verify-full has no host name to compare with',
    texts: ['host name must be specified for a verified SSL connection'],
    causes: [likely('usage', 'give host as well; hostaddr is never compared')],
  },
];

/** What libpq says of the server: open_client_SSL, pq_verify_peer_name_matches_certificate, PQconnectPoll. */
export const LIBPQ_SERVER: readonly Pattern[] = [
  {
    client: 'libpq',
    kind: 'symptom',
    title: 'libpq does not trust the server certificate, and does not say why',
    texts: ['SSL error: certificate verify failed'],
    causes: [
      likely('root-not-trusted', 'the root of this server is not in root.crt'),
      likely('unknown-ca', "the server's root is a private one that only its operator can give you"),
      possible('require-now-verifies', 'sslmode=require verifies too as soon as a root.crt exists'),
      possible('intermediate-missing', 'the server does not send its intermediate certificate'),
      possible('self-signed-server', 'the server made its own certificate'),
      possible('server-cert-expired', 'the server certificate has expired'),
      possible(
        'root-crt-no-root',
        'root.crt holds an intermediate or a server certificate instead of the root',
      ),
      possible('root-expired', 'the root in root.crt has expired'),
      possible('crl-incomplete', 'a root.crl lies beside root.crt and does not cover the whole chain'),
      possible('crl-expired', 'a root.crl lies beside root.crt and is out of date'),
      possible('server-cert-not-yet-valid', 'the clock of this machine is wrong'),
      possible('server-cert-revoked', 'a revocation list names the server certificate'),
      possible(
        'server-cert-invalid',
        'OpenSSL refuses a certificate of the chain for its key, use or signature',
      ),
      possible('impostor-root', 'somebody else answers in the place of the server'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'the server certificate is for another name',
    texts: [
      'server certificate for {} does not match host name "{host}"',
      "could not get server's host name from server certificate",
    ],
    causes: [likely('hostname-mismatch', 'the name in the connection string is not in the certificate')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'the server does not offer TLS',
    texts: ['server does not support SSL, but SSL was required'],
    causes: [likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'what answered does not speak the protocol of PostgreSQL',
    texts: [
      'received invalid response to SSL negotiation',
      'server sent an error response during SSL exchange',
    ],
    causes: [
      likely('ssl-not-supported', 'the port belongs to another service, or a proxy is in the way'),
      possible('host-unreachable', 'the server was too busy to take the connection'),
    ],
  },
  {
    client: 'libpq',
    kind: 'symptom',
    title: 'the connection broke off while TLS was in use',
    texts: [
      'SSL connection has been closed unexpectedly',
      'SSL SYSCALL error: EOF detected',
      'SSL SYSCALL error: Connection reset by peer',
    ],
    causes: [
      likely('tls-failed', 'a proxy, a gateway or a firewall cut the handshake'),
      possible('server-refused', 'a pooler does not know this user, database or host name'),
      possible('client-cert-required', 'a server that wants a client certificate may hang up without a word'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'the server, or what stands before it, does not know sslnegotiation=direct',
    texts: [
      'direct SSL connection was established without ALPN protocol negotiation extension',
      'SSL connection was established with unexpected ALPN protocol',
    ],
    causes: [likely('tls-failed', 'direct TLS needs PostgreSQL 17, and proxies that know its name')],
  },
  {
    client: 'libpq',
    kind: 'aftermath',
    title: 'no connection to the server could be made',
    texts: [
      'could not translate host name "{host}" to address',
      'connection to server at "{host}" ({}), port {port} failed: Connection refused',
      'connection to server at "{host}", port {port} failed: Connection refused',
      'connection to server at "{host}" ({}), port {port} failed: timeout expired',
      'connection to server at "{host}", port {port} failed: timeout expired',
      'could not connect to server: Connection refused',
      'server closed the connection unexpectedly',
      'Connection refused',
      'timeout expired',
    ],
    causes: [likely('host-unreachable', 'the name, the port, a firewall or the network is in the way')],
    afterTlsFailure: {
      title: 'another address of the same server did not answer',
      causes: [possible('host-unreachable', 'one of the addresses of the server does not answer')],
    },
  },
];
