import { Gauge, type Registry } from "prom-client";
import type { ObservedRouter } from "./exporter.ts";

/** A router whose state is shown. */
export interface Source {
  readonly router: ObservedRouter;
  /** Value of the label `router`. */
  readonly name: string;
  /** Keeps the label of a tag's value bounded. */
  valueOf(value: string): string;
}

type Labels = Readonly<Record<string, string>>;
type Reading = readonly [labels: Labels, value: number];

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  read(source: Source): readonly Reading[] | Promise<readonly Reading[]>;
}

const definitions: readonly Definition[] = [
  {
    name: "target_up",
    help: "1 while the target can be called, 0 while its breaker is open or it rests.",
    labels: ["target"],
    read: ({ router }) =>
      Object.entries(router.health().targets).map(([target, { healthy }]) => [{ target }, healthy ? 1 : 0]),
  },
  {
    name: "breaker_state",
    help: "1 for the state that the breaker of a target is in, 0 for the others.",
    labels: ["target", "state"],
    read: ({ router }) =>
      Object.entries(router.health().targets).flatMap(([target, { breaker }]) =>
        breaker === undefined
          ? []
          : ["closed", "open", "half-open"].map((state): Reading => [{ target, state }, state === breaker ? 1 : 0]),
      ),
  },
  {
    name: "attempts_in_flight",
    help: "Calls to the target that are in flight.",
    labels: ["target"],
    read: ({ router }) =>
      Object.entries(router.health().targets).map(([target, { inFlight }]) => [{ target }, inFlight]),
  },
  {
    name: "key_up",
    help: "1 while the key can be used, of clients that have several keys.",
    labels: ["client", "key"],
    read: ({ router }) =>
      Object.entries(router.health().keys).flatMap(([client, keys]) =>
        keys.map(({ key, healthy }): Reading => [{ client, key }, healthy ? 1 : 0]),
      ),
  },
  {
    name: "slo_burn_rate",
    help: "How many times as fast as allowed the promise of a tier is broken.",
    labels: ["tier", "objective", "window"],
    read: ({ router }) =>
      Object.entries(router.stats().slos).flatMap(([tier, { objectives }]) =>
        Object.entries(objectives).flatMap(([objective, { burnRate = 0, recentBurnRate = 0 }]): Reading[] => [
          [{ tier, objective, window: "long" }, burnRate],
          [{ tier, objective, window: "short" }, recentBurnRate],
        ]),
      ),
  },
  {
    name: "limit_waiting",
    help: "Calls that wait for limits now.",
    labels: [],
    read: ({ router }) => [[{}, router.stats().waits.waiting]],
  },
  {
    name: "saved_usd",
    help: "What was saved against the baseline since the router was made, in USD.",
    labels: [],
    read: ({ router }) => [[{}, router.stats().savedUsd]],
  },
  {
    name: "budget_spent_usd",
    help: "What was spent of the budget in its window, in USD.",
    labels: ["budget", "value"],
    read: (source) => budgetsOf(source, ({ spentUsd }) => spentUsd),
  },
  {
    name: "budget_limit_usd",
    help: "What may be spent of the budget in its window, in USD.",
    labels: ["budget", "value"],
    read: (source) => budgetsOf(source, ({ limitUsd }) => limitUsd),
  },
];

async function budgetsOf(
  { router, valueOf }: Source,
  usdOf: (budget: { spentUsd: number; limitUsd: number }) => number,
): Promise<readonly Reading[]> {
  const states = await router.budgets();
  return states.map((state) => {
    const value = Object.values(state.tags).join(",");
    return [{ budget: state.budget, value: value === "" ? value : valueOf(value) }, usdOf(state)];
  });
}

/** Puts gauges on a registry that read the state of their sources whenever they are asked. */
export function gaugesOn(registry: Registry, prefix: string): Set<Source> {
  const sources = new Set<Source>();
  for (const definition of definitions) registry.registerMetric(gaugeOf(definition, prefix, sources));
  return sources;
}

function gaugeOf(definition: Definition, prefix: string, sources: ReadonlySet<Source>): Gauge {
  return new Gauge({
    name: prefix + definition.name,
    help: definition.help,
    labelNames: ["router", ...definition.labels],
    registers: [],
    async collect() {
      const read = await readAll(definition, sources);
      this.reset();
      for (const [labels, value] of read) this.set(labels, value);
    },
  });
}

// One router that can not say how it stands (its store is down) leaves the others readable.
async function readAll({ read }: Definition, sources: ReadonlySet<Source>): Promise<readonly Reading[]> {
  const all = await Promise.allSettled([...sources].map(async (source) => [source, await read(source)] as const));
  return all.flatMap((one) =>
    one.status === "rejected"
      ? []
      : one.value[1].map(([labels, value]): Reading => [{ router: one.value[0].name, ...labels }, value]),
  );
}
