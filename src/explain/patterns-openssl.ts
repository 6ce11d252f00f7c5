import { likely, type Pattern, possible } from './types.js';

/**
 * OpenSSL's verify errors (x509_txt.c; the number is X509_V_ERR_*) and what Node, Python and pgbouncer print of
 * them. Node's codes are those of its tls documentation.
 */
export const OPENSSL: readonly Pattern[] = [
  {
    client: 'openssl',
    kind: 'cause',
    title: 'the issuer of a certificate was not found (20)',
    texts: [
      'unable to get local issuer certificate',
      'unable to get issuer certificate',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_GET_ISSUER_CERT',
    ],
    causes: [
      likely('root-not-trusted', "the server's root is not in the file that this client uses"),
      likely('unknown-ca', 'the root is a private one that only its operator can give you'),
      possible('intermediate-missing', 'the server does not send its intermediate certificate'),
      possible('root-crt-no-root', 'the file holds an intermediate instead of the root'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'the chain is complete, but its root is not trusted (19)',
    texts: [
      'self-signed certificate in certificate chain',
      'self signed certificate in certificate chain',
      'SELF_SIGNED_CERT_IN_CHAIN',
    ],
    causes: [
      likely('root-not-trusted', "the server sends its root, and this client's file does not hold it"),
      likely('unknown-ca', 'the root is a private one; ask its operator for the file and its SHA-256'),
      possible('impostor-root', 'a root of the right name and another key is not the right root'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'the server made its own certificate (18)',
    texts: ['self-signed certificate', 'self signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    causes: [
      likely('self-signed-server', 'the server certificate has no issuer but itself'),
      possible('impostor-root', 'something else answers in the place of the server'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'the server sends its own certificate only (21)',
    texts: ['unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    causes: [
      likely('intermediate-missing', 'the server does not send its intermediate certificate'),
      likely('root-not-trusted', "the server's root is not in the file that this client uses"),
      possible('unknown-ca', 'the root is a private one that only its operator can give you'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a certificate has expired (10)',
    texts: ['certificate has expired', 'CERT_HAS_EXPIRED'],
    causes: [
      likely('server-cert-expired', 'the server certificate was not renewed'),
      possible('root-expired', 'the root in the file has expired and nothing else vouches for the server'),
      possible('stale-root', 'the file was never refreshed after the provider changed its root'),
      possible('server-cert-not-yet-valid', 'the clock of this machine is wrong'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a certificate is not valid yet (9)',
    texts: ['certificate is not yet valid', 'CERT_NOT_YET_VALID'],
    causes: [
      likely(
        'server-cert-not-yet-valid',
        'the clock of this machine is behind, or the certificate is brand new',
      ),
      possible('root-not-yet-valid', 'the root in the file begins in the future'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a revocation list is out of date (12)',
    texts: ['CRL has expired', 'CRL_HAS_EXPIRED'],
    causes: [likely('crl-expired', 'root.crl must be fetched again before its next update is due')],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a revocation list is missing (3)',
    texts: ['unable to get certificate CRL', 'UNABLE_TO_GET_CRL'],
    causes: [likely('crl-incomplete', 'every authority of the chain needs its list in the same file')],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a certificate of the chain has been revoked (23)',
    texts: ['certificate revoked', 'CERT_REVOKED'],
    causes: [likely('server-cert-revoked', 'its authority has withdrawn the server certificate')],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a key is too short for this OpenSSL (66, 67)',
    texts: [
      'EE certificate key too weak',
      'CA certificate key too weak',
      'ca md too weak',
      'ee key too small',
      'CA_MD_TOO_WEAK',
    ],
    causes: [
      likely('root-weak', 'the security level of OpenSSL asks for longer keys and newer digests'),
      possible('unknown-ca', 'a private authority should issue new certificates'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a certificate stands where an authority must (79)',
    texts: ['invalid CA certificate', 'INVALID_CA'],
    causes: [
      likely('root-not-a-ca', 'a server certificate was taken for a root'),
      possible('root-crt-no-root', 'the file holds no root at all'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a certificate is used for what it is not made for (26)',
    texts: ['unsuitable certificate purpose', 'unsupported certificate purpose', 'INVALID_PURPOSE'],
    causes: [
      likely('self-signed-server', "the server shows an authority's certificate as its own"),
      possible('root-not-a-ca', 'a server certificate was taken for a root'),
      possible('server-cert-invalid', "the server's certificate is not made for servers"),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a signature in the chain is wrong (7)',
    texts: ['certificate signature failure', 'CERT_SIGNATURE_FAILURE'],
    causes: [
      likely('impostor-root', 'the root in the file has the right name and another key'),
      possible('root-signature-invalid', 'the certificate in the file is damaged'),
      possible('server-cert-invalid', 'a certificate that the server sends was altered'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a certificate of the chain may not be what it is, or where it is',
    texts: [
      'path length constraint exceeded',
      'PATH_LENGTH_EXCEEDED',
      'permitted subtree violation',
      'excluded subtree violation',
      'unhandled critical extension',
      'CA signature digest algorithm too weak',
    ],
    causes: [likely('server-cert-invalid', 'its authority issued it against the rules that OpenSSL checks')],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a file holds no PEM block of the expected kind',
    texts: ['no start line', 'NO_START_LINE', 'no certificate or crl found', 'NO_CERTIFICATE_OR_CRL_FOUND'],
    causes: [
      likely('root-crt-unparsable', 'the file is empty, DER, or something else than a certificate'),
      likely('download-not-a-certificate', 'what was saved is not a certificate'),
    ],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'a PEM block is damaged',
    texts: ['bad base64 decode', 'BAD_BASE64_DECODE', 'bad end line', 'BAD_END_LINE'],
    causes: [likely('root-crt-unparsable', 'the text was cut, joined or edited on its way into the file')],
  },
  {
    client: 'openssl',
    kind: 'cause',
    title: 'the client key belongs to another certificate',
    texts: ['key values mismatch', 'KEY_VALUES_MISMATCH'],
    causes: [likely('client-key-mismatch', 'certificate and key are not a pair')],
  },
  {
    client: 'openssl',
    kind: 'symptom',
    title: 'the server certificate could not be verified',
    texts: ['certificate verify failed', 'CERTIFICATE_VERIFY_FAILED'],
    causes: [
      likely('root-not-trusted', "the server's root is not in the file that this client uses"),
      possible('intermediate-missing', 'the server does not send its intermediate certificate'),
      possible('server-cert-expired', 'the server certificate has expired'),
    ],
  },
];
