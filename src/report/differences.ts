import { differenceInterval, trialsToTell, wilsonInterval, type Interval, type Proportion } from "../lib/intervals.ts";
import { deviationsFor } from "../lib/normal-quantile.ts";

/** Something whose answers were judged. */
export interface Rated {
  readonly name: string;
  readonly rated: Proportion;
}

/** Two whose answers were judged, the one with the higher accuracy first. */
export interface Pair {
  readonly better: Rated;
  readonly worse: Rated;
  /** By how much the one is more accurate than the other. */
  readonly difference: Interval;
  /** Whether the difference is one for sure. */
  readonly isSure: boolean;
  /** How many more judged answers each needs, so that a difference that matters would have been found. */
  readonly missing: readonly [better: number, worse: number];
}

/** What a difference has to be. */
export interface DifferenceTerms {
  readonly confidence: number;
  readonly minDifference: number;
}

/**
 * Compares each with each. With many pairs some differ by chance: Holm's way keeps the chance that any pair at all is wrongly
 * told apart within what `confidence` leaves. The surest pair must hold at that chance divided by the number of pairs, the next by one
 * pair less, and so on.
 * @see S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979), 65–70
 */
export function differences(all: readonly Rated[], terms: DifferenceTerms): readonly Pair[] {
  const pairs = all.flatMap((one, at) => all.slice(at + 1).map((other) => inOrder(one, other)));
  const chance = 1 - terms.confidence;
  const sure = new Set<Couple>();
  let before = -1;
  while (sure.size > before && sure.size < pairs.length) {
    before = sure.size;
    const z = deviationsFor(1 - chance / (pairs.length - before));
    for (const pair of pairs) if (differenceOf(pair, z).low > 0) sure.add(pair);
  }
  // An interval that is shown says the same as the verdict: it is that of the last step.
  const z = deviationsFor(1 - chance / Math.max(1, pairs.length - Math.max(0, before)));
  const strict = deviationsFor(1 - chance / Math.max(1, pairs.length));
  return pairs.map((pair) => ({
    better: pair.better,
    worse: pair.worse,
    difference: differenceOf(pair, z),
    isSure: sure.has(pair),
    missing: missingOf(pair, strict, terms),
  }));
}

type Couple = Pick<Pair, "better" | "worse">;

function inOrder(one: Rated, other: Rated): Couple {
  return shareOf(other) > shareOf(one) ? { better: other, worse: one } : { better: one, worse: other };
}

function shareOf({ rated: { successes, trials } }: Rated): number {
  return successes / trials;
}

function differenceOf({ better, worse }: Couple, z: number): Interval {
  return differenceInterval(better.rated, worse.rated, z);
}

function missingOf({ better, worse }: Couple, z: number, { minDifference }: DifferenceTerms): Pair["missing"] {
  const [one, other] = [better.rated, worse.rated];
  const both = { successes: one.successes + other.successes, trials: one.trials + other.trials };
  // The middle of Wilson's interval, not the share itself: of answers that were all good so far the next may be bad.
  const { low, high } = wilsonInterval(both, z);
  const needed = trialsToTell(minDifference, (low + high) / 2, z);
  return [Math.max(0, needed - one.trials), Math.max(0, needed - other.trials)];
}
