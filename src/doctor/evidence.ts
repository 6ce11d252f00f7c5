import type { FileFacts } from '../core/host.js';
import type { HostSpec } from '../postgres/host-list.js';
import type { Probe } from '../postgres/probe-types.js';
import type { Settings } from '../postgres/settings.js';
import type { Crl } from '../x509/crl.js';
import type { Bundle, Certificate } from '../x509/types.js';

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export const SSL_MODES: readonly SslMode[] = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
];

/**
 * All that the verdict and the checks go by, gathered beforehand: they are pure functions of it. What was not
 * gathered, because the settings don't permit it or nothing asked for it, is null, and stands for "not known".
 */
export interface Evidence {
  /** libpq's major version whose rules apply, 12 to 18. */
  readonly major: number;
  readonly settings: Settings;
  /** sslmode as it takes effect, `sslrootcert=system` and PGREQUIRESSL considered. */
  readonly sslmode: SslMode;
  readonly files: ClientFiles;
  /** One entry for each server of the conninfo, in libpq's order. */
  readonly hosts: readonly HostEvidence[];
  readonly now: Date;
  readonly windows: boolean;
}

export interface HostEvidence {
  readonly spec: HostSpec;
  /** The addresses that the name leads to, in the resolver's order; an error's errno name where it leads nowhere. */
  readonly addresses: readonly string[];
  readonly lookupErrno: string | null;
  /** One for each address that was tried, in order; libpq tries the next only after the one before has failed. */
  readonly probes: readonly Probe[];
}

/** The client's files as libpq finds them for these settings. */
export interface ClientFiles {
  readonly root: RootFile;
  readonly crl: CrlFiles;
  readonly client: ClientCertificate;
}

/** `sslrootcert` or the default. `system` is PostgreSQL 16's word for OpenSSL's default paths. */
export type RootFile =
  | { readonly kind: 'system'; readonly certificates: readonly Certificate[] }
  | { readonly kind: 'no-home' }
  | {
      readonly kind: 'absent';
      readonly path: string;
      readonly isDefault: boolean;
      /** Why libpq for Windows cannot open what is there. */
      readonly fault?: string;
    }
  | {
      readonly kind: 'present';
      readonly path: string;
      readonly isDefault: boolean;
      /** null where it could not be opened; then `reason` may be null too, as libpq has no words for it. */
      readonly bundle: Bundle | null;
      /** What libpq prints behind `could not read root certificate file "…": `; null where it loads. */
      readonly reason: string | null;
      readonly loads: boolean;
      readonly facts: FileFacts | null;
    };

/** What `sslcrl`, `sslcrldir` and the default root.crl come to. libpq ignores what it can't load, without a word. */
export interface CrlFiles {
  readonly file: {
    readonly path: string;
    readonly isDefault: boolean;
    readonly present: boolean;
    readonly der: boolean;
  } | null;
  readonly folder: string | null;
  /** All that loaded. If any did, every CA of a chain needs a current one (X509_V_FLAG_CRL_CHECK_ALL). */
  readonly loaded: readonly Crl[];
  /** True where libpq turns the checking on: X509_STORE_load_locations succeeded. */
  readonly active: boolean;
  /** Certificates in the file of CRLs. OpenSSL's store takes them in, so they are trust anchors beside root.crt's. */
  readonly certificates?: readonly Certificate[];
}

/** The client certificate and key, read in libpq's order (initialize_SSL in fe-secure-openssl.c). */
export interface ClientCertificate {
  readonly certPath: string | null;
  readonly keyPath: string | null;
  readonly certificate: Certificate | null;
  /** PEM for a TLS connection; null where libpq would send no certificate, or refuses. The key stays in memory only. */
  readonly identity: { readonly cert: string; readonly key: string; readonly passphrase?: string } | null;
  /** libpq's message where it gives up before the handshake, word for word, without the prefix; else null. */
  readonly refusal: string | null;
  /** The OpenSSL engine that sslkey takes the key from; what comes of that only OpenSSL itself can tell. */
  readonly engine?: string;
  /** Which check the refusal is worth. */
  readonly code:
    | 'client-key-permissions'
    | 'client-key-mismatch'
    | 'client-key-missing'
    | 'permission-denied'
    | null;
}
