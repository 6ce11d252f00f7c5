import { likely, type Pattern, possible } from './types.js';

/** pgjdbc (LibPQFactory, MakeSSL, PGjdbcHostnameVerifier) and the Java runtime's PKIX texts. */
export const JAVA: readonly Pattern[] = [
  {
    client: 'pgjdbc',
    kind: 'cause',
    title: 'pgjdbc verifies and found no root certificate',
    texts: [
      'Could not open SSL root certificate file {path}. ',
      'Could not open SSL root certificate file {path}',
    ],
    causes: [
      likely('root-crt-missing', 'the file that pgjdbc looks for is not there'),
      likely('home-mismatch', 'Java takes the home folder from the password database, not from HOME'),
      possible('root-crt-unreadable', 'the user that runs Java may not read the file'),
    ],
  },
  {
    client: 'pgjdbc',
    kind: 'cause',
    title: 'pgjdbc cannot read the root certificate file',
    texts: [
      'Loading the SSL root certificate {path} into a TrustManager failed',
      'Could not read SSL root certificate file {path}',
    ],
    causes: [
      likely('root-crt-unparsable', 'the content is not a list of certificates'),
      possible('root-crt-unreadable', 'the user that runs Java may not read the file'),
    ],
  },
  {
    client: 'java',
    kind: 'cause',
    title: 'Java finds no way from the server certificate to a trusted root',
    texts: [
      'PKIX path building failed',
      'unable to find valid certification path to requested target',
      'Path does not chain with any of the trust anchors',
    ],
    causes: [
      likely(
        'root-not-trusted',
        "the server's root is not in root.crt, or not in the store that Java was told to use",
      ),
      likely('unknown-ca', 'the root is a private one that only its operator can give you'),
      possible('intermediate-missing', 'the server does not send its intermediate certificate'),
      possible('root-crt-no-root', 'keytool -import takes only the first certificate of a file'),
    ],
  },
  {
    client: 'java',
    kind: 'cause',
    title: 'a certificate has expired',
    texts: ['CertificateExpiredException', 'validity check failed'],
    causes: [
      likely('server-cert-expired', 'the server certificate was not renewed'),
      possible('root-expired', 'the root in the file has expired'),
      possible('server-cert-not-yet-valid', 'the clock of this machine is wrong'),
    ],
  },
  {
    client: 'java',
    kind: 'cause',
    title: 'a certificate is not valid yet',
    texts: ['CertificateNotYetValidException'],
    causes: [likely('server-cert-not-yet-valid', 'the clock of this machine is behind')],
  },
  {
    client: 'java',
    kind: 'symptom',
    title: 'Java refused the chain of the server',
    texts: ['PKIX path validation failed'],
    causes: [
      likely('root-not-trusted', 'no trusted root leads to the server certificate'),
      likely('server-cert-expired', 'a certificate of the chain is out of its dates'),
      possible('server-cert-revoked', 'a certificate of the chain has been revoked'),
      possible('root-weak', 'Java has disabled an algorithm that the chain uses'),
    ],
  },
  {
    client: 'pgjdbc',
    kind: 'cause',
    title: 'the server certificate is for another name',
    texts: [
      'The hostname {host} could not be verified by hostnameverifier',
      'The hostname {host} could not be verified',
      'Server name validation failed: hostname {host} does not match common name',
      'Server name validation failed: certificate for host {host}',
    ],
    causes: [likely('hostname-mismatch', 'the name in the JDBC URL is not in the certificate')],
  },
  {
    client: 'pgjdbc',
    kind: 'cause',
    title: 'the server does not offer TLS',
    texts: ['The server does not support SSL'],
    causes: [likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off')],
  },
  {
    client: 'pgjdbc',
    kind: 'cause',
    title: 'pgjdbc does not know this value of a setting',
    texts: ['Invalid sslmode value'],
    causes: [likely('usage', 'the value of sslmode is misspelt')],
  },
  {
    client: 'pgjdbc',
    kind: 'aftermath',
    title: 'no connection to the server could be made',
    texts: ['Connection to {host}:{port} refused', 'java.net.UnknownHostException: {host}'],
    causes: [likely('host-unreachable', 'the name, the port, a firewall or the network is in the way')],
    afterTlsFailure: {
      title: 'another address of the same server did not answer',
      causes: [possible('host-unreachable', 'one of the addresses of the server does not answer')],
    },
  },
];
