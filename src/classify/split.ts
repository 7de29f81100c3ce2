import { ConfigError } from "../errors.ts";
import type { Classifier, RoutingRequest } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { placeOf } from "../lib/place-of.ts";
import { callerKeys } from "../openai/caller-keys.ts";

/** Options of {@link splitClassifier}. */
export interface SplitClassifierOptions {
  /**
   * What keeps a share: all calls of one user, all calls of one conversation, or all calls for which a function of yours
   * returns the same text. A call without a key is drawn by lot.
   * @defaultValue "user": the hint `user`, else the body's `safety_identifier` or `user`
   */
  by?: "user" | "conversation" | ((request: RoutingRequest) => string | undefined) | undefined;
  /** Another salt draws other users: give each experiment its own. @defaultValue "" */
  salt?: string | undefined;
  /** Draws for calls without a key; a number in [0, 1). @defaultValue Math.random */
  random?: (() => number) | undefined;
}

interface Share {
  readonly tier: string;
  /** Where the share ends on the scale from 0 to 1. */
  readonly end: number;
  readonly reason: string;
}

/**
 * Splits traffic over tiers by weight, such as `{ cheap: 80, balanced: 15, premium: 5 }`: for gradual roll-outs and A/B tests.
 * @throws ConfigError when a weight is negative or no number, or all are 0
 */
export function splitClassifier<TierName extends string>(
  weights: Readonly<Record<TierName, number>>,
  options?: SplitClassifierOptions,
): Classifier<TierName>;
export function splitClassifier(
  weights: Readonly<Record<string, number>>,
  options: SplitClassifierOptions = {},
): Classifier {
  const { by = "user", salt = "", random = Math.random } = options;
  const keyOf = typeof by === "function" ? by : callerKeys[by];
  const shares = sharesOf(weights);
  return {
    name: "split",
    immediate: true,
    classify(request) {
      const key = keyOf(request);
      const place = key === undefined ? random() : placeOf(`${salt}\0${key}`);
      const share = shares.find(({ end }) => place < end) ?? shares.at(-1);
      return share && { tier: share.tier, confidence: 1, reason: share.reason };
    },
  };
}

function sharesOf(weights: Readonly<Record<string, number>>): readonly Share[] {
  if (!isRecord(weights)) fail("", "must be an object of tier → weight");
  let total = 0;
  for (const [tier, weight] of Object.entries(weights)) {
    if (!(Number.isFinite(weight) && weight >= 0)) fail(tier, "a weight is a number from 0 up");
    total += weight;
  }
  if (total === 0) fail("", "at least one tier needs a weight above 0");
  const shares: Share[] = [];
  let sum = 0;
  for (const [tier, weight] of Object.entries(weights)) {
    sum += weight;
    const percent = Number(((100 * weight) / total).toFixed(2));
    if (weight > 0) shares.push({ tier, end: sum / total, reason: `split: ${percent} % of the traffic` });
  }
  return shares;
}

function fail(path: string, message: string): never {
  throw new ConfigError([{ path: path === "" ? "splitClassifier" : `splitClassifier.${path}`, message }]);
}
