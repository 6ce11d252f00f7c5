/** What the next part of a store is salted with. Drawn once and given in, so that an edit made twice gives the same bytes. */
export interface Randomness {
  readonly salt: Uint8Array;
  /** 16 bytes. */
  readonly iv: Uint8Array;
  readonly macSalt: Uint8Array;
}

/** As long as the JDK's salts. */
const SALT_SIZE = 20;

export function drawRandomness(randomHex: (bytes: number) => string): Randomness {
  const draw = (size: number): Uint8Array => Buffer.from(randomHex(size), 'hex');
  return { salt: draw(SALT_SIZE), iv: draw(16), macSalt: draw(SALT_SIZE) };
}
