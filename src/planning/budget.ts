import { budgetDefaults } from "./defaults.ts";
import type { BudgetAdviceOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { upToCents, withoutNoise } from "./round.ts";
import { budgetAdviceOptions } from "./schema.ts";
import { daysPerMonth } from "./time.ts";

/** Caps that leave room for a normal month, and where to warn. In USD; caps and warnings in whole cents, rounded up. */
export interface BudgetAdvice {
  /** What is expected. */
  readonly expected: { readonly dayUsd: number; readonly monthUsd: number };
  /** What a day and a month may cost at most. The day's cap lets the busiest day through, and is never above the month's. */
  readonly cap: { readonly dayUsd: number; readonly monthUsd: number };
  /** Where to warn, one entry for each share. */
  readonly warnings: readonly BudgetWarning[];
}

/** A share of the caps at which to warn. */
export interface BudgetWarning {
  /** The share, 0–1. */
  readonly at: number;
  /** That share of the cap of a day, in USD. */
  readonly dayUsd: number;
  /** That share of the cap of a month, in USD. */
  readonly monthUsd: number;
}

/**
 * The caps that follow from what a tier is expected to cost.
 * @throws ConfigError with every fault of the options, each with its path
 */
export function adviseBudget(options: BudgetAdviceOptions): BudgetAdvice {
  const { monthlyUsd, ...margins } = parse(budgetAdviceOptions, options);
  const { headroom = budgetDefaults.headroom, peakDay = budgetDefaults.peakDay } = margins;
  const averageDayUsd = monthlyUsd / daysPerMonth;
  const monthUsd = upToCents(monthlyUsd * (1 + headroom));
  const dayUsd = Math.min(monthUsd, upToCents(averageDayUsd * peakDay * (1 + headroom)));
  return {
    expected: { dayUsd: withoutNoise(averageDayUsd), monthUsd: monthlyUsd },
    cap: { dayUsd, monthUsd },
    warnings: (margins.warnAt ?? budgetDefaults.warnAt).map((at) => ({
      at,
      dayUsd: upToCents(dayUsd * at),
      monthUsd: upToCents(monthUsd * at),
    })),
  };
}
