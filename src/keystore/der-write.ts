import { encode, TAG } from '../x509/asn1.js';

export const sequence = (...contents: readonly Uint8Array[]): Uint8Array => encode(TAG.sequence, ...contents);
export const octets = (bytes: Uint8Array): Uint8Array => encode(TAG.octetString, bytes);
export const NULL: Uint8Array = Uint8Array.of(0x05, 0x00);

/** X.690, 11.6: the members of a SET OF in the order of their encodings. */
export const setOf = (...members: readonly Uint8Array[]): Uint8Array =>
  encode(TAG.set, ...[...members].sort(Buffer.compare));

/** A number of 0 or more. */
export function integer(value: number): Uint8Array {
  const bytes = Buffer.alloc(7);
  bytes.writeUIntBE(value, 1, 6);
  const first = bytes.findIndex((byte, i) => i === 6 || byte !== 0 || (bytes[i + 1] ?? 0) >= 0x80);
  return encode(TAG.integer, bytes.subarray(first));
}

/** X.690, 8.19, from the dotted form; arcs below 2^31. */
export function oid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [root * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return encode(TAG.oid, Uint8Array.from(bytes));
}

/** X.690, 8.23.8: two bytes a UTF-16 unit, the high one first. */
export const bmpString = (text: string): Uint8Array => encode(0x1e, Buffer.from(text, 'utf16le').swap16());
