/** Places in a sample in rising order, counted from 1; undefined where the sample is too small to have one. */
export interface QuantileRanks {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * Between which places of a sample in rising order a quantile of what it was drawn from lies, whatever the distribution: each
 * bound is wrong with half the chance that is left, at most. By the binomial distribution of how many lie below the quantile.
 * @param quantile - above 0 and below 1
 * @see W. J. Conover, "Practical Nonparametric Statistics", 3rd edition, 3.2
 */
export function quantileRanks(count: number, quantile: number, confidence: number): QuantileRanks {
  const miss = (1 - confidence) / 2;
  const { from, chances } = binomial(count, quantile);
  let below = 0;
  let low: number | undefined;
  let high: number | undefined;
  for (const [at, chance] of chances.entries()) {
    const place = from + at;
    // Fewer than `place` below: the quantile lies below that place.
    if (below <= miss && place >= 1) low = place;
    below += chance;
    if (high === undefined && below >= 1 - miss && place < count) high = place + 1;
  }
  return { low, high };
}

const negligible = 1e-15;

// From the likeliest number on to both sides, until nothing is left that counts: exact for small samples, and quick for large ones.
function binomial(count: number, share: number): { readonly from: number; readonly chances: readonly number[] } {
  const odds = share / (1 - share);
  const mode = Math.min(count, Math.floor((count + 1) * share));
  const up = [1];
  for (let at = mode; at < count && (up.at(-1) ?? 0) > negligible; at += 1)
    up.push(((up.at(-1) ?? 0) * (odds * (count - at))) / (at + 1));
  const down: number[] = [];
  for (let at = mode; at > 0 && (down.at(-1) ?? 1) > negligible; at -= 1)
    down.push(((down.at(-1) ?? 1) * at) / (odds * (count - at + 1)));
  const weights = [...down.toReversed(), ...up];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { from: mode - down.length, chances: weights.map((weight) => weight / total) };
}
