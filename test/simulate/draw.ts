import { seededRandom } from "../../src/testing/seeded-random.ts";

/** Draws what a schedule is made of. */
export class Draw {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
    // The first numbers of neighbouring seeds are alike.
    for (let warm = 0; warm < 8; warm += 1) this.next();
  }

  /** Whether something with this share of chances happens. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** A number whose magnitude is drawn: as often between 10 and 100 as between 100 and 1,000. */
  magnitude(least: number, most: number): number {
    return Math.round(least * (most / least) ** this.next());
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)] as T;
  }

  /** Some of them, at least one, in any order. */
  someOf<T>(choices: readonly T[]): T[] {
    const left = [...choices];
    const count = this.whole(1, left.length);
    return Array.from({ length: count }, () => left.splice(this.whole(0, left.length - 1), 1)[0] as T);
  }

  /** What `make` gives, or undefined. */
  maybe<T>(share: number, make: () => T): T | undefined {
    return this.chance(share) ? make() : undefined;
  }
}
