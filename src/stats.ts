import type { KeyStats } from "./state/key-ring.ts";
import type { RetryBudgetStats } from "./state/retry-budget.ts";
import type { HedgeStats } from "./state/hedges.ts";
import type { SloStats } from "./state/slo-watch.ts";
import type { TallyStats } from "./state/tally.ts";

/** What `router.stats()` returns: all calls together, and by tier and target. A copy that no longer changes. */
export interface RouterStats extends TallyStats {
  /** How the budget of retries stands. */
  readonly retryBudget: RetryBudgetStats;
  /** How well tiers keep their `slo`; those that have one. */
  readonly slos: Readonly<Record<string, SloStats>>;
  /** By client name, of the clients that have several keys or limits for each: what was done with each key. */
  readonly keys: Readonly<Record<string, readonly KeyStats[]>>;
  /** How second attempts beside slow ones went. */
  readonly hedges: HedgeStats;
}
