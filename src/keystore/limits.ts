/** Rounds of key derivation for one store, all passwords and parts together; the JDK refuses more than this for one. */
export const MOST_ROUNDS = 5_000_000;
/** Certificates and keys in one store. */
export const MOST_ENTRIES = 10_000;
/** SafeContents in SafeContents (RFC 7292, 4.2.6). */
export const DEEPEST_NESTING = 8;

/** What key derivation may still cost. A round in JavaScript (PKCS#12's own derivation) counts for four of OpenSSL's. */
export class Budget {
  #left: number;

  constructor(rounds: number = MOST_ROUNDS) {
    this.#left = rounds;
  }

  /** False where that would be too much; then nothing is spent. */
  spend(rounds: number): boolean {
    if (!(rounds >= 1 && rounds <= this.#left)) return false;
    this.#left -= rounds;
    return true;
  }
}
