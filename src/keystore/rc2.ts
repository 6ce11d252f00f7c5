/** RFC 2268, section 2: PITABLE. */
const PI_TABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const pi = (index: number): number => PI_TABLE[index & 0xff] ?? 0;

/** RFC 2268, section 2: the key as 64 words of 16 bits. */
function expand(key: Uint8Array, effectiveBits: number): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  const at = (index: number): number => bytes[index] ?? 0;
  for (let i = key.length; i < 128; i++) bytes[i] = pi(at(i - 1) + at(i - key.length));
  const size = Math.ceil(effectiveBits / 8);
  bytes[128 - size] = pi(at(128 - size) & (0xff >> (8 * size - effectiveBits)));
  for (let i = 127 - size; i >= 0; i--) bytes[i] = pi(at(i + 1) ^ at(i + size));
  return Uint16Array.from({ length: 64 }, (_, i) => at(2 * i) | (at(2 * i + 1) << 8));
}

const ROTATIONS = [1, 2, 3, 5] as const;
/** RFC 2268, section 4: the mixing rounds between which a mashing round stands. */
const ROUNDS = [5, 6, 5] as const;

/** Decrypts one block of four words in place (RFC 2268, section 4). */
function decryptBlock(words: Uint16Array, key: Uint16Array): void {
  const word = (i: number): number => words[i & 3] ?? 0;
  let next = 63;
  ROUNDS.forEach((mixes, stage) => {
    if (stage > 0) {
      for (let i = 3; i >= 0; i--) words[i] = word(i) - (key[word(i + 3) & 63] ?? 0);
    }
    for (let mix = 0; mix < mixes; mix++) {
      for (let i = 3; i >= 0; i--) {
        const by = ROTATIONS[i] ?? 0;
        const turned = (word(i) >>> by) | (word(i) << (16 - by));
        const mixed = (word(i + 3) & word(i + 2)) + (~word(i + 3) & word(i + 1));
        words[i] = turned - (key[next--] ?? 0) - mixed;
      }
    }
  });
}

/**
 * RC2 in CBC mode, decryption only and with its padding left on: Node's OpenSSL has no RC2, and stores that older
 * Java and OpenSSL wrote hold their certificates under it.
 */
export function decryptRc2Cbc(
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
  effectiveBits: number = key.length * 8,
): Uint8Array {
  const words = expand(key, effectiveBits);
  const source = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const plain = Buffer.alloc(source.length);
  const block = new Uint16Array(4);
  for (let at = 0; at + 8 <= source.length; at += 8) {
    for (let i = 0; i < 4; i++) block[i] = source.readUInt16LE(at + 2 * i);
    decryptBlock(block, words);
    for (let i = 0; i < 4; i++) plain.writeUInt16LE(block[i] ?? 0, at + 2 * i);
    for (let i = 0; i < 8; i++) {
      plain[at + i] = (plain[at + i] ?? 0) ^ ((at === 0 ? iv[i] : source[at + i - 8]) ?? 0);
    }
  }
  return plain;
}
