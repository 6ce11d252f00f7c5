import { hash as digestOf } from 'node:crypto';

/** RFC 7292, B.3: what the derived bytes are for. */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

export interface Derivation {
  readonly hash: string;
  readonly salt: Uint8Array;
  readonly rounds: number;
}

/** RFC 7292, B.2. `password` is a BMPString with its two zero bytes. */
export function derive(
  purpose: number,
  password: Uint8Array,
  { hash, salt, rounds }: Derivation,
  size: number,
): Buffer {
  const block = /^sha(384|512)/.test(hash) ? 128 : 64;
  const diversifier = Buffer.alloc(block, purpose);
  const input = Buffer.concat([filled(salt, block), filled(password, block)]);
  const parts: Buffer[] = [];
  for (let have = 0; have < size; ) {
    let digest = digestOf(hash, Buffer.concat([diversifier, input]), 'buffer');
    for (let round = 1; round < rounds; round++) digest = digestOf(hash, digest, 'buffer');
    parts.push(digest);
    have += digest.length;
    const addend = repeated(digest, block);
    for (let at = 0; at < input.length; at += block) addOneMore(input.subarray(at, at + block), addend);
  }
  return Buffer.concat(parts).subarray(0, size);
}

const repeated = (bytes: Uint8Array, size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, i) => bytes[i % bytes.length] ?? 0));

/** The bytes over and over, up to the next whole block; nothing stays nothing. */
const filled = (bytes: Uint8Array, block: number): Buffer =>
  repeated(bytes, Math.ceil(bytes.length / block) * block);

/** target = target + addend + 1, modulo its size. */
function addOneMore(target: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let i = target.length - 1; i >= 0; i--) {
    const sum = (target[i] ?? 0) + (addend[i] ?? 0) + carry;
    target[i] = sum;
    carry = sum >>> 8;
  }
}
