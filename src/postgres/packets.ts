import type { ServerError } from './probe-types.js';

/** SSLRequest: length 8, code 1234.5679 (protocol documentation, "Message Formats"). */
export const SSL_REQUEST: Uint8Array = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);

/** Terminate. */
export const TERMINATE: Uint8Array = Uint8Array.of(0x58, 0, 0, 0, 4);

/** Protocol version 3.0. */
const PROTOCOL_3_0 = 0x0003_0000;

/** libpq's bounds for the length of a message before authentication, its four bytes included (`PQconnectPoll`). */
export const SHORTEST_MESSAGE = 8;
export const LONGEST_AUTHENTICATION = 2000;
export const LONGEST_ERROR = 30_000;

export type StartupOption = readonly [name: string, value: string];

/** StartupMessage of protocol 3.0. Neither names nor values may hold a NUL; an empty value is sent as such. */
export function startupMessage(options: readonly StartupOption[]): Uint8Array {
  const text = Buffer.from([...options.flat(), ''].map((part) => `${part}\0`).join(''));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + text.length);
  head.writeUInt32BE(PROTOCOL_3_0, 4);
  return Buffer.concat([head, text]);
}

/**
 * The fields of an ErrorResponse, behind type and length. Of a field that comes twice the last counts; text behind
 * the end is left alone. Source: protocol documentation, "Error and Notice Message Fields".
 */
export function parseErrorFields(body: Uint8Array): ServerError {
  const fields = new Map<string, string>();
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const end = body.indexOf(0, at);
    const next = end < 0 ? body.length : end;
    fields.set(String.fromCharCode(body[at] ?? 0), text(body.subarray(at + 1, next)));
    at = next + 1;
  }
  return {
    severity: fields.get('S') ?? '',
    sqlstate: fields.get('C') ?? '',
    message: fields.get('M') ?? '',
    detail: fields.get('D') ?? null,
    hint: fields.get('H') ?? null,
  };
}

/** An error in the form before protocol 3: text alone, which a server that cannot fork still sends. */
export function oldError(message: Uint8Array): ServerError {
  return { severity: '', sqlstate: '', message: text(message), detail: null, hint: null };
}

/** What an Authentication message asks for. */
export interface AuthenticationRequest {
  /** `ok` where the server accepts; else in require_auth's words, or `sasl` or a number for what libpq doesn't know. */
  readonly method: string;
  /** SASL's, in the server's order; else empty. */
  readonly mechanisms: readonly string[];
}

/** By number (protocol documentation, AuthenticationOk to AuthenticationSASL); names as in libpq's require_auth. */
const METHODS: ReadonlyMap<number, string> = new Map([
  [0, 'ok'],
  [3, 'password'],
  [5, 'md5'],
  [7, 'gss'],
  [9, 'sspi'],
]);
const SASL = 10;

/** The body of an Authentication message: at least the four bytes of its number. */
export function parseAuthentication(body: Uint8Array): AuthenticationRequest {
  const number = Buffer.from(body.buffer, body.byteOffset, body.length).readUInt32BE();
  if (number !== SASL) return { method: METHODS.get(number) ?? String(number), mechanisms: [] };
  const mechanisms = text(body.subarray(4))
    .split('\0')
    .filter((name) => name !== '');
  return { method: saslMethod(mechanisms), mechanisms };
}

function saslMethod(mechanisms: readonly string[]): string {
  if (mechanisms.some((name) => /^SCRAM-SHA-256(-PLUS)?$/.test(name))) return 'scram-sha-256';
  return mechanisms.includes('OAUTHBEARER') ? 'oauth' : 'sasl';
}

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
