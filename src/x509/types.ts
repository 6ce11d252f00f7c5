/** Facts of one X.509 certificate, as OpenSSL reads it. */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  readonly sha256: string;
  /** RFC 4514 order: the most specific name first, such as `CN=…,O=…,C=US`. */
  readonly subject: string;
  readonly issuer: string;
  /** The common name, else the organisational unit, else the whole subject: what a person calls it. */
  readonly name: string;
  /** Both are 1970-01-01 where OpenSSL cannot read one of the dates, for it refuses such a certificate at any time. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /**
   * basicConstraints with CA:TRUE, and keyCertSign where there is a keyUsage (X509_check_ca); or a self-issued
   * certificate of version 1, which OpenSSL takes for a CA.
   */
  readonly isCa: boolean;
  /** Issuer and subject are the same name, as OpenSSL prints them. Says nothing of the signature. */
  readonly selfIssued: boolean;
}

/** A stretch of root.crt: text that OpenSSL passes over, or a PEM block. `raw` keeps the bytes as latin1. */
export type Segment =
  | { readonly kind: 'text'; readonly raw: string }
  | {
      readonly kind: 'certificate';
      readonly raw: string;
      readonly certificate: Certificate;
      readonly line: number;
    }
  /** A PEM block that is no plain certificate: a key, a CRL, a TRUSTED CERTIFICATE. OpenSSL reads or skips it. */
  | { readonly kind: 'other'; readonly raw: string; readonly label: string; readonly line: number };

/** Why libpq cannot load the file: the reason in OpenSSL's words (what libpq prints), and where. */
export interface BundleProblem {
  readonly reason: string;
  /** 1-based line of the block at fault; null where no block is. */
  readonly line: number | null;
}

/**
 * root.crt as libpq sees it. `problem` is null exactly where libpq (OpenSSL 3.0) loads the file. The segments are the
 * whole file in order, so joining their `raw` gives it back; with a problem they are a single text. `certificates` has
 * every certificate in the file's order, duplicates too; with a problem, those that can be salvaged all the same.
 */
export interface Bundle {
  readonly segments: readonly Segment[];
  readonly certificates: readonly Certificate[];
  readonly problem: BundleProblem | null;
  /** No certificate is lost where the file is written anew from `certificates`. True without a problem. */
  readonly salvageable: boolean;
}
