import { featureDefaults } from "./defaults.ts";
import type { FeatureOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { withoutNoise } from "./round.ts";
import { featureOptions } from "./schema.ts";

/** What a feature earns, what its models cost, and what its price would have to be. */
export interface FeatureMargin {
  /** USD a month, over all users. */
  readonly revenueUsd: number;
  /** What its models cost, in USD a month, over all users. */
  readonly costUsd: number;
  /** `revenueUsd - costUsd`. */
  readonly marginUsd: number;
  /** The margin as a share of the revenue; undefined when there is no revenue. */
  readonly margin: number | undefined;
  /** Whether the revenue covers the model cost and leaves the target margin. */
  readonly covered: boolean;
  /** What a user has to pay a month to cover the cost and the target margin, in USD, if calls earn what they do. */
  readonly breakEvenPerUserUsd: number;
  /** What a call has to earn instead, in USD, if users pay what they do; undefined when no calls are made. */
  readonly breakEvenPerCallUsd: number | undefined;
  /** How many calls a month a user's payment covers; undefined when calls cover themselves. */
  readonly breakEvenCallsPerUser: number | undefined;
}

/**
 * Whether the revenue of a feature covers its model cost.
 * @throws ConfigError with every fault of the options, each with its path
 */
export function featureMargin(options: FeatureOptions): FeatureMargin {
  const {
    callsPerUser,
    costPerCallUsd,
    revenuePerUserUsd = featureDefaults.revenuePerUserUsd,
    revenuePerCallUsd = featureDefaults.revenuePerCallUsd,
    users = featureDefaults.users,
    targetMargin = featureDefaults.targetMargin,
  } = parse(featureOptions, options);
  const revenueUsd = withoutNoise(users * (revenuePerUserUsd + callsPerUser * revenuePerCallUsd));
  const costUsd = withoutNoise(users * callsPerUser * costPerCallUsd);
  // What has to come in for one call so that, after its cost, the target margin is left.
  const neededPerCallUsd = costPerCallUsd / (1 - targetMargin);
  const shortPerCallUsd = neededPerCallUsd - revenuePerCallUsd;
  const breakEvenPerUserUsd = Math.max(0, withoutNoise(shortPerCallUsd * callsPerUser));
  return {
    revenueUsd,
    costUsd,
    marginUsd: withoutNoise(revenueUsd - costUsd),
    margin: revenueUsd === 0 ? undefined : withoutNoise(1 - costUsd / revenueUsd),
    covered: revenuePerUserUsd >= breakEvenPerUserUsd,
    breakEvenPerUserUsd,
    breakEvenPerCallUsd:
      callsPerUser === 0 ? undefined : Math.max(0, withoutNoise(neededPerCallUsd - revenuePerUserUsd / callsPerUser)),
    breakEvenCallsPerUser: shortPerCallUsd <= 0 ? undefined : withoutNoise(revenuePerUserUsd / shortPerCallUsd),
  };
}
