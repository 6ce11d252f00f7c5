/** Rounds of key derivation for one store, all passwords and parts together; the JDK refuses more than this for one. */
export const MOST_ROUNDS = 5_000_000;
/** Certificates and keys in one store; parts too. */
export const MOST_ENTRIES = 10_000;
/** SafeContents in SafeContents (RFC 7292, 4.2.6). */
export const DEEPEST_NESTING = 8;

/** Octets of a salt; what is used has 8 to 64. */
const LONGEST_SALT = 1024;
/** What a derivation costs at least, in rounds: what stands around them takes time too. */
const LEAST_ROUNDS = 500;

/** What key derivation may still cost. A round in JavaScript (PKCS#12's own derivation) counts for four of OpenSSL's. */
export class Budget {
  #left: number;

  constructor(rounds: number = MOST_ROUNDS) {
    this.#left = rounds;
  }

  /** False where that would be too much; then nothing is spent. */
  spend(rounds: number, salt?: Uint8Array): boolean {
    if (!(rounds >= 1 && rounds <= this.#left) || (salt?.length ?? 0) > LONGEST_SALT) return false;
    this.#left -= Math.max(rounds, LEAST_ROUNDS);
    return true;
  }
}
