import { likely, type Pattern, possible } from './types.js';

/** Npgsql, .NET's SslStream, and the Windows texts behind Power BI, Excel and native-tls. */
export const DOTNET: readonly Pattern[] = [
  {
    client: 'dotnet',
    kind: 'cause',
    title: 'the server certificate is for another name',
    texts: [
      'RemoteCertificateNameMismatch',
      'The specified hostname was not present in the certificate',
      "The certificate's CN name does not match the passed value",
    ],
    causes: [likely('hostname-mismatch', 'the name in the connection string is not in the certificate')],
  },
  {
    client: 'dotnet',
    kind: 'cause',
    title: '.NET finds no trusted root for the chain of the server',
    texts: [
      'RemoteCertificateChainErrors',
      'UntrustedRoot',
      'PartialChain',
      'terminated in a root certificate which is not trusted by the trust provider',
    ],
    causes: [
      likely(
        'root-not-trusted',
        'Npgsql reads root.crt for verify-ca and verify-full; other programs ask Windows',
      ),
      likely('unknown-ca', 'the root is a private one that only its operator can give you'),
      possible('intermediate-missing', 'the server does not send its intermediate certificate'),
      possible('server-cert-expired', 'the server certificate has expired'),
    ],
  },
  {
    client: 'dotnet',
    kind: 'cause',
    title: 'a certificate is out of its dates',
    texts: ['NotTimeValid'],
    causes: [
      likely('server-cert-expired', 'the server certificate was not renewed'),
      possible('server-cert-not-yet-valid', 'the clock of this machine is wrong'),
    ],
  },
  {
    client: 'npgsql',
    kind: 'symptom',
    title: 'Npgsql does not accept the server certificate',
    texts: [
      'The remote certificate is invalid according to the validation procedure',
      'The remote certificate was rejected by the provided RemoteCertificateValidationCallback',
      'The remote certificate is invalid because of errors in the certificate chain',
    ],
    causes: [
      likely('root-not-trusted', "the server's root is neither in root.crt nor in the system's store"),
      possible('hostname-mismatch', 'verify-full, and the host name is not in the certificate'),
      possible('intermediate-missing', 'the server does not send its intermediate certificate'),
      possible('server-cert-expired', 'the server certificate has expired'),
    ],
  },
  {
    client: 'npgsql',
    kind: 'symptom',
    title: 'Npgsql could not finish the TLS handshake',
    texts: ['Exception while performing SSL handshake'],
    causes: [
      likely('root-not-trusted', "the server's root is neither in root.crt nor in the system's store"),
      possible('tls-version-mismatch', 'client and server share no TLS version or cipher'),
    ],
  },
  {
    client: 'npgsql',
    kind: 'cause',
    title: 'the server does not offer TLS',
    texts: ['SSL connection requested. No SSL enabled connection from this host is configured'],
    causes: [likely('ssl-not-supported', 'the server, or a pooler before it, has TLS switched off')],
  },
];
