// Fewer than these are not worth looking through.
const minSweep = 1_000;

const nothing: readonly (string | undefined)[] = [];

/** Facts with a time to live, in memory. Times are in ms since the epoch. */
export class Facts {
  readonly #facts = new Map<string, Fact>();
  #sweepAt = minSweep;

  note(key: string, value: string | undefined, { ttlMs, now }: { ttlMs: number; now: number }): void {
    if (value === undefined || ttlMs <= 0) {
      this.#facts.delete(key);
      return;
    }
    if (this.#facts.size >= this.#sweepAt) this.#sweep(now);
    this.#facts.set(key, { value, endsAt: now + ttlMs });
  }

  read(keys: readonly string[], now: number): readonly (string | undefined)[] {
    return keys.length === 0 ? nothing : keys.map((key) => this.#valueOf(key, now));
  }

  #valueOf(key: string, now: number): string | undefined {
    const fact = this.#facts.get(key);
    return fact !== undefined && fact.endsAt > now ? fact.value : undefined;
  }

  #sweep(now: number): void {
    for (const [key, { endsAt }] of this.#facts) if (endsAt <= now) this.#facts.delete(key);
    this.#sweepAt = Math.max(minSweep, 2 * this.#facts.size);
  }
}

interface Fact {
  readonly value: string;
  readonly endsAt: number;
}
