// Twice as many are kept at most.
const remembered = 1_000;

/** The ids of the holds that were settled last: they are not granted again. */
export class SettledHolds {
  #latest = new Set<string>();
  #earlier = new Set<string>();

  add(hold: string): void {
    if (this.#latest.size >= remembered) {
      this.#earlier = this.#latest;
      this.#latest = new Set();
    }
    this.#latest.add(hold);
  }

  has(hold: string): boolean {
    return this.#latest.has(hold) || this.#earlier.has(hold);
  }
}
