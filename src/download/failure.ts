import { types } from 'node:util';
import { printable } from '../core/printable.js';

/** Why a download came to nothing: the fact, and what may mend it. Neither holds the address or a secret. */
export interface DownloadFailure {
  readonly fact: string;
  readonly help: readonly string[];
}

/** A failure that this room itself finds; every other one is told from the system's or undici's error code. */
export class Refused extends Error implements DownloadFailure {
  readonly fact: string;
  readonly help: readonly string[];

  constructor(fact: string, help: readonly string[] = []) {
    super(fact);
    this.fact = fact;
    this.help = help;
  }
}

/** What was under way when an error came. */
export interface Circumstances {
  /** The proxy for this address, fit for a message; null where none is set. */
  readonly proxy: string | null;
  /** Milliseconds that each step of a request may take. */
  readonly stepMs: number;
}

const NETWORK_HELP = ['where a proxy leads out: set HTTPS_PROXY=http://HOST:PORT'];
const INSPECTION_HELP = [
  'behind a proxy that inspects TLS: set NODE_EXTRA_CA_CERTS to the PEM file of its root certificate',
  "with Node 22.15 or newer, trust the system's roots: set NODE_OPTIONS=--use-system-ca (or NODE_USE_SYSTEM_CA=1 from 22.19 and 24.6 on)",
];
const CLOCK_HELP = ['check the clock of this machine'];
const PROXY_HELP = [
  'check HTTPS_PROXY, HTTP_PROXY and NO_PROXY; a proxy that wants a password: http://USER:PASSWORD@HOST:PORT',
];

const BY_CODE: Readonly<Record<string, DownloadFailure>> = {
  ENOTFOUND: { fact: 'host not found', help: NETWORK_HELP },
  EAI_AGAIN: { fact: 'the name service does not answer', help: NETWORK_HELP },
  ECONNREFUSED: { fact: 'connection refused', help: NETWORK_HELP },
  ECONNRESET: { fact: 'the connection was cut', help: NETWORK_HELP },
  EPIPE: { fact: 'the connection was cut', help: NETWORK_HELP },
  UND_ERR_SOCKET: { fact: 'the connection was cut', help: NETWORK_HELP },
  ERR_STREAM_PREMATURE_CLOSE: { fact: 'the connection was cut', help: NETWORK_HELP },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { fact: 'the connection was cut', help: NETWORK_HELP },
  ENETUNREACH: { fact: 'the network is unreachable', help: NETWORK_HELP },
  ENETDOWN: { fact: 'the network is down', help: NETWORK_HELP },
  EHOSTUNREACH: { fact: 'the host is unreachable', help: NETWORK_HELP },
  EADDRNOTAVAIL: { fact: 'the host is unreachable', help: NETWORK_HELP },
  ETIMEDOUT: { fact: 'the connection timed out', help: NETWORK_HELP },
  EACCES: { fact: 'this machine does not permit the connection', help: NETWORK_HELP },
  EPERM: { fact: 'this machine does not permit the connection', help: NETWORK_HELP },
  UND_ERR_HEADERS_OVERFLOW: { fact: 'the answer has too many headers', help: [] },
  EPROTO: { fact: 'the TLS handshake failed', help: PROXY_HELP },
  UND_ERR_PRX_TLS: { fact: 'the certificate of the site is for another name', help: INSPECTION_HELP },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    fact: 'the certificate of the site is for another name',
    help: INSPECTION_HELP,
  },
  CERT_HAS_EXPIRED: { fact: 'the certificate of the site has expired', help: CLOCK_HELP },
  CERT_NOT_YET_VALID: { fact: 'the certificate of the site is not valid yet', help: CLOCK_HELP },
};

/** OpenSSL's X509_V_ERR_ names, as node:tls gives them, for a chain that ends at no trusted root. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
]);

const TIMEOUTS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'without a connection',
  UND_ERR_HEADERS_TIMEOUT: 'without an answer',
  UND_ERR_BODY_TIMEOUT: 'while the file was coming',
};

/** `3 s`, `0.5 s`. */
export const seconds = (ms: number): string => `${ms / 1000} s`;

/** The failure that an error stands for, by its code alone; null for an error that only a bug can raise. */
export function describeFailure(error: unknown, { proxy, stepMs }: Circumstances): DownloadFailure | null {
  if (error instanceof Refused) return error;
  if (!types.isNativeError(error)) return null;
  // Its code is undefined in undici 7.
  if (error.name === 'HTTPParserError') return { fact: 'the answer is not HTTP', help: PROXY_HELP };
  if (!('code' in error) || typeof error.code !== 'string') return null;
  const { code } = error;
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known !== undefined) return { ...known, fact: `${known.fact}${peerOf(error)}` };
  const step = Object.hasOwn(TIMEOUTS, code) ? TIMEOUTS[code] : undefined;
  if (step !== undefined) return { fact: `timed out after ${seconds(stepMs)} ${step}`, help: NETWORK_HELP };
  if (UNTRUSTED.has(code))
    return { fact: 'the certificate of the site is not trusted', help: INSPECTION_HELP };
  // What undici makes of a proxy's refusal: of CONNECT, and of a plain request with status 407.
  if (proxy !== null && (code === 'UND_ERR_ABORTED' || code === 'UND_ERR_INVALID_ARG')) {
    return { fact: `the proxy ${proxy} refused${statusIn(error.message)}`, help: PROXY_HELP };
  }
  if (/^ERR_(SSL|TLS)_/.test(code)) return { fact: `the TLS handshake failed (${code})`, help: PROXY_HELP };
  if (/^(E(?!RR_)|UND_ERR_(?!INVALID_))[A-Z0-9_]+$/.test(code)) {
    return { fact: `the connection failed (${code})`, help: NETWORK_HELP };
  }
  if (/^(CERT|CRL|UNABLE|UNSPECIFIED|PATH|INVALID|HOSTNAME|ERROR_IN)(_|$)/.test(code)) {
    return { fact: `the certificate of the site was refused (${code})`, help: INSPECTION_HELP };
  }
  return null;
}

/** Where the system was asked to connect: with a proxy, that is not the host of the address. */
function peerOf(error: Error): string {
  const first: unknown = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : error;
  if (!types.isNativeError(first)) return '';
  if ('hostname' in first && typeof first.hostname === 'string') return ` (${printable(first.hostname)})`;
  if (!('address' in first) || typeof first.address !== 'string') return '';
  if (!('port' in first) || typeof first.port !== 'number') return ` (${first.address})`;
  return ` (${first.address.includes(':') ? `[${first.address}]` : first.address}:${first.port})`;
}

/** Shown, never decided by: undici hands a proxy's status over in its message alone. */
function statusIn(message: string): string {
  const status = /\((\d{3})\)/.exec(message)?.[1];
  return status === undefined ? '' : ` (HTTP ${status})`;
}
