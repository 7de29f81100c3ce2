import type { BudgetState } from "../admit/budgets.ts";
import type { ModelRouter } from "../router.ts";
import type { SloStats } from "../state/slo-watch.ts";
import type { TierStats } from "../state/tier-tally.ts";
import type { RouterHealth } from "../health.ts";
import type { RouterStats } from "../stats.ts";
import { costsShown } from "./costs.ts";
import { latencyShown } from "./latency-shown.ts";
import type { ResolvedDashboard } from "./options.ts";
import type { ShownBudget, ShownCounts, ShownKey, ShownState, ShownTier, ShownObjective, ShownSlo } from "./shown.ts";
import { targetsShown } from "./targets.ts";
import type { Watch } from "./watch.ts";
import { clip, outWords } from "./words.ts";

/** What a state is read from. */
export interface StateSources {
  readonly router: Pick<ModelRouter, "stats" | "health" | "costs">;
  readonly watch: Watch;
  readonly options: ResolvedDashboard;
  /** Tier → ids of its targets, in order. */
  chains(): Readonly<Record<string, readonly string[]>>;
  /** As they were last heard; undefined until then. */
  budgets(): readonly BudgetState[] | undefined;
}

/** Budgets whose tags have a thousand values are shown in part. */
const mostBudgets = 50;

/** How everything stands now. */
export function stateShown({ router, watch, options, chains, budgets }: StateSources): ShownState {
  const stats = router.stats();
  const health = router.health();
  const { total } = router.costs();
  return {
    title: options.title,
    since: stats.since,
    countersWindowMs: stats.windowMs,
    windowMs: options.windowMs,
    stepMs: watch.series.stepMs,
    showsContent: options.showContent,
    healthy: health.healthy,
    total: countsShown(stats),
    baselineUsd: total.baselineUsd,
    unpricedCalls: total.unpricedCalls,
    estimatedCalls: total.estimatedCalls,
    totalTokens: total.tokens.totalTokens,
    waiting: stats.waits.waiting,
    refusedRetries: Object.values(stats.retryBudget.refused).reduce((sum, count) => sum + count, 0),
    hedges: { started: stats.hedges.started, won: stats.hedges.won },
    tiers: tiersShown(stats, health, chains()),
    targets: targetsShown(stats, health),
    keys: keysShown(stats, health),
    budgets: budgets()?.slice(0, mostBudgets).map(budgetShown),
    costs: costsShown(router, watch.tags),
    drills: watch.drills.shown(),
  };
}

function tiersShown(
  stats: RouterStats,
  health: RouterHealth,
  chains: Readonly<Record<string, readonly string[]>>,
): readonly ShownTier[] {
  return Object.entries(health.tiers).map(([name, { healthy, breakGlass, slow }]) => {
    const counts = Object.hasOwn(stats.tiers, name) ? stats.tiers[name] : undefined;
    const slo = Object.hasOwn(stats.slos, name) ? stats.slos[name] : undefined;
    return {
      name,
      healthy,
      breakGlass: breakGlass === true,
      chain: chains[name] ?? [],
      slow: slow ?? [],
      counts: counts === undefined ? undefined : countsShown(counts),
      slo: slo === undefined ? undefined : sloShown(slo),
    };
  });
}

function sloShown({ burning, windowMs, objectives }: SloStats): ShownSlo {
  const shown = Object.entries(objectives).map(([name, kept]): ShownObjective => Object.assign({ name }, kept));
  return { burning, windowMs, objectives: shown };
}

function keysShown(stats: RouterStats, health: RouterHealth): readonly ShownKey[] {
  return Object.entries(health.keys).flatMap(([client, keys]) =>
    keys.map(({ key, healthy, out, dueAt, inFlight }, at) => ({
      client,
      key: clip(key),
      healthy,
      dueAt,
      inFlight,
      out: out === undefined ? undefined : outWords[out],
      attempts: stats.keys[client]?.[at]?.attempts ?? 0,
      costUsd: stats.keys[client]?.[at]?.costUsd ?? 0,
    })),
  );
}

function budgetShown({ budget, tags, limitUsd, spentUsd, heldUsd, resetsAt }: BudgetState): ShownBudget {
  const values = Object.entries(tags).map(([tag, value]) => `${clip(tag)} ${clip(value)}`);
  return { name: [budget, ...values].join(", "), limitUsd, spentUsd, heldUsd, resetsAt };
}

function countsShown(stats: TierStats): ShownCounts {
  const { calls, answered, failed, aborted, fallbacks, slaMisses, inFlight, errorRate, costUsd, savedUsd } = stats;
  return {
    calls,
    answered,
    failed,
    aborted,
    fallbacks,
    slaMisses,
    inFlight,
    errorRate,
    costUsd,
    savedUsd,
    latency: latencyShown(stats.latency),
    ttft: latencyShown(stats.ttft),
  };
}
