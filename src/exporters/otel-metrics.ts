import type { Attributes, Meter } from "@opentelemetry/api";
import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { BoundedNames } from "./bounded-names.ts";
import type { ObservedRouter } from "./exporter.ts";
import { operations, serverAttributes } from "./otel-attributes.ts";
import type { Listeners } from "./subscriptions.ts";

// The boundaries that the conventions give for these instruments.
const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

/** What {@link MetricsExport} is made with. */
export interface MetricsInput {
  readonly meter: Meter;
  readonly router: ObservedRouter;
  /** Whether tokens are measured. */
  readonly tokens: boolean;
  /** The most names of models and targets. */
  readonly maxNames: number;
}

/** Counts and measures what routers tell, on a meter. */
export class MetricsExport {
  readonly #input: MetricsInput;
  readonly #names: BoundedNames;
  readonly #instruments: ReturnType<typeof instrumentsOf>;
  /** What is known of an attempt before it ends, by request and target. */
  readonly #begun = new Map<string, Attributes>();
  readonly #operations = new Map<string, string>();

  constructor(input: MetricsInput) {
    this.#input = input;
    this.#names = new BoundedNames(input.maxNames);
    this.#instruments = instrumentsOf(input.meter);
  }

  get listeners(): Listeners {
    return {
      "request:start": ({ requestId, endpoint }) => this.#operations.set(requestId, operations[endpoint]),
      "attempt:start": ({ requestId, target, model, client }) =>
        this.#begun.set(`${requestId} ${target}`, {
          "gen_ai.operation.name": this.#operations.get(requestId) ?? "chat",
          "gen_ai.request.model": this.#names.of(model),
          ...serverAttributes(this.#input.router.baseUrlOf(client)),
        }),
      "attempt:end": ({ requestId, attempt }) => this.#attemptEnded(requestId, attempt),
      "retry:start": ({ target, failure }) =>
        this.#instruments.retries.add(1, { "modelrouter.target": this.#names.of(target), "error.type": failure }),
      "request:end": ({ record }) => this.#callEnded(record),
    };
  }

  /** Shows the state of targets and budgets whenever metrics are read. Returns what ends it. */
  observe(): () => void {
    const { meter, router } = this.#input;
    const up = meter.createObservableGauge("modelrouter.target.up", {
      description: "1 while the target can be called.",
    });
    const budget = meter.createObservableGauge("modelrouter.budget.usage", {
      description: "Share of the budget that is spent, 0 to 1.",
      unit: "1",
    });
    const readTargets = (result: { observe(value: number, attributes: Attributes): void }): void => {
      for (const [target, { healthy }] of Object.entries(router.health().targets))
        result.observe(healthy ? 1 : 0, { "modelrouter.target": target });
    };
    const readBudgets = async (result: { observe(value: number, attributes: Attributes): void }): Promise<void> => {
      for (const { budget: name, tags, spentUsd, limitUsd } of await router.budgets())
        if (Object.keys(tags).length === 0 && limitUsd > 0)
          result.observe(spentUsd / limitUsd, { "modelrouter.budget": name });
    };
    up.addCallback(readTargets);
    budget.addCallback(readBudgets);
    return () => {
      up.removeCallback(readTargets);
      budget.removeCallback(readBudgets);
    };
  }

  #attemptEnded(requestId: string, { target, failure, durationMs, usage }: AttemptRecord): void {
    const key = `${requestId} ${target}`;
    const common = this.#begun.get(key);
    this.#begun.delete(key);
    const attributes = failure === undefined ? common : { ...common, "error.type": failure };
    this.#instruments.duration.record(durationMs / 1000, attributes);
    if (usage === undefined || !this.#input.tokens) return;
    this.#instruments.tokens.record(usage.promptTokens, { ...common, "gen_ai.token.type": "input" });
    this.#instruments.tokens.record(usage.completionTokens, { ...common, "gen_ai.token.type": "output" });
  }

  #callEnded({ requestId, tier, target, outcome, fellBack, durationMs, ttftMs, costUsd }: RouteRecord): void {
    this.#operations.delete(requestId);
    const by = { "modelrouter.tier": tier, "modelrouter.target": this.#names.of(target) };
    const ended = { ...by, "modelrouter.outcome": outcome, "modelrouter.fell_back": fellBack };
    if (durationMs !== undefined) this.#instruments.calls.record(durationMs / 1000, ended);
    if (ttftMs !== undefined) this.#instruments.ttft.record(ttftMs / 1000, by);
    if (costUsd !== undefined) this.#instruments.cost.add(costUsd, by);
  }
}

function instrumentsOf(meter: Meter) {
  const advice = { explicitBucketBoundaries: seconds };
  return {
    duration: meter.createHistogram("gen_ai.client.operation.duration", {
      description: "Duration of a call to a target.",
      unit: "s",
      advice,
    }),
    tokens: meter.createHistogram("gen_ai.client.token.usage", {
      description: "Tokens that a call to a target used.",
      unit: "{token}",
      advice: { explicitBucketBoundaries: tokens },
    }),
    ttft: meter.createHistogram("gen_ai.client.operation.time_to_first_chunk", {
      description: "From the call to its first content; streams only.",
      unit: "s",
      advice,
    }),
    calls: meter.createHistogram("modelrouter.request.duration", {
      description: "From the call to the end of its answer, over all attempts.",
      unit: "s",
      advice,
    }),
    cost: meter.createCounter("modelrouter.cost", { description: "What calls cost.", unit: "{USD}" }),
    retries: meter.createCounter("modelrouter.retries", {
      description: "Times that the same target was tried again.",
      unit: "{retry}",
    }),
  };
}
