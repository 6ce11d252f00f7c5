/** What one connection attempt to one address brought to light. Shapes only, no judgement. */
export interface Probe {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** null: connected. Else the errno's name, `ECONNREFUSED`, or `ETIMEDOUT` for our own limit. */
  readonly connectErrno: string | null;
  /** The conversation that begins with SSLRequest, or with TLS at once under sslnegotiation=direct; null: not held. */
  readonly tls: TlsProbe | null;
  /** The start-up exchange without TLS; null: not held. */
  readonly plain: Startup | null;
}

/**
 * The answer to SSLRequest: its one byte, an error packet (`E`, from servers that are ending or full), bytes behind
 * the one (an injection, CVE-2021-23222), any other byte, nothing before the connection ended, or nothing in time.
 * `direct`: it was not asked, TLS began at once.
 */
export type SslAnswer =
  | { readonly kind: 'S' | 'N' | 'direct' | 'closed' | 'timeout' | 'injection' }
  | { readonly kind: 'error'; readonly error: ServerError }
  | { readonly kind: 'garbage'; readonly byte: number }
  | { readonly kind: 'errno'; readonly errno: string };

export interface TlsProbe {
  readonly answer: SslAnswer;
  /** null where no handshake was begun. */
  readonly handshake: Handshake | null;
  /** The start-up exchange over TLS; null where it was not permitted, not wanted or not reached. */
  readonly startup: Startup | null;
}

export type Handshake =
  | {
      readonly ok: true;
      /** `TLSv1.2`, `TLSv1.3`. */
      readonly version: string;
      readonly cipher: string;
      /** null where none was agreed on. */
      readonly alpn: string | null;
      /** DER, the server's own first, in the order sent as far as Node tells. */
      readonly chain: readonly Uint8Array[];
      /** The server asked for a client certificate; null where Node does not tell. */
      readonly clientCertificateRequested: boolean | null;
    }
  | {
      readonly ok: false;
      /** OpenSSL's reason in its own words (`tlsv1 alert protocol version`), `closed`, `timeout`, or an errno's name. */
      readonly reason: string;
      readonly kind: 'openssl' | 'closed' | 'timeout' | 'errno';
    };

/** How far the start-up packet got: a request for authentication is as far as the doctor goes. No password is sent. */
export type Startup =
  | { readonly kind: 'authentication'; readonly method: string }
  | { readonly kind: 'error'; readonly error: ServerError }
  /** After the handshake the server sent an alert, as TLS 1.3 servers do that want a client certificate. */
  | { readonly kind: 'alert'; readonly reason: string }
  | { readonly kind: 'closed' | 'timeout' }
  | { readonly kind: 'garbage'; readonly byte: number };

/** An ErrorResponse (protocol documentation, "Error and Notice Message Fields"), unprintable characters kept. */
export interface ServerError {
  readonly severity: string;
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
}
