/** What many samples of one quantity say: the middle, and how far it may be off. */
export interface Estimate {
  readonly median: number;
  /** Half the width of the median's 95 % confidence interval. */
  readonly noise: number;
}

/** The median of `samples` with its uncertainty, by order statistics: nothing is assumed of the distribution. */
export function estimate(samples: readonly number[]): Estimate {
  const sorted = samples.toSorted((a, b) => a - b);
  const count = sorted.length;
  const reach = 0.98 * Math.sqrt(count);
  const low = sorted[Math.max(0, Math.floor(count / 2 - reach))] ?? NaN;
  const high = sorted[Math.min(count - 1, Math.ceil(count / 2 + reach))] ?? NaN;
  return { median: middleOf(sorted), noise: (high - low) / 2 };
}

/** The sample that a tenth are below: where the machine was disturbed least. */
export function fastestTenth(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 10)] ?? NaN;
}

/** What `value` and `base` say of each other, round by round: a machine that slows down slows both of a round. */
export function pairwise(
  values: readonly number[],
  bases: readonly number[],
  relate: (value: number, base: number) => number,
): Estimate {
  return estimate(values.map((value, round) => relate(value, bases[round] ?? NaN)));
}

export function difference(value: number, base: number): number {
  return value - base;
}

export function ratio(value: number, base: number): number {
  return value / base;
}

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] ?? NaN;
  const high = sorted[Math.floor(half)] ?? NaN;
  return (low + high) / 2;
}
