import type { ConfigIssue } from "../errors.ts";
import { issueAt } from "./issues.ts";
import type { BudgetOutline, Outline } from "./outline.ts";
import { quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

/**
 * Finds budgets for tiers or targets that do not exist, and downgrades that lead nowhere or back.
 * @yields every fault, with its path
 */
export function* checkBudgets(outline: Outline): Generator<ConfigIssue> {
  const { tiers, budgets } = outline;
  const targets = new Set([...outline.targets.keys(), ...[...tiers.values()].flatMap((tier) => tier.targets ?? [])]);
  for (const [name, { tier, target, downgradeTo }] of budgets) {
    const path = ["budgets", name];
    if (tier !== undefined && !tiers.has(tier)) {
      yield issueAt([...path, "tier"], unknownName("tier", tier, tiers.keys()));
    }
    if (target !== undefined && !targets.has(target)) {
      yield issueAt([...path, "target"], unknownName("target", target, namesIn(targets)));
    }
    const fault = downgradeTo === undefined ? undefined : faultOfDowngrade(name, downgradeTo, outline);
    if (fault !== undefined) yield issueAt([...path, "onSpent", "downgradeTo"], fault);
  }
}

function faultOfDowngrade(name: string, to: string, { tiers, budgets }: Outline): string | undefined {
  if (!tiers.has(to)) return unknownName("tier", to, tiers.keys());
  const { tier } = budgets.get(name) ?? {};
  if (tier === to) return `leads to the tier the budget is for, ${quote(to)}; choose another one`;
  const circle = tier === undefined ? [] : circleOf(tier, to, budgets);
  return circle.length === 0 ? undefined : `goes round in a circle: ${circle.map(quote).join(" → ")}`;
}

/** From the tier over `to` back to it; empty when it is not reached. */
function circleOf(tier: string, to: string, budgets: ReadonlyMap<string, BudgetOutline>): readonly string[] {
  const paths = [[tier, to]];
  const seen = new Set<string>([to]);
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const last = path.at(-1);
    for (const { tier: from, downgradeTo } of budgets.values()) {
      if (from !== last || downgradeTo === undefined) continue;
      if (downgradeTo === tier) return [...path, tier];
      if (!seen.has(downgradeTo)) paths.push([...path, downgradeTo]);
      seen.add(downgradeTo);
    }
  }
  return [];
}

function namesIn(targets: Iterable<string | undefined>): readonly string[] {
  return [...targets].filter((id) => id !== undefined);
}
