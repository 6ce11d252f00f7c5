/** One element of a BER encoding: `tag` is its identifier octet, `raw` the whole of it. */
export interface Asn1 {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const CONSTRUCTED = 0x20;
/** OpenSSL's ASN1_MAX_CONSTRUCTED_NEST. */
const DEEPEST = 30;

/** `[n]` of a primitive, and of a constructed, context-specific element. */
export const primitive = (n: number): number => 0x80 | n;
export const constructed = (n: number): number => 0xa0 | n;

/** The bytes are not what they should be. Only `attempt` catches it. */
class Malformed extends Error {}

/** What `read` returns, or null where the bytes are malformed. */
export function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

export function malformed(what: string): never {
  throw new Malformed(what);
}

/** The first element of the bytes; what follows is passed over, as OpenSSL's d2i functions do. */
export const firstOf = (bytes: Uint8Array): Asn1 => elementAt(bytes, 0);

/** All elements of the bytes, one behind the other. */
export function elementsOf(bytes: Uint8Array): Asn1[] {
  const elements: Asn1[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    elements.push(element);
    at += element.raw.length;
  }
  return elements;
}

/** The one element of the bytes, as an explicit tag has it around its own. */
export function onlyOf(bytes: Uint8Array): Asn1 {
  const element = firstOf(bytes);
  if (element.raw.length < bytes.length) malformed('more than the one element');
  return element;
}

/** The elements of a SEQUENCE OF or SET OF; OpenSSL doesn't mind if its tag claims to be primitive. */
export function listIn(element: Asn1 | undefined, tag: number): Asn1[] {
  if (element === undefined || (element.tag | CONSTRUCTED) !== tag) malformed('another tag was expected');
  return elementsOf(element.content);
}

/** The octets of an OCTET STRING, which BER allows in pieces (X.690, 8.7). */
export function octetsOf(element: Asn1 | undefined): Uint8Array {
  const isWhole = element?.tag === TAG.octetString;
  return isWhole ? element.content : joined(contentOf(element, TAG.octetString | CONSTRUCTED), 0);
}

function joined(pieces: Uint8Array, depth: number): Uint8Array {
  if (depth > DEEPEST) malformed('too deep');
  const parts = elementsOf(pieces).map(({ tag, content }) =>
    (tag & CONSTRUCTED) === 0 ? content : joined(content, depth + 1),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** The elements inside one that must have this tag. */
export const inside = (element: Asn1 | undefined, tag: number): Asn1[] => elementsOf(contentOf(element, tag));

/**
 * The optional fields of a sequence by their tags, which must be among these and in this order, each once, as
 * OpenSSL's templates have it.
 */
export function fieldsOf(sequence: Asn1, ...tags: readonly number[]): ReadonlyMap<number, Asn1> {
  const fields = inside(sequence, TAG.sequence);
  let place = -1;
  for (const { tag } of fields) {
    const next = tags.indexOf(tag);
    if (next <= place) malformed('a field that does not belong there');
    place = next;
  }
  return new Map(fields.map((field) => [field.tag, field]));
}

export function contentOf(element: Asn1 | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) malformed('another tag was expected');
  return element.content;
}

function elementAt(bytes: Uint8Array, at: number, depth = 0): Asn1 {
  const tag = bytes[at] ?? malformed('nothing there');
  let next = at + 1;
  if ((tag & 0x1f) === 0x1f) {
    while ((bytes[next] ?? 0) & 0x80) next++;
    next++;
  }
  const first = bytes[next++] ?? malformed('no length');
  if (first === 0x80) {
    if ((tag & CONSTRUCTED) === 0 || depth > DEEPEST) malformed('no end');
    const end = endOfContents(bytes, next, depth);
    return { tag, content: bytes.subarray(next, end), raw: bytes.subarray(at, end + 2) };
  }
  let length = first;
  if (first > 0x80) {
    length = 0;
    for (let left = first & 0x7f; left > 0; left--) length = length * 256 + (bytes[next++] ?? 0);
  }
  const end = next + length;
  if (end > bytes.length) malformed('cut off');
  return { tag, content: bytes.subarray(next, end), raw: bytes.subarray(at, end) };
}

/** Where the two zero octets stand that end an indefinite length (X.690, 8.1.5). */
function endOfContents(bytes: Uint8Array, from: number, depth: number): number {
  let at = from;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += elementAt(bytes, at, depth + 1).raw.length;
  return at;
}

/** An arc of so many octets takes quadratic time to work out, and no object identifier that is known is as long. */
const LONGEST_DOTTED = 256;

/** X.690, 8.19, in dotted form; a longer one than anybody uses in hex. */
export function oidOf(element: Asn1 | undefined): string {
  const content = contentOf(element, TAG.oid);
  if (((content.at(-1) ?? 0x80) & 0x80) !== 0) malformed('an object identifier without its end');
  const isPadded = content.some((byte, at) => byte === 0x80 && ((content[at - 1] ?? 0) & 0x80) === 0);
  if (isPadded) malformed('an object identifier longer than it need be');
  if (content.length > LONGEST_DOTTED) return hexOf(content);
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const first = arcs[0] ?? malformed('an empty object identifier');
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...arcs.slice(1)].join('.');
}

/** Upper-case hex without leading zeros, a `-` in front where negative. */
export function integerOf(element: Asn1 | undefined, tag: number = TAG.integer): string {
  const content = contentOf(element, tag);
  const value = BigInt(`0x0${hexOf(content)}`);
  const isNegative = ((content[0] ?? 0) & 0x80) !== 0;
  const signed = isNegative ? value - (1n << BigInt(8 * content.length)) : value;
  return signed.toString(16).toUpperCase();
}

/** The octets of a BIT STRING, unused bits cleared. */
export function bitsOf(element: Asn1 | undefined, tag: number = TAG.bitString): Uint8Array {
  const content = contentOf(element, tag);
  const unused = content[0] ?? malformed('an empty bit string');
  if (unused > 7) malformed('more unused bits than an octet has');
  const bits = content.slice(1);
  if (bits.length > 0) bits[bits.length - 1] = (bits[bits.length - 1] ?? 0) & (0xff << unused);
  return bits;
}

export const isTrue = (content: Uint8Array): boolean => (content[0] ?? 0) !== 0;

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

export const latin1Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** A DER element of a low tag, put together. */
export function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const size: number[] = [];
  for (let rest = content.length; rest > 0; rest >>>= 8) size.unshift(rest & 0xff);
  const length = content.length < 0x80 ? [content.length] : [0x80 | size.length, ...size];
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag, ...length), content]));
}

/**
 * A UTCTime or GeneralizedTime in milliseconds since 1970, or null where OpenSSL's X509_cmp_time takes it for an
 * error: it wants seconds, no fractions, and `Z`.
 */
export function timeOf(element: Asn1 | undefined): number | null {
  const text = element === undefined ? '' : latin1Of(element.content);
  const isUtc = element?.tag === TAG.utcTime;
  const digits = isUtc ? /^(\d\d)(\d{10})Z$/ : /^(\d{4})(\d{10})Z$/;
  const [, year = '', rest = ''] = digits.exec(text) ?? [];
  if (rest === '') return null;
  const fullYear = isUtc ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year);
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = (rest.match(/\d\d/g) ?? []).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24;
  return isReal && minute < 60 && second < 60 ? date.getTime() : null;
}
