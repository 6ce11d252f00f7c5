import { errnoOf } from '../core/file-errors.js';

/** Steps that take back what a run has done so far, for when it fails half-way. */
export class Undoing {
  readonly #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  /**
   * Takes everything back, the newest first. Returns the system errors met on the way: a step that fails leaves
   * something lying, but keeps no other from being taken back.
   */
  run(): Error[] {
    const failures: Error[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        step();
      } catch (error) {
        if (errnoOf(error) === null) throw error;
        failures.push(error as Error);
      }
    }
    return failures;
  }

  /** The run has succeeded: nothing is to be taken back. */
  keep(): void {
    this.#steps.length = 0;
  }
}
