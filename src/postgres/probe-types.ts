/** What one connection attempt to one address brought to light. Shapes only, no judgement. */
export interface Probe {
  /** An IP address, or the path of a Unix socket. */
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
      /** OpenSSL's name, as psql shows it. */
      readonly cipher: string;
      /** null where none was agreed on. */
      readonly alpn: string | null;
      /** DER, all that the server sent, in its order: its own first. */
      readonly chain: readonly Uint8Array[];
      /** The server asked for a client certificate; null where Node does not tell. */
      readonly clientCertificateRequested: boolean | null;
    }
  | {
      readonly ok: false;
      /** OpenSSL 3.0's reason in its own words (`tlsv1 alert protocol version`), an errno's name, or the kind. */
      readonly reason: string;
      /** `withheld`: we broke off rather than show the client certificate to this server. */
      readonly kind: 'openssl' | 'closed' | 'timeout' | 'errno' | 'withheld';
      /** As of a handshake that succeeds, as far as it came: libpq judges the chain before it answers. */
      readonly chain?: readonly Uint8Array[];
      readonly clientCertificateRequested?: boolean | null;
    };

/** How far the start-up packet got: a request for authentication is as far as the doctor goes. No password is sent. */
export type Startup =
  | {
      readonly kind: 'authentication';
      /** `ok` where the server accepts; else in require_auth's words (`scram-sha-256`), or `sasl` or a number. */
      readonly method: string;
      /** What a SASL request offers, `SCRAM-SHA-256-PLUS` say, in its order; else empty. */
      readonly mechanisms?: readonly string[];
    }
  | { readonly kind: 'error'; readonly error: ServerError }
  /** After the handshake the server sent an alert, as TLS 1.3 servers do that want a client certificate. */
  | { readonly kind: 'alert'; readonly reason: string }
  /** `errno` where the system reported more than an end: `ECONNRESET`, or why a second connection failed. */
  | { readonly kind: 'closed' | 'timeout'; readonly errno?: string }
  /** The type of the first message: neither of these, or one of them with a length that libpq doesn't accept. */
  | { readonly kind: 'garbage'; readonly byte: number };

/**
 * An ErrorResponse (protocol documentation, "Error and Notice Message Fields"), unprintable characters kept. An error
 * in the form before protocol 3 is all message, its line ends included: severity and sqlstate are empty.
 */
export interface ServerError {
  readonly severity: string;
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
}
