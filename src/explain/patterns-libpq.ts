import { likely, type Pattern, possible } from './types.js';

/**
 * libpq's messages about files: fe-secure-openssl.c (initialize_SSL), PostgreSQL 12 to 18.
 */
export const LIBPQ_FILES: readonly Pattern[] = [
  {
    client: 'libpq',
    kind: 'cause',
    title: 'this libpq takes sslrootcert=system for the name of a file',
    texts: ['root certificate file "system" does not exist'],
    causes: [likely('sslrootcert-system-unsupported', 'sslrootcert=system needs libpq 16 or later')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'verify-ca and verify-full need a root certificate, and there is none',
    texts: ['root certificate file "{path}" does not exist'],
    causes: [
      likely('root-crt-missing', 'the file that libpq looks for is not there'),
      possible('home-mismatch', 'the file was put into the home folder of another user'),
      possible('misplaced-root-crt', 'the file lies in a folder that libpq never looks into'),
      possible('env-overrides-root-crt', 'PGSSLROOTCERT names a file that is not there'),
      possible('service-overrides-root-crt', 'a service file names a file that is not there'),
      possible(
        'root-crt-unreadable',
        'a folder on the way may not be entered, which libpq reports the same way',
      ),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'a block of root.crt is damaged',
    texts: [
      'could not read root certificate file "{path}": bad base64 decode',
      'could not read root certificate file "{path}": bad end line',
    ],
    causes: [
      likely('root-crt-unparsable', 'a damaged block, or two files joined without a line end between them'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'root.crt holds no certificate that libpq can read',
    texts: ['could not read root certificate file "{path}": no certificate or crl found'],
    causes: [
      likely('root-crt-unparsable', 'the file is empty, DER, UTF-16, a web page, or a folder'),
      possible('download-not-a-certificate', 'what was saved is the page of an error, not a certificate'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'libpq cannot read root.crt',
    texts: ['could not read root certificate file "{path}"'],
    causes: [
      likely('root-crt-unparsable', 'the content is not a list of PEM certificates'),
      likely('root-crt-unreadable', 'this user may not read the file; libpq then gives no reason'),
      possible('file-too-large', 'the file is no list of certificates at all'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'libpq does not know where the home folder is',
    texts: [
      'could not get home directory to locate root certificate file',
      'could not get home directory to locate client certificate files',
    ],
    causes: [likely('home-not-found', 'HOME is empty and the user has no entry in the password database')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'libpq may not look for a client certificate',
    texts: ['could not open certificate file "{path}": Permission denied'],
    causes: [likely('permission-denied', 'the folder belongs to another user, often because of sudo')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'libpq cannot open the client certificate',
    texts: ['could not open certificate file "{path}"'],
    causes: [
      likely('permission-denied', 'this user may not read the file'),
      possible('wrong-file-kind', 'the path is not a regular file'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'there is a client certificate without its key',
    texts: ['certificate present, but not private key file "{path}"'],
    causes: [likely('client-key-missing', 'sslcert is there and sslkey is not')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'the client key is not a regular file',
    texts: ['private key file "{path}" is not a regular file'],
    causes: [likely('wrong-file-kind', 'sslkey names a folder or a device')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'others may read the client key',
    texts: ['private key file "{path}" has group or world access', 'private key has group or world access'],
    causes: [likely('client-key-permissions', 'the key must be readable by its owner only (0600)')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'the client key belongs to another certificate',
    texts: [
      'could not load private key file "{path}": key values mismatch',
      'certificate does not match private key file "{path}"',
    ],
    causes: [likely('client-key-mismatch', 'sslcert and sslkey are not a pair')],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'libpq cannot use the client certificate',
    texts: [
      'could not read certificate file "{path}": {}',
      'could not read certificate file "{path}": no start line',
      'could not read certificate file "{path}"',
    ],
    causes: [
      likely('client-cert-unreadable', 'the file is not PEM, or was damaged on its way'),
      possible('permission-denied', 'this user may not read the file'),
    ],
  },
  {
    client: 'libpq',
    kind: 'cause',
    title: 'libpq cannot use the client key',
    texts: [
      'could not load private key file "{path}": {}',
      'could not load private key file "{path}"',
      'could not load private SSL key "{}" from engine "{}"',
    ],
    causes: [
      likely('client-cert-unreadable', 'the key is damaged, of another kind, or its passphrase is another'),
      possible('permission-denied', 'this user may not read the file'),
      possible('client-key-mismatch', 'sslcert and sslkey are not a pair'),
    ],
  },
];
