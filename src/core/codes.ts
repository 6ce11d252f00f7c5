import type { CodeFacts } from './code-facts.js';
import { stores } from './store-codes.js';

export type { CodeFacts, Severity } from './code-facts.js';

const rootCrt = {
  'root-crt-missing': { severity: 'error', exit: 2, title: 'there is no root.crt where libpq looks' },
  'root-crt-unreadable': { severity: 'error', exit: 5, title: 'root.crt is there but cannot be read' },
  'root-crt-unparsable': { severity: 'error', exit: 4, title: 'libpq cannot parse root.crt' },
  'root-crt-permissions': { severity: 'error', title: 'others may change root.crt or its folder' },
  'root-crt-no-root': { severity: 'error', exit: 4, title: 'root.crt holds no self-signed certificate' },
} as const satisfies Record<string, CodeFacts>;

const certificates = {
  'root-expired': { severity: 'error', exit: 4, title: 'a root certificate has expired' },
  'root-expiring': { severity: 'warning', title: 'a root certificate expires soon' },
  'root-not-yet-valid': { severity: 'error', exit: 4, title: 'a root certificate is not valid yet' },
  'root-retired': { severity: 'warning', title: 'no provider issues from this root any more' },
  'root-superseded': { severity: 'info', title: 'a root has a successor' },
  'superseded-without-successor': {
    severity: 'warning',
    title: "a root's successor is missing",
  },
  'root-not-a-ca': { severity: 'warning', exit: 4, title: 'the certificate is not a certificate authority' },
  'root-weak': { severity: 'warning', exit: 4, title: 'the key of a root certificate is too weak' },
  'root-not-self-signed': {
    severity: 'error',
    exit: 4,
    title: 'an intermediate was given where a root is needed',
  },
  'root-signature-invalid': {
    severity: 'error',
    exit: 4,
    title: 'the self-signature of a certificate is wrong',
  },
  'stale-root': { severity: 'warning', title: 'root.crt still holds an expired certificate' },
} as const satisfies Record<string, CodeFacts>;

const sources = {
  'download-failed': { severity: 'warning', exit: 3, title: 'a download could not be made' },
  'download-not-a-certificate': {
    severity: 'warning',
    exit: 4,
    title: 'a source holds no readable certificate',
  },
  'fingerprint-mismatch': {
    severity: 'error',
    exit: 4,
    title: 'a source holds another certificate than the pinned one',
  },
  'fingerprint-required': { severity: 'error', exit: 4, title: 'nothing vouches for a certificate' },
  'unknown-root': { severity: 'error', exit: 2, title: 'no root, provider or file has this name' },
  'unknown-host': { severity: 'error', exit: 2, title: 'the catalogue knows no provider for this host' },
  'provider-own-ca': {
    severity: 'error',
    exit: 2,
    title: 'this provider has no root that the catalogue could hold',
  },
  'certificate-skipped': {
    severity: 'warning',
    title: 'a certificate of a source is not a root and was left out',
  },
  'embedded-copy': { severity: 'info', title: 'a root came from the copy inside the package' },
  'catalog-invalid': { severity: 'error', exit: 2, title: 'a catalogue file is not as it must be' },
} as const satisfies Record<string, CodeFacts>;

const bundles = {
  'stale-bundle': { severity: 'warning', title: 'a bundle holds old roots, or lacks present ones' },
  'provider-roots-not-found': { severity: 'warning', title: 'no file holds a root of the provider' },
  'keystore-locked': { severity: 'info', title: 'a keystore could not be read whole' },
  'scan-incomplete': { severity: 'warning', title: 'a limit kept a scan from looking at everything' },
  'scan-unreadable': { severity: 'warning', title: 'a scan could not read some files or folders' },
} as const satisfies Record<string, CodeFacts>;

const clientFiles = {
  'crl-not-loaded': { severity: 'warning', title: 'libpq ignores a certificate revocation list' },
  'crl-expired': { severity: 'error', title: 'a certificate revocation list is out of date' },
  'crl-incomplete': { severity: 'error', title: 'a certificate of the chain has no revocation list' },
  'client-key-permissions': {
    severity: 'error',
    title: 'others may read the client key, so libpq refuses it',
  },
  'client-key-mismatch': { severity: 'error', title: 'the client key belongs to another certificate' },
  'client-key-missing': { severity: 'error', title: 'there is a client certificate but no key' },
  'client-cert-unreadable': {
    severity: 'error',
    title: 'libpq cannot use the client certificate or its key',
  },
  'client-cert-expired': { severity: 'error', title: 'the client certificate has expired' },
} as const satisfies Record<string, CodeFacts>;

const settings = {
  usage: { severity: 'error', exit: 2, title: 'the command line is not right' },
  'not-expressible': { severity: 'error', exit: 2, title: 'the format of a client cannot hold a value' },
  'settings-refused': { severity: 'error', exit: 2, title: 'libpq itself refuses these settings' },
  'env-overrides-root-crt': { severity: 'warning', title: 'PGSSLROOTCERT makes libpq read another file' },
  'service-overrides-root-crt': {
    severity: 'warning',
    title: 'a service file makes libpq read another file',
  },
  'home-mismatch': { severity: 'warning', title: 'clients disagree about which home folder is yours' },
  'home-not-found': { severity: 'error', exit: 5, title: 'no home folder is known' },
  'misplaced-root-crt': { severity: 'warning', title: 'a root.crt lies where libpq never looks' },
  'path-unfit-for-libpq': {
    severity: 'error',
    title: 'libpq for Windows cannot open a file by this path',
  },
  'weak-sslmode': { severity: 'warning', title: 'this sslmode does not verify the server' },
  'sslrootcert-system-unsupported': {
    severity: 'error',
    title: 'this libpq does not know sslrootcert=system',
  },
  'libpq-versions-differ': { severity: 'warning', title: 'another libpq version would decide otherwise' },
  'require-now-verifies': { severity: 'warning', title: 'root.crt makes sslmode=require verify too' },
  'require-no-longer-verifies': {
    severity: 'warning',
    title: 'without root.crt sslmode=require verifies nothing',
  },
  'prefer-may-fall-back': {
    severity: 'warning',
    title: 'a new root.crt can send sslmode=prefer into plain text',
  },
  'public-root-widens-trust': {
    severity: 'warning',
    title: 'a public root beside a private one widens trust',
  },
  'downgraded-to-plaintext': { severity: 'error', title: 'sslmode=prefer fell back to plain text' },
} as const satisfies Record<string, CodeFacts>;

const rotation = {
  'rotation-waits': { severity: 'error', title: 'a server still needs a root that is to go' },
  'rotation-unproved': { severity: 'error', title: 'nothing proves that an old root can go' },
  'rotation-breaks-target': { severity: 'error', title: 'a server that connected would connect no more' },
  'provider-no-longer-served': {
    severity: 'warning',
    title: 'a root went that another provider needs too',
  },
} as const satisfies Record<string, CodeFacts>;

const server = {
  'host-unreachable': { severity: 'error', exit: 3, title: 'no connection to the server could be made' },
  'ssl-not-supported': { severity: 'error', title: 'the server does not offer TLS' },
  'root-not-trusted': { severity: 'error', title: 'a known root is not in root.crt' },
  'unknown-ca': { severity: 'error', title: 'the chain ends at a root that no catalogue knows' },
  'impostor-root': { severity: 'error', title: 'a root has a known name and another key' },
  'intermediate-missing': {
    severity: 'error',
    title: 'the server does not send its intermediate certificate',
  },
  'self-signed-server': { severity: 'error', title: 'the server certificate is signed by itself' },
  'server-cert-expired': { severity: 'error', title: 'the server certificate has expired' },
  'server-cert-not-yet-valid': { severity: 'error', title: 'the server certificate is not valid yet' },
  'server-cert-revoked': { severity: 'error', title: 'the server certificate has been revoked' },
  'server-cert-invalid': { severity: 'error', title: 'a certificate of the chain is not as it must be' },
  'hostname-mismatch': { severity: 'error', title: 'the server certificate is for another name' },
  'client-cert-required': { severity: 'error', title: 'the server wants a client certificate' },
  'client-cert-rejected': { severity: 'error', title: 'the server refused the client certificate' },
  'hba-rejected': { severity: 'error', title: 'pg_hba.conf of the server lets this connection not in' },
  'server-refused': {
    severity: 'error',
    title: 'the server refused the connection before it asked who you are',
  },
  'tls-version-mismatch': { severity: 'error', title: 'client and server share no TLS version' },
  'tls-failed': { severity: 'error', title: 'the TLS handshake failed for another reason' },
} as const satisfies Record<string, CodeFacts>;

const files = {
  'permission-denied': { severity: 'error', exit: 5, title: 'the system does not permit it' },
  'disk-full': { severity: 'error', exit: 5, title: 'there is no space left' },
  'read-only': { severity: 'error', exit: 5, title: 'the file system is read-only' },
  'lock-timeout': { severity: 'error', exit: 5, title: 'another run holds the lock' },
  'unsafe-path': { severity: 'error', exit: 5, title: 'another user could change what would be written' },
  'wrong-file-kind': { severity: 'error', exit: 5, title: 'a path is not the kind of file it must be' },
  'folder-missing': { severity: 'error', exit: 5, title: 'the folder above is not there' },
  'file-missing': { severity: 'error', exit: 5, title: 'a file that was named is not there' },
  'file-too-large': { severity: 'error', exit: 5, title: 'a file is larger than any root.crt' },
  'io-error': { severity: 'error', exit: 5, title: 'the system reported an error' },
  'changed-since': { severity: 'error', exit: 4, title: 'the file has changed since the last change' },
  'nothing-to-undo': { severity: 'error', exit: 2, title: 'no change is recorded for this file' },
  'successor-missing': { severity: 'error', exit: 4, title: 'a retired root has no successor in root.crt' },
  'internal-error': { severity: 'error', exit: 70, title: 'a bug in pg-root-cert' },
} as const satisfies Record<string, CodeFacts>;

const audit = {
  'server-not-verified': {
    severity: 'error',
    exit: 4,
    title: 'the server is not what the settings ask for, so nothing was sent',
  },
  'setting-unsupported': { severity: 'error', exit: 2, title: 'audit cannot do what a setting asks for' },
  'login-failed': { severity: 'error', exit: 3, title: 'the server did not let this user log in' },
  'audit-failed': { severity: 'error', exit: 3, title: 'the server did not answer the questions of audit' },
  'audit-partial': { severity: 'warning', title: 'the server does not show all sessions to this user' },
  'audit-plaintext-sessions': { severity: 'warning', title: 'sessions came over the network without TLS' },
  'audit-weak-tls': { severity: 'warning', title: 'old TLS versions or weak ciphers are in use' },
  'audit-tls-not-enforced': { severity: 'warning', title: 'the server has TLS and lets plain text in too' },
  'passfile-ignored': { severity: 'warning', title: 'a password file is not used, as it is not safe' },
} as const satisfies Record<string, CodeFacts>;

/**
 * Every code that a finding or an error can carry: one per distinguishable cause, never reused. Each has a page in
 * docs/errors/.
 */
export const CODES = {
  ...rootCrt,
  ...certificates,
  ...sources,
  ...bundles,
  ...clientFiles,
  ...settings,
  ...rotation,
  ...server,
  ...files,
  ...audit,
  ...stores,
} as const;

export type Code = keyof typeof CODES;

/** The codes that can end a command, that is, those with an exit code. */
export type ErrorCode = { [C in Code]: (typeof CODES)[C] extends { exit: number } ? C : never }[Code];

/** True if the text is a code of this list. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text);
}
