/** A certificate revocation list (RFC 5280, 5), as far as OpenSSL's check needs it. Times in milliseconds since 1970. */
export interface Crl {
  readonly der: Uint8Array;
  /** RFC 4514 order, as `Certificate.subject`. */
  readonly issuer: string;
  readonly thisUpdate: Date;
  /** null where the list names none. */
  readonly nextUpdate: Date | null;
  /** Serial numbers in upper-case hex without leading zeros. */
  readonly revoked: ReadonlySet<string>;
}
