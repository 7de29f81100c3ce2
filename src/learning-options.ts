import type { Awaitable, CheckedAnswer, RoutingRequest } from "./glossary.ts";
import type { BudgetPeriod } from "./options.ts";

/** Splits the calls of a tier over variants: an A/B test. */
export interface ExperimentOptions {
  /**
   * Names it in records, events and reports. Who is on which side depends on it: another name draws anew, and begins another count.
   * @defaultValue the name of its tier
   */
  name?: string | undefined;
  /** Variant name → its share of the calls, and what it tries first. At least two. */
  variants: Readonly<Record<string, VariantOptions>>;
  /**
   * What stays on one side: a user (the hint `user`, else the body's `safety_identifier` or `user`), a conversation, the value of a tag,
   * or what a function of yours returns. A call without it is drawn by lot, as is one for which your function throws.
   * @defaultValue "user"
   */
  by?: "user" | "conversation" | `tag:${string}` | ((request: RoutingRequest) => string | undefined) | undefined;
}

/** One side of an experiment. */
export interface VariantOptions {
  /** Its share, beside those of the others: 9 and 1 are 90 % and 10 %. @defaultValue 1 */
  weight?: number | undefined;
  /**
   * Ids of targets of the tier that are tried first, in this order; the others are their fallbacks. An empty list leaves the tier's
   * own order.
   * @defaultValue the target whose id is the variant's name
   */
  targets?: readonly string[] | undefined;
}

/** Sends a share of the calls to another target too, to see how it would do. Nobody is given its answers, and no call waits for them. */
export interface ShadowOptions {
  /**
   * Id of the target. It needs a price, and has no limits: calls need those. It may be one that no tier has.
   */
  target: string;
  /** Share of the answered calls that are sent to it too, 0–1. @defaultValue 0.01 */
  share?: number | undefined;
  /** Only calls under this tier. @defaultValue every tier */
  tier?: string | undefined;
  /** The most that may be spent on it within `per`, in USD, by this process. No budget of the router's is touched. @defaultValue 1 */
  budgetUsd?: number | undefined;
  /** The hour, the day or the month of the calendar (UTC) that `budgetUsd` is for. @defaultValue "day" */
  per?: BudgetPeriod | undefined;
  /** Shadows at the same time, at most; a call that comes then is sent without one. @defaultValue 2 */
  concurrency?: number | undefined;
  /** How long one may take, in ms; then it is given up. @defaultValue 60_000 */
  timeoutMs?: number | undefined;
  /**
   * Says how good the shadow's answer is beside the one that was given, for the report: `true`, `false` or a score from 0 to 1.
   * Called when both are there. Of a stream that broke and was mended it is not called.
   */
  compare?: ((given: CheckedAnswer, shadow: CheckedAnswer) => Awaitable<boolean | number>) | undefined;
}
