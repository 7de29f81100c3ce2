// Coefficients of Wichura's PPND7, from the constant up.
const middle = [
  [3.3871327179, 50.434271938, 159.29113202, 59.10937472],
  [1, 17.895169469, 78.757757664, 67.1875636],
];
const near = [
  [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103],
  [1, 0.7370016425, 0.12021132975],
];
const far = [
  [6.657905115, 3.081226386, 0.42868294337, 0.017337203997],
  [1, 0.24197894225, 0.012258202635],
];

/**
 * The value below which a standard normal number lies with this probability, in 7 digits.
 * @param probability - above 0 and below 1
 * @see M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988), 477–484
 */
export function normalQuantile(probability: number): number {
  const offset = probability - 0.5;
  if (Math.abs(offset) <= 0.425) return offset * ratio(middle, 0.180625 - offset ** 2);
  const tail = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  return Math.sign(offset) * (tail <= 5 ? ratio(near, tail - 1.6) : ratio(far, tail - 5));
}

function ratio([over = [], under = []]: readonly (readonly number[])[], at: number): number {
  return polynomial(over, at) / polynomial(under, at);
}

function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * at + coefficient, 0);
}

/** How many standard deviations to each side of the middle hold this share of a normal distribution. */
export function deviationsFor(confidence: number): number {
  return normalQuantile(1 - (1 - confidence) / 2);
}
