import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import type { PeerCertificate, SecureVersion, TLSSocket } from 'node:tls';
import { isNativeError } from 'node:util/types';
import { errnoOf } from '../core/file-errors.js';
import { openSslReason } from './openssl-reason.js';
import type { Handshake } from './probe-types.js';
import { readServerFlight, type ServerFlight } from './server-flight.js';
import { Tap } from './tap.js';

/** PostgreSQL's protocol in ALPN (`PG_ALPN_PROTOCOL` in pqcomm.h). */
const ALPN = 'postgresql';

/** What OpenSSL 3.0 offers unasked, at the security level of Debian's build. Node wants the suites of TLS 1.3 by name. */
const CIPHERS =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:DEFAULT@SECLEVEL=2';

export interface TlsSettings {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  /** The client certificate and key, PEM; null: none. */
  readonly identity: { readonly cert: string; readonly key: string; readonly passphrase?: string } | null;
  /** For SNI; null: none is sent. */
  readonly serverName: string | null;
  /** Whether ALPN is sent, as libpq does since PostgreSQL 17. */
  readonly alpn: boolean;
  /** Colon-separated, OpenSSL's names. Default: OpenSSL's. */
  readonly groups?: string;
}

export interface Manners {
  readonly withinMs: number;
  /** Asked with the server's chain before a client certificate that it wants goes out; at a no we break off. */
  mayIdentify(chain: readonly Uint8Array[]): boolean;
  /**
   * What to say as soon as TLS stands; null: nothing. It leaves with the end of the handshake, before a server that
   * refuses our certificate can close the connection: writing afterwards would fail, and hide the server's alert.
   */
  firstWords(handshake: Succeeded): Uint8Array | null;
}

export interface Secured {
  readonly handshake: Handshake;
  /** Where the answer to the first words comes; null where none were said. */
  readonly stream: TLSSocket | null;
}

export type Succeeded = Extract<Handshake, { ok: true }>;
type FailureKind = Extract<Handshake, { ok: false }>['kind'];

/**
 * The name that libpq sends by SNI; null where it sends none. Whether a host is an address it tells by the characters.
 * Source: `initialize_SSL` in fe-secure-openssl.c, since PostgreSQL 14.
 */
export function serverNameOf(host: string | null, sslsni: string, major: number): string | null {
  if (major < 14 || !sslsni.startsWith('1') || !host) return null;
  return /^[\d.]+$/.test(host) || host.includes(':') ? null : host;
}

const TLS_VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** A value of ssl_min_protocol_version or ssl_max_protocol_version; null where it sets no bound. Any case will do. */
export function tlsVersionOf(value: string): SecureVersion | null {
  return TLS_VERSIONS.find((version) => version.toLowerCase() === value.toLowerCase()) ?? null;
}

/**
 * A TLS handshake that checks nothing: certificates are evidence, to be judged by libpq's rules. Whatever else may be
 * wrong ends as a failed handshake; it rejects only with what `manners` throw.
 */
export async function shakeHands(socket: Socket, settings: TlsSettings, manners: Manners): Promise<Secured> {
  const tls = await import('node:tls');
  const { minVersion, maxVersion, identity, groups, serverName, alpn } = settings;
  return new Promise((resolve, reject) => {
    let secret: Buffer | null = null;
    let identified: boolean | null = identity === null ? true : null;
    const flight = (): ServerFlight | null => readServerFlight(tap.bytes, secret);
    const maySend = (): boolean => {
      try {
        const seen = identified === null ? flight() : null;
        if (seen?.clientCertificateRequested) identified = manners.mayIdentify(seen.chain);
      } catch (error) {
        identified = false;
        abandon(error);
      }
      return identified !== false;
    };
    const tap = new Tap(socket, maySend);

    const abandon = (error: unknown) => {
      clearTimeout(timer);
      reject(error);
    };
    const settle = (handshake: Handshake, stream: TLSSocket | null = null) => {
      clearTimeout(timer);
      tap.forget();
      resolve({ handshake, stream });
    };
    const fail = (kind: FailureKind, reason: string = kind) => {
      const { chain = [], clientCertificateRequested = null } = flight() ?? {};
      settle({ ok: false, kind, reason, chain, clientCertificateRequested });
    };
    const failWith = (error: Error) => {
      if (identified === false) return fail('withheld');
      const reason = openSslReason(error);
      if (reason !== null) return fail('openssl', reason);
      // Node calls a mere end of the connection an ECONNRESET too, but without the number of the system's.
      const errno = 'errno' in error ? errnoOf(error) : null;
      return errno === null ? fail('closed') : fail('errno', errno);
    };
    const timer = setTimeout(() => fail('timeout'), manners.withinMs);

    try {
      const secureContext = tls.createSecureContext({
        // Without this, Node would add its own roots to the chain that it shows.
        ca: [],
        ciphers: CIPHERS,
        minVersion,
        maxVersion,
        secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
        ...identity,
        ...(groups === undefined ? {} : { ecdhCurve: groups }),
      });
      const stream = tls.connect({
        socket: tap,
        secureContext,
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
        ...(alpn ? { ALPNProtocols: [ALPN] } : {}),
        ...(serverName === null ? {} : { servername: serverName }),
      });
      stream.on('keylog', (line: Buffer) => {
        const [label, , value = ''] = line.toString('latin1').trim().split(' ');
        if (label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET') secret = Buffer.from(value, 'hex');
      });
      stream.on('error', failWith);
      stream.on('close', () => failWith(new Error('closed')));
      stream.on('secureConnect', () => {
        // With TLS 1.3 our own certificate is still to be written.
        if (!maySend()) return fail('withheld');
        try {
          const handshake = succeeded(stream, flight());
          const words = manners.firstWords(handshake);
          if (words !== null) stream.write(words);
          settle(handshake, words === null ? null : stream);
        } catch (error) {
          abandon(error);
        }
      });
    } catch (error) {
      if (isNativeError(error) && openSslReason(error) !== null) failWith(error);
      else abandon(error);
    }
  });
}

/** The flight is only believed as far as it begins with the certificate that OpenSSL saw. */
function succeeded(stream: TLSSocket, flight: ServerFlight | null): Succeeded {
  const seen = issuersOf(stream.getPeerCertificate(true));
  const [sent] = flight?.chain ?? [];
  const agree = flight !== null && sent !== undefined && seen[0]?.equals(sent);
  return {
    ok: true,
    version: stream.getProtocol() ?? '',
    cipher: stream.getCipher().name,
    alpn: stream.alpnProtocol || null,
    chain: agree ? flight.chain : seen,
    clientCertificateRequested: agree ? flight.clientCertificateRequested : null,
  };
}

/** Node's own view of the chain: from issuer to issuer, the last one its own. */
function issuersOf(leaf: PeerCertificate | undefined): Buffer[] {
  const chain: Buffer[] = [];
  let at = leaf as (PeerCertificate & { issuerCertificate?: PeerCertificate }) | undefined;
  while (at?.raw !== undefined && !chain.some((der) => der.equals(at?.raw ?? der))) {
    chain.push(at.raw);
    at = at.issuerCertificate;
  }
  return chain;
}
