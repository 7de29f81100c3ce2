import type { RoutingRequest } from "./glossary.ts";

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
