/**
 * `current`: providers issue from it. `announced`: published, nothing documented chains to it yet. `preview`: for a
 * vendor's own testing. `retired`: nothing new chains to it. `expired`: past its notAfter.
 */
export type RootStatus = 'current' | 'announced' | 'preview' | 'retired' | 'expired';

/** A trust anchor that the catalogue knows by its SHA-256. The bytes are had from `Catalog.der`. */
export interface CatalogRoot {
  /** What users type: lower case, no slash, stable. */
  readonly id: string;
  /** The common name, for people; two roots may share one, so nothing is decided by it. */
  readonly name: string;
  /** SHA-256 of the DER, 64 lower-case hex digits: the pin. */
  readonly sha256: string;
  /** SHA-1 of the DER, 40 lower-case hex digits: for comparing with vendors' pages, no proof of anything. */
  readonly sha1: string;
  /** RFC 4514 order, as `Certificate.subject`. */
  readonly subject: string;
  /** Upper-case hex, an even number of digits. */
  readonly serial: string;
  /** ISO 8601 UTC, to the second. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** `RSA-2048`, `EC-P384` and the like. */
  readonly keyType: string;
  readonly status: RootStatus;
  /**
   * True for a root of a public certificate authority: whoever trusts it, trusts every host with a public
   * certificate. False for a site's own roots, unless the package has the same certificate and says otherwise.
   */
  readonly publicCa: boolean;
  /** Where the issuer publishes it, alone or in a bundle; null where it does not. */
  readonly officialUrl: string | null;
  /** The subjectKeyIdentifier extension (RFC 5280, 4.2.1.2), lower-case hex; null where it has none. */
  readonly subjectKeyId: string | null;
  /** One or two sentences worth knowing; may be empty. */
  readonly note: string;
  readonly origin: 'embedded' | 'site';
}

/** Somebody who runs PostgreSQL servers, and the roots that their chains end at. */
export interface Provider {
  /** What users type, such as `adobe` or `aws-rds/eu-west-1`. */
  readonly id: string;
  readonly name: string;
  /** Root ids. Empty where no root could be listed, as with a CA per project; `howTo` then says where to get the file. */
  readonly roots: readonly string[];
  /** Ids of roots that its servers once chained to. */
  readonly formerly: readonly string[];
  /** Host patterns: `*` is any run of characters, dots too. */
  readonly hosts: readonly string[];
  /** Ids of providers whose host patterns, and those of `ID/…`, yield to this one's, however long they are. */
  readonly before?: readonly string[];
  readonly note?: string;
  readonly howTo?: string;
}

export type Resolved =
  | { readonly kind: 'root'; readonly root: CatalogRoot }
  | { readonly kind: 'provider'; readonly provider: Provider; readonly roots: readonly CatalogRoot[] };

/** The roots and providers that the package knows, with those of a site's own catalogue after them. */
export interface Catalog {
  readonly roots: readonly CatalogRoot[];
  readonly providers: readonly Provider[];
  /** By id; null for an unknown one. */
  root(id: string): CatalogRoot | null;
  /** By SHA-256 of the DER, 64 lower-case hex digits. */
  bySha256(sha256: string): CatalogRoot | null;
  provider(id: string): Provider | null;
  /** The roots that a provider's servers need now. */
  rootsOf(provider: Provider): readonly CatalogRoot[];
  /** A root id or a provider id, exactly as listed; no id is both. */
  resolve(name: string): Resolved | null;
  /** The providers that need this root now. */
  providersOf(root: CatalogRoot): readonly Provider[];
  /** The providers whose servers once chained to it. */
  formerProvidersOf(root: CatalogRoot): readonly Provider[];
  /** The provider whose host pattern fits, by docs/catalogue.md's order; null where none does. */
  forHost(hostname: string): Provider | null;
  /** Up to three ids that were probably meant, the likeliest first. */
  nearest(name: string): readonly string[];
  /**
   * The root's DER. An embedded root's is read and compared with its pin at every call, a site's was when its
   * catalogue was read.
   * @throws {Error} where the embedded copy is not the pinned certificate: the package is damaged.
   */
  der(root: CatalogRoot): Uint8Array;
}
