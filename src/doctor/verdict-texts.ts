import type { HostSpec } from '../postgres/host-list.js';
import type { ServerError } from '../postgres/probe-types.js';
import { HIDDEN } from '../postgres/refusal.js';
import type { Settings } from '../postgres/settings.js';
import { strerror } from './strerror.js';

/** What libpq's texts depend on. */
export interface Wording {
  readonly major: number;
  readonly windows: boolean;
}

/** Winsock's numbers, which libpq prints behind the words (`winsock_strerror` in port/win32error.c and libpq/win32.c). */
const WINSOCK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused (0x0000274D/10061)',
  ECONNRESET: 'Connection reset by peer (0x00002746/10054)',
  ETIMEDOUT: 'Connection timed out (0x0000274C/10060)',
  EHOSTUNREACH: 'No route to host (0x00002751/10065)',
  ENETUNREACH: 'Network is unreachable (0x00002743/10051)',
};

/** The system's words for an errno's name, as glibc has them. */
export function systemError(errno: string, { windows }: Wording): string {
  return (windows ? WINSOCK_ERRORS[errno] : undefined) ?? strerror(errno);
}

const LOOKUP_ERRORS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Name or service not known',
  ENODATA: 'No address associated with hostname',
  EAI_AGAIN: 'Temporary failure in name resolution',
  EAI_FAIL: 'Non-recoverable failure in name resolution',
  EAI_FAMILY: 'ai_family not supported',
  EAI_MEMORY: 'Memory allocation failure',
};

function lookupError(errno: string, { major, windows }: Wording): string {
  if (windows && errno === 'ENOTFOUND') return major < 16 ? 'Unknown host' : 'No such host is known. ';
  return LOOKUP_ERRORS[errno] ?? errno;
}

/** What a host's name, or an address that is no address, is worth. Source: `PQconnectPoll`. */
export function lookupFailed(spec: HostSpec, errno: string, wording: Wording): string {
  const why = lookupError(errno, wording);
  if (spec.hostaddr !== null) return `could not parse network address "${spec.hostaddr}": ${why}`;
  return `could not translate host name "${shownHost(spec)}" to address: ${why}`;
}

const shownHost = (spec: HostSpec): string => (spec.secret ? HIDDEN : (spec.hostaddr ?? spec.host ?? ''));

/** `"host" (address)`; the address only where the conninfo doesn't say it. */
function shownServer(spec: HostSpec, address: string): string {
  const host = shownHost(spec);
  return spec.hostaddr !== null || host === address ? `"${host}"` : `"${host}" (${address})`;
}

/** What stands before all that goes wrong with one server, since 14. Source: `emitHostIdentityInfo`. */
export function identity(spec: HostSpec, address: string, { major }: Wording): string {
  if (major < 14) return '';
  if (spec.unixSocket) return `connection to server on socket "${address}" failed: `;
  return `connection to server at ${shownServer(spec, address)}, port ${spec.port} failed: `;
}

/** Source: `connectFailureMessage`. */
export function connectFailed(spec: HostSpec, address: string, errno: string, wording: Wording): string {
  const why = systemError(errno, wording);
  if (wording.major >= 14) {
    const question = spec.unixSocket
      ? 'Is the server running locally and accepting connections on that socket?'
      : 'Is the server running on that host and accepting TCP/IP connections?';
    return `${why}\n\t${question}`;
  }
  const question = spec.unixSocket
    ? `Is the server running locally and accepting\n\tconnections on Unix domain socket "${address}"?`
    : `Is the server running on host ${shownServer(spec, address)} and accepting\n\tTCP/IP connections on port ${spec.port}?`;
  return `could not connect to server: ${why}\n\t${question}`;
}

/** A message of libpq as one line, without its questions and guesses, which begin with a tab. */
export const inOneLine = (message: string): string =>
  message
    .split('\n')
    .filter((line) => !line.startsWith('\t'))
    .join('; ');

/** Source: `pqReadData` in fe-misc.c. */
export const CLOSED =
  'server closed the connection unexpectedly\n' +
  '\tThis probably means the server terminated abnormally\n' +
  '\tbefore or while processing the request.';

/** An ErrorResponse at default verbosity. Source: `pqBuildErrorMessage3` in fe-protocol3.c. */
export function serverSays({ severity, message, detail, hint }: ServerError): string {
  if (severity === '') return message.replace(/\n$/, '');
  const lines = [`${severity}:  ${message}`];
  if (detail !== null) lines.push(`DETAIL:  ${detail}`);
  if (hint !== null) lines.push(`HINT:  ${hint}`);
  return lines.join('\n');
}

/** OpenSSL's reasons that libpq takes for a disagreement about TLS versions (`open_client_SSL`). */
const ABOUT_VERSIONS: ReadonlySet<string> = new Set([
  'no protocols available',
  'unsupported protocol',
  'bad protocol version number',
  'unknown protocol',
  'unknown ssl version',
  'unsupported ssl version',
  'wrong ssl version',
  'wrong version number',
  'tlsv1 alert protocol version',
  'version too high',
  'version too low',
]);

/** True where libpq's hint about TLS versions follows the reason. */
export const isAboutVersions = (reason: string): boolean => ABOUT_VERSIONS.has(reason);

/** A failed handshake in OpenSSL's words, since 13 with the hint about versions. Source: `open_client_SSL`. */
export function handshakeFailed(reason: string, settings: Settings, { major }: Wording): string {
  const said = `SSL error: ${reason}`;
  if (major < 13 || !isAboutVersions(reason)) return said;
  const from = settings.get('ssl_min_protocol_version')?.value || 'TLSv1';
  const to = settings.get('ssl_max_protocol_version')?.value || 'TLSv1.3';
  return `${said}\nThis may indicate that the server does not support any SSL protocol version between ${from} and ${to}.`;
}
