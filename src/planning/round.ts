/** Twelve digits of a number. What sums of binary fractions have beyond, as in 1.8350000000000002, is noise. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

/** An amount in whole cents, half a cent away from 0. */
export function toCents(usd: number): number {
  return (Math.sign(usd) * Math.round(withoutNoise(Math.abs(usd) * 100))) / 100;
}

/** An amount in whole cents that is not below it. */
export function upToCents(usd: number): number {
  return Math.ceil(withoutNoise(usd * 100)) / 100;
}
