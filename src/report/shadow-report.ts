import type { ShadowRun } from "../shadow/shadow-run.ts";
import type { ShadowCounts } from "../shadow/shadow-results.ts";
import type { ShadowReport, ShadowResult, TargetResult } from "./report.ts";
import { resultOf, type Sureness } from "./result-of.ts";
import { costWords, percent } from "./words.ts";

interface Terms {
  readonly minFeedback: number;
  readonly sure: Sureness;
}

/** What came of shadow traffic. */
export function shadowReport({ results, budget, shadow }: ShadowRun, terms: Terms): ShadowReport {
  const isCompared = shadow.compare !== undefined;
  return {
    target: results.target,
    tasks: [...results.tasks].map(([name, counts]) =>
      resultFor(name, counts, { ...terms, isCompared, target: results.target }),
    ),
    skipped: Object.fromEntries(results.skipped),
    spentUsd: budget.spentUsd,
  };
}

function resultFor(
  name: string | undefined,
  { shadow, given, failed }: ShadowCounts,
  { target, sure, minFeedback, isCompared }: Terms & { readonly target: string; readonly isCompared: boolean },
): ShadowResult {
  const [one, other] = [resultOf(target, shadow, sure), resultOf("the answers given", given, sure)];
  const words = [
    isCompared ? compared(one, minFeedback) : undefined,
    costs(one, other),
    failed > 0 ? failures(one, failed) : undefined,
  ];
  return { name, shadow: one, given: other, failed, text: words.filter((part) => part !== undefined).join("; ") };
}

function compared({ accuracy: { count, value = 0, low = 0, high = 1 } }: TargetResult, minFeedback: number): string {
  if (count < minFeedback) return `not enough data: ${minFeedback - count} more compared answers needed`;
  return `found good in ${percent(value)} of ${count} comparisons (${percent(low)} to ${percent(high)})`;
}

function costs(
  { costUsd: { value: one } }: TargetResult,
  { costUsd: { value: other } }: TargetResult,
): string | undefined {
  if (one === undefined || other === undefined || other === 0) return undefined;
  const change = one / other - 1;
  const words = Math.abs(change) < 0.005 ? "the same" : `${percent(Math.abs(change))} ${change < 0 ? "less" : "more"}`;
  return `${costWords(one)} a call, against ${costWords(other)} (${words})`;
}

function failures({ calls }: TargetResult, failed: number): string {
  return `${failed} of ${calls + failed} got no answer`;
}
