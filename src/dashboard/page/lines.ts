import type { ShownPoint, ShownState, ShownStep } from "../shown.ts";
import type { Colours } from "./colours.ts";
import { shortName } from "./format.ts";
import type { Line } from "./plot.tsx";

/** Steps on an even grid up to now. */
export interface Grid {
  readonly times: readonly number[];
  /** Of a step in which nothing happened, nothing. */
  readonly steps: readonly (ShownStep | undefined)[];
}

export function gridOf({ windowMs, stepMs }: ShownState, steps: readonly ShownStep[], latest: number): Grid {
  const byTime = new Map(steps.map((step) => [step.at, step]));
  const length = Math.round(windowMs / stepMs);
  const times = Array.from({ length }, (_, place) => latest - (length - 1 - place) * stepMs);
  return { times, steps: times.map((at) => byTime.get(at)) };
}

export interface Wanted {
  /** Whose figures: `all`, `tier:…` or `target:…`. */
  readonly scope: string;
  /** What traffic is told apart by. */
  readonly by: "target" | "tier";
  readonly state: ShownState;
  readonly colours: Colours;
}

/** The lines of all charts. */
export function linesOf(grid: Grid, { scope, by, state, colours }: Wanted) {
  const [low, middle, high] = colours.percentiles;
  const of = (name: keyof ShownPoint) => grid.steps.map((step) => step?.series[scope]?.[name] ?? null);
  const counted = (name: keyof ShownPoint) => of(name).map((value) => value ?? 0);
  const isTarget = scope.startsWith("target:");
  return {
    traffic: trafficOf(grid, by === "tier" ? tierNames(state) : targetNames(state, grid), colours),
    latency: [
      { name: "p50", colour: low, values: of("p50Ms") },
      { name: "p95", colour: middle, values: of("p95Ms") },
      { name: "p99", colour: high, values: of("p99Ms") },
    ],
    ttft: [
      { name: "p50", colour: low, values: of("ttftP50Ms") },
      { name: "p95", colour: middle, values: of("ttftP95Ms") },
    ],
    failures: [
      { name: isTarget ? "failed attempts" : "failed calls", colour: colours.bad, values: counted("failed") },
      ...(isTarget ? [] : [{ name: "saved by a fallback", colour: colours.soft, values: counted("fellBack") }]),
    ],
  };
}

type Named = readonly [key: string, name: string];

function tierNames({ tiers }: ShownState): readonly Named[] {
  return tiers.map(({ name }) => [`tier:${name}`, name]);
}

// Beside the configured targets those that callers named and that had traffic.
function targetNames({ targets }: ShownState, { steps }: Grid): readonly Named[] {
  const known = targets.filter(({ configured }) => configured).map(({ id }) => `target:${id}`);
  const seen = steps.flatMap((step) => Object.keys(step?.series ?? {})).filter((key) => key.startsWith("target:"));
  return [...new Set([...known, ...seen])].map((key) => [key, shortName(key.slice("target:".length))]);
}

function trafficOf({ steps }: Grid, names: readonly Named[], colours: Colours): readonly Line[] {
  return names.map(([key, name], place) => ({
    name,
    colour: colours.of(place),
    values: steps.map((step) => {
      const { calls = 0, failed = 0 } = step?.series[key] ?? {};
      return calls - failed;
    }),
  }));
}
