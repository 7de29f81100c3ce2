/** Between which bounds a number lies, as far as can be told. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How many of so many; shares of one count as well, such as a score of 0.5. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/**
 * Wilson's score interval of a proportion. It holds for few trials and near 0 and 1, where the usual `p ± z·s` does not; with
 * scores between 0 and 1 in the place of yes and no it is wider than it need be, as no such score varies more than those do.
 * @param z - how many standard deviations wide, to each side
 * @see E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927), 209–212
 */
export function wilsonInterval({ successes, trials }: Proportion, z: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const shrink = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * By how much one proportion is larger than another: Newcombe's hybrid of the two Wilson intervals.
 * @see R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven methods",
 * Statistics in Medicine 17 (1998), 873–890, method 10
 */
export function differenceInterval(one: Proportion, other: Proportion, z: number): Interval {
  const [p, q] = [one.successes / one.trials, other.successes / other.trials];
  const [ofOne, ofOther] = [wilsonInterval(one, z), wilsonInterval(other, z)];
  return {
    low: p - q - Math.hypot(p - ofOne.low, ofOther.high - q),
    high: p - q + Math.hypot(ofOne.high - p, q - ofOther.low),
  };
}

/**
 * How many trials each of two proportions needs, so that a difference is found with a chance of 80 % where there is one.
 * @param share - about how large the proportions are
 * @see J. L. Fleiss, "Statistical Methods for Rates and Proportions", chapter 4
 */
export function trialsToTell(difference: number, share: number, z: number): number {
  const powerZ = 0.841_621;
  return Math.ceil(((z + powerZ) ** 2 * 2 * share * (1 - share)) / difference ** 2);
}

/** Added up numbers: enough for their mean and how they vary. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
}

/** Fewer say too little of how numbers vary; and the quantile of t below is off by more than 1 %. */
const fewest = 5;

/**
 * Student's interval of a mean; undefined of fewer than five numbers. For numbers that are far from normal, such as costs with a
 * few dear ones among them, it holds about from thirty on.
 */
export function meanInterval({ count, mean, squares }: Moments, z: number): Interval | undefined {
  if (count < fewest) return undefined;
  const half = studentQuantile(z, count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { low: mean - half, high: mean + half };
}

/**
 * The quantile of Student's t for that of the normal distribution: exact to 1 % from 4 degrees of freedom on.
 * @see Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.5
 */
function studentQuantile(z: number, degrees: number): number {
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, power) => sum + term / degrees ** power, 0);
}
