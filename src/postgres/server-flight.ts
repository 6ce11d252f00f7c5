import { createDecipheriv, createHmac } from 'node:crypto';

/** What the server's first messages of a TLS handshake hold. */
export interface ServerFlight {
  /** DER, all certificates in the order sent. */
  readonly chain: readonly Uint8Array[];
  /** null where the flight ends before that shows. */
  readonly clientCertificateRequested: boolean | null;
}

interface Message {
  readonly type: number;
  readonly body: Buffer;
}

interface Suite {
  readonly cipher: string;
  readonly hash: string;
  readonly keyLength: number;
}

/** RFC 8446, sections 4 and 5.1. */
const HANDSHAKE_RECORD = 22;
const ENCRYPTED_RECORD = 23;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const CERTIFICATE_REQUEST = 13;
const SERVER_HELLO_DONE = 14;

/** RFC 8446, appendix B.4: the suites of TLS 1.3 that OpenSSL offers unasked. */
const SUITES: ReadonlyMap<number, Suite> = new Map([
  [0x1301, { cipher: 'aes-128-gcm', hash: 'sha256', keyLength: 16 }],
  [0x1302, { cipher: 'aes-256-gcm', hash: 'sha384', keyLength: 32 }],
  [0x1303, { cipher: 'chacha20-poly1305', hash: 'sha256', keyLength: 32 }],
]);

/**
 * Reads the certificates from the bytes that a TLS 1.2 or 1.3 server has sent so far; null where they don't hold a
 * whole Certificate message. Node itself shows only those of them that lead from issuer to issuer.
 * `secret` is the SERVER_HANDSHAKE_TRAFFIC_SECRET of TLS 1.3 (the key log's), null with TLS 1.2.
 */
export function readServerFlight(bytes: Buffer, secret: Buffer | null): ServerFlight | null {
  const records = [...recordsIn(bytes)];
  const plain = messagesIn(records.filter(({ type }) => type === HANDSHAKE_RECORD).map(({ body }) => body));
  if (secret === null) return flightOf(plain, plain.at(-1)?.type === SERVER_HELLO_DONE, 0);

  const hello = plain.findLast(({ type }) => type === SERVER_HELLO)?.body;
  const suite = hello && SUITES.get(cipherSuiteOf(hello));
  if (!suite) return null;
  const key = expand(secret, 'key', suite.keyLength, suite.hash);
  const iv = expand(secret, 'iv', 12, suite.hash);
  const opened: Buffer[] = [];
  for (const record of records.filter(({ type }) => type === ENCRYPTED_RECORD)) {
    const content = open(record, { suite, key, iv, sequence: opened.length });
    if (content === null) break;
    opened.push(content);
  }
  return flightOf(messagesIn(opened), true, 1);
}

/** `contextBytes`: the length of the field that TLS 1.3 put before the list (RFC 8446, 4.4.2; RFC 5246, 7.4.2). */
function flightOf(messages: readonly Message[], isWhole: boolean, contextBytes: 0 | 1): ServerFlight | null {
  const list = messages.find(({ type }) => type === CERTIFICATE)?.body;
  if (list === undefined) return null;
  const requested = messages.some(({ type }) => type === CERTIFICATE_REQUEST);
  const chain: Uint8Array[] = [];
  let at = 3 + (contextBytes === 1 ? 1 + (list[0] ?? 0) : 0);
  while (at + 3 <= list.length) {
    const end = at + 3 + list.readUIntBE(at, 3);
    if (end > list.length) return null;
    chain.push(Uint8Array.from(list.subarray(at + 3, end)));
    at = contextBytes === 1 && end + 2 <= list.length ? end + 2 + list.readUInt16BE(end) : end;
  }
  return { chain, clientCertificateRequested: requested || isWhole ? requested : null };
}

function* recordsIn(bytes: Buffer): Generator<{ type: number; head: Buffer; body: Buffer }> {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) return;
    yield { type: bytes[at] ?? 0, head: bytes.subarray(at, at + 5), body: bytes.subarray(at + 5, end) };
    at = end;
  }
}

/** Whole messages, up to the one after which a server of TLS 1.2 waits (what follows is encrypted). */
function messagesIn(records: readonly Buffer[]): Message[] {
  const bytes = Buffer.concat(records);
  const messages: Message[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUIntBE(at + 1, 3);
    if (end > bytes.length) break;
    const type = bytes[at] ?? 0;
    messages.push({ type, body: bytes.subarray(at + 4, end) });
    if (type === SERVER_HELLO_DONE) break;
    at = end;
  }
  return messages;
}

/** RFC 8446, 4.1.3: the suite follows version, random and the session's id. */
function cipherSuiteOf(serverHello: Buffer): number {
  const at = 35 + (serverHello[34] ?? 0);
  return at + 2 <= serverHello.length ? serverHello.readUInt16BE(at) : 0;
}

/** HKDF-Expand-Label (RFC 8446, 7.1) without context; every length here is within the hash's own. */
function expand(secret: Buffer, label: string, length: number, hash: string): Buffer {
  const full = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, length, full.length), full, Buffer.of(0, 1)]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}

/** The handshake bytes of an encrypted record (RFC 8446, 5.2 and 5.3); null where the keys or the content are others. */
function open(
  record: { head: Buffer; body: Buffer },
  keys: { suite: Suite; key: Buffer; iv: Buffer; sequence: number },
): Buffer | null {
  const { suite, key, iv, sequence } = keys;
  if (record.body.length < 17) return null;
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  // One overload for each family of ciphers: the types know no common call.
  const decipher = createDecipheriv(suite.cipher as 'aes-128-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAAD(record.head).setAuthTag(record.body.subarray(-16));
  try {
    const padded = Buffer.concat([decipher.update(record.body.subarray(0, -16)), decipher.final()]);
    const end = padded.findLastIndex((byte) => byte !== 0);
    return padded[end] === HANDSHAKE_RECORD ? padded.subarray(0, end) : null;
  } catch {
    return null;
  }
}
