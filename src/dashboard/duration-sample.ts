/** So many durations of a step are kept; of more, a fair sample. */
const mostKept = 400;

/** Percentiles of the durations of one step of a chart. Where there are many, they are those of a random sample. */
export class DurationSample {
  readonly #kept: number[] = [];
  #seen = 0;
  #sorted = true;

  add(durationMs: number): void {
    this.#seen += 1;
    this.#sorted = false;
    if (this.#kept.length < mostKept) {
      this.#kept.push(durationMs);
      return;
    }
    // Vitter's algorithm R: each of those that were seen has the same chance to be kept.
    const place = Math.floor(Math.random() * this.#seen);
    if (place < mostKept) this.#kept[place] = durationMs;
  }

  /** Undefined when there was none. */
  percentile(share: number): number | undefined {
    if (!this.#sorted) this.#kept.sort((one, other) => one - other);
    this.#sorted = true;
    const rank = Math.max(0, Math.ceil(share * this.#kept.length) - 1);
    return this.#kept[rank];
  }
}
