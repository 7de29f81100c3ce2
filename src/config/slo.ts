import type { SloOptions } from "../options.ts";
import { sloDefaults } from "./defaults.ts";
import type { Objective, Slo } from "./resolved.ts";

/** What a tier promises, with its defaults filled in. */
export function sloOf(options: SloOptions | undefined): Slo | undefined {
  if (options === undefined) return undefined;
  const { windowMs = sloDefaults.windowMs, burnRate = sloDefaults.burnRate, minCalls = sloDefaults.minCalls } = options;
  return { objectives: objectivesOf(options), windowMs, burnRate, minCalls };
}

function objectivesOf({ p95Ms, p99Ms, availability }: SloOptions): readonly Objective[] {
  return [
    ...(p95Ms === undefined ? [] : [{ name: "p95Ms", goal: p95Ms, budget: 0.05 } as const]),
    ...(p99Ms === undefined ? [] : [{ name: "p99Ms", goal: p99Ms, budget: 0.01 } as const]),
    ...(availability === undefined
      ? []
      : [{ name: "availability", goal: availability, budget: 1 - availability } as const]),
  ];
}
