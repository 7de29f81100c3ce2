/**
 * The router: wraps a client of the `openai` package, picks a tier for each call, fails over, and records what happened.
 *
 * @module
 */
export { ModelRouter, type FromConfigOptions, type ModelRouterConstructor } from "./router.ts";
export type { RouterChanges } from "./core.ts";
export type { Exporter, ObservedRouter } from "./exporters/exporter.ts";
export type { SendingWrap } from "./wraps.ts";
export type { Asked, RouterView } from "./view.ts";
export type { Batch } from "./batch/batch.ts";
export type {
  BatchAnswer,
  BatchBody,
  BatchFailure,
  BatchFunction,
  BatchItem,
  BatchOptions,
  BatchProgress,
  BatchResult,
  BatchResults,
  BatchValue,
  Items,
} from "./batch/options.ts";
export type { Drill } from "./drill/drill.ts";
export type { DrillOptions } from "./drill/options.ts";
export type { DrillDurations, DrillReport, DrillSide } from "./drill-report.ts";
export type { Feedback } from "./feedback.ts";
export type { ReportOptions } from "./report/options.ts";
export type {
  Estimate,
  ExperimentResult,
  Report,
  ReportData,
  ShadowReport,
  ShadowResult,
  TargetResult,
  TaskResult,
  VariantResult,
  Verdict,
} from "./report/report.ts";
export type { ReportDimension } from "./state/results.ts";
export type { WithinOptions } from "./within.ts";
export type { BudgetState } from "./admit/budgets.ts";
export type { KeyHealth, RouterHealth, TargetHealth, TierHealth } from "./health.ts";
export type { ExplainedExperiment } from "./plan/explained-experiment.ts";
export type { ExplainedHedge } from "./plan/explained-hedge.ts";
export type { ExplainedStreamBreak } from "./plan/explained-stream-break.ts";
export type { ExplainedLimit } from "./plan/explained-limit.ts";
export type { Explanation, ExplainedBudget, ExplainedTarget } from "./plan/explain.ts";
export type { RouterStats } from "./stats.ts";
export type { KeyStats } from "./state/key-ring.ts";
export type { ExtraKind, RetryBudgetStats } from "./state/retry-budget.ts";
export type { TallyStats } from "./state/tally.ts";
export type { SloStats } from "./state/slo-watch.ts";
export type { ObjectiveStats } from "./state/burn-meter.ts";
export type { CostDimension, CostReport } from "./state/costs.ts";
export type { CostSums } from "./state/cost-sums.ts";
export type { TokenSums } from "./state/token-sums.ts";
export type { TargetStats } from "./state/target-tally.ts";
export type { TierStats } from "./state/tier-tally.ts";
export type { WaitStats } from "./state/wait-counts.ts";
export type { HedgeOutcome, HedgeRefusal, HedgeStats } from "./state/hedges.ts";
export type { AttemptStats } from "./state/attempt-counts.ts";
export type { ReliabilityStats } from "./state/outcome-window.ts";
export type { LatencyStats } from "./state/latency.ts";
export { globalApi, type GlobalApiOptions } from "./config/presets.ts";
export type { AzureConfig, ClientConfig } from "./config/client-config.ts";
export type { AcceptConfig, RouterConfig, ShadowConfig, TierConfig } from "./config/from-config.ts";
export type { ClassifierConfig, RuleConfig, RulesConfig, SplitConfig } from "./config/classifier-config.ts";
export { heuristicClassifier, type HeuristicClassifierOptions } from "./classify/heuristic.ts";
export { taskClassifier, type TaskClassifierOptions } from "./classify/task.ts";
export { priorityClassifier, type PriorityClassifierOptions } from "./classify/priority.ts";
export { rulesClassifier, type Rule } from "./classify/rules.ts";
export type { RuleConditions } from "./classify/rule-conditions.ts";
export { splitClassifier, type SplitClassifierOptions } from "./classify/split.ts";
export { judgeClassifier, type JudgeClassifierOptions } from "./classify/judge.ts";
export { similarityClassifier, type SimilarityClassifierOptions } from "./classify/similarity.ts";
export {
  feedbackClassifier,
  type FeedbackClassifier,
  type FeedbackClassifierOptions,
  type FeedbackState,
} from "./classify/feedback.ts";
export type { LikelihoodState } from "./classify/likelihood.ts";
export { firstSure, type FirstSureOptions } from "./classify/first-sure.ts";
export { acceptJson } from "./accept/json.ts";
export { acceptNotEmpty } from "./accept/not-empty.ts";
export { acceptNoRefusal } from "./accept/no-refusal.ts";
export { acceptSchema, type SchemaIssue, type StandardSchema } from "./accept/schema.ts";
export { priorityStrategy } from "./plan/priority.ts";
export { cheapestStrategy, type CheapestOptions } from "./plan/cheapest.ts";
export { fastestStrategy } from "./plan/fastest.ts";
export { weightedStrategy } from "./plan/weighted.ts";
export { leastBusyStrategy } from "./plan/least-busy.ts";
export { bundledPrices, pricesOf } from "./prices/bundled-prices.ts";
export type { BundledPrice } from "./prices/bundled-price.ts";
export { memoryStore, type MemoryStore } from "./stores/memory.ts";
export { resilientStore, type ResilientStoreOptions, type StoreDown, type StoreUp } from "./stores/resilient.ts";
export type * from "./stores/store.ts";
export { markOf } from "./openai/stream-mark.ts";
export { costOf } from "./record/cost.ts";
export { usageOf } from "./record/usage.ts";
export type * from "./options.ts";
export type * from "./learning-options.ts";
export type * from "./events.ts";
export type * from "./fit-change.ts";
export type * from "./given-answer.ts";
export type * from "./glossary.ts";
export type * from "./strategy.ts";
export type * from "./broken-streams.ts";
export * from "./errors.ts";
export type * from "./spent-budget.ts";
