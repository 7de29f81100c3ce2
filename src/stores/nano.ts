// Billionths: sums of whole numbers do not drift, as those of 0.1 do.
const nanosPerUnit = 1e9;

/** An amount in whole billionths of its unit. */
export function toNano(amount: number): number {
  return Math.round(amount * nanosPerUnit);
}

/** Whole billionths as an amount. */
export function fromNano(nanos: number): number {
  return nanos / nanosPerUnit;
}
