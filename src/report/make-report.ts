import { deviationsFor } from "../lib/normal-quantile.ts";
import type { VariantCounts } from "../state/experiments.ts";
import type { Results, TaskCounts } from "../state/results.ts";
import type { ShadowRun } from "../shadow/shadow-run.ts";
import type { ReportOptions } from "./options.ts";
import { Report, type ExperimentResult, type TaskResult, type VariantResult } from "./report.ts";
import { resultOf, type Sureness } from "./result-of.ts";
import { shadowReport } from "./shadow-report.ts";
import { verdictOf, type VerdictTerms } from "./verdict.ts";

/** What is known of how well targets do, with a verdict for each task. */
export function makeReport(
  { results, shadows }: { readonly results: Results; readonly shadows: ShadowRun | undefined },
  options: Required<ReportOptions> & VerdictTerms,
): Report {
  const { confidence } = options;
  const sure = { confidence, z: deviationsFor(confidence) };
  const { since, by, untold } = results;
  const tasks = [...results.tasks].map(([name, counts]) => taskResult(name, counts, { options, sure }));
  const experiments = [...results.experiments].map(([name, sides]) => experimentResult(name, sides, { options, sure }));
  const shadow = shadows && shadowReport(shadows, { minFeedback: options.minFeedback, sure });
  return new Report({ since, by, confidence, tasks, experiments, shadow, untold });
}

interface Terms {
  readonly options: VerdictTerms;
  readonly sure: Sureness;
}

function taskResult(name: string | undefined, counts: TaskCounts, { options, sure }: Terms): TaskResult {
  const targets = [...counts]
    .map(([target, one]) => resultOf(target, one, sure))
    .toSorted((one, other) => other.calls - one.calls);
  return { name, targets, verdict: verdictOf(targets, options) };
}

function experimentResult(
  name: string,
  sides: ReadonlyMap<string, VariantCounts>,
  { options, sure }: Terms,
): ExperimentResult {
  const variants = [...sides].map(([variant, counts]): VariantResult => {
    const { failed, servedBy } = counts;
    return Object.assign(resultOf(variant, counts, sure), { failed, servedBy });
  });
  return { name, variants, verdict: verdictOf(variants, options) };
}
