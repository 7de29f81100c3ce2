/**
 * Metrics of a router on a registry of `prom-client`.
 *
 * @module
 */
import type { Registry } from "prom-client";
import type { RouterEvents } from "../events.ts";
import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { BoundedNames } from "./bounded-names.ts";
import type { Exporter, ObservedRouter } from "./exporter.ts";
import { gaugesOn, type Source } from "./prometheus-gauges.ts";
import { metricsOn, type Metrics } from "./prometheus-metrics.ts";
import { listenTo, type Listeners } from "./subscriptions.ts";

/** What {@link prometheusExporter} can be told. */
export interface PrometheusExporterOptions {
  /** Where the metrics are put: your own registry, or `register` of `prom-client`. */
  readonly registry: Registry;
  /** Value of the label `router`, where a process has several. @defaultValue `"default"` */
  readonly router?: string | undefined;
  /** What the names of all metrics begin with; the same for all routers of a registry. @defaultValue `"modelrouter_"` */
  readonly prefix?: string | undefined;
  /** Tags of calls by which costs are counted, such as `["team"]`. @defaultValue none */
  readonly tags?: readonly string[] | undefined;
  /**
   * The most names that a label takes, for targets and for each tag: callers may name any model id. Later ones are
   * counted under `other`.
   * @defaultValue 100
   */
  readonly maxNames?: number | undefined;
}

/**
 * Metrics for Prometheus on a registry of `prom-client`. Counters and histograms are kept as calls end; what a moment
 * shows (breakers, budgets, burn rates) is read when Prometheus asks. No prompt, answer or key is ever a label.
 */
export function prometheusExporter(options: PrometheusExporterOptions): Exporter {
  return {
    name: "prometheus",
    attach(router: ObservedRouter) {
      const { registry, prefix = "modelrouter_", router: name = "default", maxNames = 100 } = options;
      const { metrics, sources } = exportedOn(registry, prefix);
      const values = new BoundedNames(maxNames);
      const source: Source = { router, name, valueOf: (value) => values.of(value) };
      sources.add(source);
      const stop = listenTo(router, new Counting(metrics, options).listeners);
      return () => {
        stop();
        sources.delete(source);
      };
    },
  };
}

interface Exported {
  readonly metrics: Metrics;
  readonly sources: Set<Source>;
}

// A metric can be registered once: routers that share a registry share its metrics.
const exported = new WeakMap<Registry, Map<string, Exported>>();

function exportedOn(registry: Registry, prefix: string): Exported {
  const byPrefix = exported.get(registry) ?? new Map<string, Exported>();
  exported.set(registry, byPrefix);
  const held = byPrefix.get(prefix);
  if (held !== undefined) return held;
  const made = { metrics: metricsOn(registry, prefix), sources: gaugesOn(registry, prefix) };
  byPrefix.set(prefix, made);
  return made;
}

class Counting {
  readonly #names: BoundedNames;
  readonly #sides: BoundedNames;
  readonly #metrics: Metrics;
  readonly #router: string;
  readonly #tags: ReadonlyMap<string, BoundedNames>;

  constructor(metrics: Metrics, { router = "default", tags = [], maxNames = 100 }: PrometheusExporterOptions) {
    this.#metrics = metrics;
    this.#router = router;
    this.#names = new BoundedNames(maxNames);
    this.#sides = new BoundedNames(maxNames);
    this.#tags = new Map(tags.map((tag) => [tag, new BoundedNames(maxNames)]));
  }

  get listeners(): Listeners {
    const { counters, durations } = this.#metrics;
    const names = this.#names;
    const router = this.#router;
    return {
      "request:end": ({ record }) => this.#ended(record),
      "attempt:end": ({ attempt }) => this.#attempted(attempt),
      "retry:start": ({ target, failure }) => counters.retries.inc({ router, target: names.of(target), failure }),
      "hedge:end": ({ to, outcome }) => counters.hedges.inc({ router, target: names.of(to), outcome }),
      "classifier:failed": ({ classifier, cause }) => counters.classifierFailures.inc({ router, classifier, cause }),
      "target:rest": (event) => this.#rested(event, event.target === undefined ? "client" : "target"),
      "key:rest": (event) => this.#rested(event, "key"),
      "sla:miss": ({ tier = "" }) => counters.slaMisses.inc({ router, tier }),
      "limit:reached": ({ target, of }) => counters.limitsReached.inc({ router, target: names.of(target), of }),
      "wait:end": ({ waitedMs, outcome }) => durations.wait.observe({ router, outcome }, waitedMs / 1000),
      "budget:downgrade": ({ budget }) => counters.downgrades.inc({ router, budget }),
      "feedback:give": (event) => this.#judged(event),
      "shadow:answer": (event) => this.#shadowed(event),
      "shadow:fail": ({ target, failure }) => {
        // Of an answer that was counted already.
        if (failure !== "compare") counters.shadows.inc({ router, target, outcome: failure });
      },
      "store:failed": ({ store, verb }) => counters.storeFailures.inc({ router, store, verb }),
    };
  }

  #rested({ client, reason }: Pick<RouterEvents["key:rest"], "client" | "reason">, what: string): void {
    this.#metrics.counters.rests.inc({ router: this.#router, client, what, reason });
  }

  #shadowed({ target, costUsd = 0 }: RouterEvents["shadow:answer"]): void {
    const { counters } = this.#metrics;
    const router = this.#router;
    counters.shadows.inc({ router, target, outcome: "answered" });
    counters.shadowCostUsd.inc({ router, target }, costUsd);
  }

  // A copy of a record can name any.
  #sideOf(experiment: string, variant: string): { experiment: string; variant: string } {
    return { experiment: this.#sides.of(experiment), variant: this.#sides.of(variant) };
  }

  #judged({ tier, target, experiment, variant, good }: RouterEvents["feedback:give"]): void {
    const { counters } = this.#metrics;
    if (experiment !== undefined && variant !== undefined) {
      const side = { router: this.#router, ...this.#sideOf(experiment, variant) };
      counters.experimentFeedback.inc(side);
      counters.experimentGood.inc(side, good);
    }
    const by = { router: this.#router, tier, target: this.#names.of(target) };
    counters.feedback.inc(by);
    counters.feedbackGood.inc(by, good);
  }

  #attempted({ target: id, failure, durationMs }: AttemptRecord): void {
    const { counters, durations } = this.#metrics;
    const target = this.#names.of(id);
    counters.attempts.inc({ router: this.#router, target, outcome: failure ?? "answered" });
    durations.attempt.observe({ router: this.#router, target }, durationMs / 1000);
  }

  #ended(record: RouteRecord): void {
    const { counters, durations } = this.#metrics;
    const { tier, outcome, durationMs, ttftMs, fellBack, mended, experiment, variant } = record;
    const by = { router: this.#router, tier, target: this.#names.of(record.target) };
    counters.requests.inc({ ...by, outcome, fell_back: String(fellBack) });
    if (mended !== undefined) counters.mendedStreams.inc({ ...by, how: mended });
    if (experiment !== undefined && variant !== undefined)
      counters.experiment.inc({ router: this.#router, ...this.#sideOf(experiment, variant), outcome });
    if (durationMs !== undefined) durations.request.observe(by, durationMs / 1000);
    if (ttftMs !== undefined) durations.ttft.observe(by, ttftMs / 1000);
    this.#countTokens(record, by);
    this.#countCost(record, by);
  }

  #countTokens({ usage }: RouteRecord, by: { router: string; tier: string; target: string }): void {
    if (usage === undefined) return;
    const { promptTokens, cachedTokens, cacheWriteTokens, completionTokens, reasoningTokens } = usage;
    const kinds = {
      prompt: promptTokens - cachedTokens - cacheWriteTokens,
      cached: cachedTokens,
      cache_write: cacheWriteTokens,
      completion: completionTokens - reasoningTokens,
      reasoning: reasoningTokens,
    };
    for (const [kind, count] of Object.entries(kinds))
      if (count > 0) this.#metrics.counters.tokens.inc({ ...by, kind }, count);
  }

  #countCost({ costUsd, tags, tier, usage }: RouteRecord, by: { router: string; tier: string; target: string }): void {
    const { counters } = this.#metrics;
    const router = this.#router;
    if (costUsd === undefined) {
      if (usage !== undefined) counters.unpriced.inc({ router, tier });
      return;
    }
    counters.costUsd.inc(by, costUsd);
    for (const [tag, values] of this.#tags) {
      const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
      counters.taggedCostUsd.inc({ router, tag, value: values.of(value) }, costUsd);
    }
  }
}
