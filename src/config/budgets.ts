import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { BudgetOptions, RouterOptions } from "../options.ts";
import { budgetDefaults } from "./defaults.ts";
import { issueAt } from "./issues.ts";
import type { ResolvedBudget, ResolvedTarget, ResolvedTier } from "./resolved.ts";
import { quote } from "./show.ts";

/** What budgets may be for. */
export interface Budgetable {
  readonly tiers: ReadonlyMap<string, ResolvedTier>;
  readonly targets: ReadonlyMap<string, ResolvedTarget>;
}

/**
 * By name.
 * @throws ConfigError that names every target whose price nobody knows and that a budget is for
 */
export function resolveBudgets(
  { budgets = {} }: RouterOptions,
  budgetable: Budgetable,
): ReadonlyMap<string, ResolvedBudget> {
  const resolved = Object.entries(budgets).map(([name, given]) => resolveBudget(name, given));
  const issues = resolved.flatMap((budget) => unpriced(budget, budgetable));
  if (issues.length > 0) throw new ConfigError(issues);
  return new Map(resolved.map((budget) => [budget.name, budget]));
}

function resolveBudget(name: string, given: BudgetOptions): ResolvedBudget {
  const { limitUsd, per, tier, target, tag = {}, assumedPrice } = given;
  const { timeZone = budgetDefaults.timeZone, rolling = budgetDefaults.rolling } = given;
  const { onSpent = budgetDefaults.onSpent, warnAt = budgetDefaults.warnAt } = given;
  return {
    name,
    limitUsd,
    per,
    timeZone: rolling ? undefined : timeZone,
    tier,
    target,
    tags: Object.entries(tag).toSorted(([one], [other]) => (one < other ? -1 : 1)),
    downgradeTo: typeof onSpent === "object" ? onSpent.downgradeTo : undefined,
    lenient: onSpent === "warn",
    warnAt: warnAt.toSorted((one, other) => one - other),
    maxOutputTokens: given.maxOutputTokens ?? budgetDefaults.maxOutputTokens,
    assumedPrice,
  };
}

// What nobody knows the price of would be free.
function unpriced(budget: ResolvedBudget, { tiers, targets }: Budgetable): readonly ConfigIssue[] {
  if (budget.assumedPrice !== undefined) return [];
  const inTier = budget.tier === undefined ? [...targets.values()] : (tiers.get(budget.tier)?.targets ?? []);
  const covered = inTier.filter(({ id }) => budget.target === undefined || budget.target === id);
  const ids = covered.filter(({ price }) => price === undefined).map(({ id }) => quote(id));
  if (ids.length === 0) return [];
  const message = `is for ${ids.join(", ")}, whose price is not known; add it to prices, or set assumedPrice`;
  return [issueAt(["budgets", budget.name], message)];
}
