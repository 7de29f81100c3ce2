import { Counter, Histogram, type Registry } from "prom-client";

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

const served = ["tier", "target"] as const;

const counters = {
  requests: {
    name: "requests_total",
    help: "Calls that ended, by the target that answered.",
    labels: [...served, "outcome", "fell_back"],
  },
  attempts: {
    name: "attempts_total",
    help: "Calls to targets that ended: answered, or with the kind of their failure.",
    labels: ["target", "outcome"],
  },
  retries: {
    name: "retries_total",
    help: "Times that the same target was tried again.",
    labels: ["target", "failure"],
  },
  hedges: {
    name: "hedges_total",
    help: "Second attempts beside slow ones, by the target that they went to.",
    labels: ["target", "outcome"],
  },
  mendedStreams: {
    name: "mended_streams_total",
    help: "Calls whose streams broke and were mended by another target: begun anew (restart) or gone on with (continue).",
    labels: [...served, "how"],
  },
  tokens: {
    name: "tokens_total",
    help: "Tokens by kind: cached ones are not among prompt, reasoning not among completion.",
    labels: [...served, "kind"],
  },
  costUsd: { name: "cost_usd_total", help: "What calls cost in USD, as far as it is known.", labels: served },
  unpriced: { name: "unpriced_requests_total", help: "Calls that used tokens of unknown price.", labels: ["tier"] },
  taggedCostUsd: {
    name: "tagged_cost_usd_total",
    help: "What calls cost in USD, by the value of a tag.",
    labels: ["tag", "value"],
  },
  classifierFailures: {
    name: "classifier_failures_total",
    help: "Times that a classifier threw, was late, named an unknown tier or was not allowed.",
    labels: ["classifier", "cause"],
  },
  rests: {
    name: "rests_total",
    help: "Times that a target, a client or a key was left alone.",
    labels: ["client", "what", "reason"],
  },
  slaMisses: { name: "sla_misses_total", help: "Calls made within a time limit that were late.", labels: ["tier"] },
  limitsReached: {
    name: "limits_reached_total",
    help: "Times that a limit of a target was in the way of a call.",
    labels: ["target", "of"],
  },
  experiment: {
    name: "experiment_requests_total",
    help: "Calls that ended, by the side of an experiment that they were put on.",
    labels: ["experiment", "variant", "outcome"],
  },
  experimentFeedback: {
    name: "experiment_feedback_total",
    help: "Times that an answer of a side was judged.",
    labels: ["experiment", "variant"],
  },
  experimentGood: {
    name: "experiment_feedback_good_total",
    help: "What these judgements add up to, each 0 to 1.",
    labels: ["experiment", "variant"],
  },
  shadows: {
    name: "shadow_requests_total",
    help: "Shadows of calls that ended: answered, or with the kind of their failure.",
    labels: ["target", "outcome"],
  },
  shadowCostUsd: { name: "shadow_cost_usd_total", help: "What shadows cost in USD.", labels: ["target"] },
  feedback: {
    name: "feedback_total",
    help: "Times that an answer was judged, the same one again included.",
    labels: served,
  },
  feedbackGood: { name: "feedback_good_total", help: "What these judgements add up to, each 0 to 1.", labels: served },
  downgrades: {
    name: "budget_downgrades_total",
    help: "Calls that a spent budget sent to another tier.",
    labels: ["budget"],
  },
  storeFailures: {
    name: "store_failures_total",
    help: "Times that the store could not be asked.",
    labels: ["store", "verb"],
  },
} as const satisfies Record<string, Definition>;

const durations = {
  request: { name: "request_duration_seconds", help: "From the call to the end of its answer.", labels: served },
  ttft: {
    name: "time_to_first_token_seconds",
    help: "From the call to the first token with content; streams only.",
    labels: served,
  },
  attempt: {
    name: "attempt_duration_seconds",
    help: "From the call to a target to the end of its answer, or its failure.",
    labels: ["target"],
  },
  wait: { name: "limit_wait_seconds", help: "How long calls waited for limits.", labels: ["outcome"] },
} as const satisfies Record<string, Definition>;

/** From what a small answer takes to what a client waits at the most by habit, in seconds. */
const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160];

type Labels<D extends Definition> = D["labels"][number] | "router";

/** What is counted on one registry, by all routers that are exported there. */
export interface Metrics {
  readonly counters: { readonly [K in keyof typeof counters]: Counter<Labels<(typeof counters)[K]>> };
  readonly durations: { readonly [K in keyof typeof durations]: Histogram<Labels<(typeof durations)[K]>> };
}

/** Puts the metrics on a registry. */
export function metricsOn(registry: Registry, prefix: string): Metrics {
  const common = ({ name, help, labels }: Definition) => {
    return { name: prefix + name, help, labelNames: ["router", ...labels], registers: [registry] };
  };
  return {
    counters: mapped(counters, (definition) => new Counter(common(definition))) as Metrics["counters"],
    durations: mapped(durations, (one) => new Histogram({ ...common(one), buckets })) as Metrics["durations"],
  };
}

function mapped<K extends string, T>(definitions: Record<K, Definition>, make: (one: Definition) => T): Record<K, T> {
  const entries = Object.entries<Definition>(definitions).map(([key, definition]) => [key, make(definition)]);
  return Object.fromEntries(entries) as Record<K, T>;
}
