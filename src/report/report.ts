import { reportTable } from "./table.ts";

/** A number that was estimated from so many calls, and between which bounds the true one lies. */
export interface Estimate {
  /** How many calls it is estimated from. */
  readonly count: number;
  /** Undefined when there is no call to estimate it from. */
  readonly value: number | undefined;
  /** One end of the interval; undefined when the calls are too few to say. */
  readonly low: number | undefined;
  /** The other end of the interval; undefined when the calls are too few to say. */
  readonly high: number | undefined;
}

/** How well a target does a task. */
export interface TargetResult {
  /** Id of the target, or name of the variant. */
  readonly name: string;
  /** Calls that it answered. */
  readonly calls: number;
  /** Judged answers that were good; a score between 0 and 1 counts in part. */
  readonly good: number;
  /** Judged answers that were not good; the rest of a score between 0 and 1 counts in part. */
  readonly bad: number;
  /** Share of the judged answers that were good, 0–1, with Wilson's score interval. */
  readonly accuracy: Estimate;
  /** What an answer cost, in USD, with Student's interval of the mean. What attempts before it at other targets cost is not in it. */
  readonly costUsd: Estimate;
  /** How long an answer took at the target, in ms: the median, with the interval that the places in the sample give. */
  readonly p50Ms: Estimate;
  /** The same for what 95 % of the answers took at most. */
  readonly p95Ms: Estimate;
  /** What `baseline` would have cost for these calls, less what they cost, in USD; undefined when that is not known. */
  readonly savedUsd: number | undefined;
}

/** What can be said of which is better. */
export interface Verdict {
  /** Whether one target is better for sure, none is, or nobody can say yet. */
  readonly kind: "better" | "no_difference" | "not_enough_data";
  /** What is better than all others it was compared with; of those without a difference, the one that is cheaper for sure. */
  readonly best: string | undefined;
  /** How many more judged answers are needed, in all; 0 when none are. */
  readonly moreFeedback: number;
  /** The verdict in words. */
  readonly text: string;
}

/** The targets that did a task, side by side. */
export interface TaskResult {
  /** Name of the task, or what calls are told apart by; undefined for calls without one. */
  readonly name: string | undefined;
  /** Those with the most calls first. */
  readonly targets: readonly TargetResult[];
  /** Whether one of them is better, as far as there is enough to say. */
  readonly verdict: Verdict;
}

/** How one side of an experiment does: what its calls cost and took in all, whichever targets served them. */
export interface VariantResult extends TargetResult {
  /** Calls that nobody answered. */
  readonly failed: number;
  /** Id of each target that answered → how often. */
  readonly servedBy: Readonly<Record<string, number>>;
}

/** The sides of an experiment, side by side. */
export interface ExperimentResult {
  /** Name of the experiment. */
  readonly name: string;
  /** Its sides, in the order of the configuration. */
  readonly variants: readonly VariantResult[];
  /** Whether one of them is better, as far as there is enough to say. */
  readonly verdict: Verdict;
}

/** How a shadow did a task, beside the answers that were given in the same calls. */
export interface ShadowResult {
  /** Name of the task; undefined for calls without one. */
  readonly name: string | undefined;
  /** The shadow's answers: `accuracy` is how good `compare` found them. */
  readonly shadow: TargetResult;
  /** The answers that were given. */
  readonly given: TargetResult;
  /** Shadows without an answer. */
  readonly failed: number;
  /** What can be said, in words. */
  readonly text: string;
}

/** Shadow traffic so far. */
export interface ShadowReport {
  /** Id of the target. */
  readonly target: string;
  /** By task, in the order in which they came. */
  readonly tasks: readonly ShadowResult[];
  /** Why calls that were drawn got no shadow → how often. */
  readonly skipped: Readonly<Record<string, number>>;
  /** What was spent of `budgetUsd` in this window, in USD. */
  readonly spentUsd: number;
}

/** What a {@link Report} holds. */
export interface ReportData {
  /** When counting began, in ms since the epoch. */
  readonly since: number;
  /** What calls are told apart by: `task`, `tier`, or `tag:` and a name. */
  readonly by: string;
  /** How sure intervals and verdicts are. */
  readonly confidence: number;
  /** Those with the most calls first. */
  readonly tasks: readonly TaskResult[];
  /** The experiments of tiers: calls that were shared out by lot, so that their sides can be compared. */
  readonly experiments: readonly ExperimentResult[];
  /** Not there while no shadows are sent. */
  readonly shadow?: ShadowReport | undefined;
  /** Answers that are not counted, as more pairs of a task and a target came than are told apart. */
  readonly untold: number;
}

/** What works: plain data, fit for `JSON.stringify`, and as a string a table for people in Markdown. */
export class Report implements ReportData {
  readonly since: number;
  readonly by: string;
  readonly confidence: number;
  readonly tasks: readonly TaskResult[];
  readonly experiments: readonly ExperimentResult[];
  declare readonly shadow?: ShadowReport | undefined;
  readonly untold: number;

  /** @internal Use `router.report()`. */
  constructor(data: ReportData) {
    this.since = data.since;
    this.by = data.by;
    this.confidence = data.confidence;
    this.tasks = data.tasks;
    this.experiments = data.experiments;
    if (data.shadow !== undefined) this.shadow = data.shadow;
    this.untold = data.untold;
  }

  /** The report in Markdown: a table for each task, and its verdict. */
  toString(): string {
    return reportTable(this);
  }
}
