import { simulatedTrafficDefaults } from "./defaults.ts";
import type { SimulatedTraffic } from "./options.ts";

/** Traffic with every default filled in. */
export type FilledTraffic = { readonly [Name in keyof SimulatedTraffic]-?: NonNullable<SimulatedTraffic[Name]> };

/** Fills in every default. */
export function filledIn(traffic: SimulatedTraffic): FilledTraffic {
  const given = Object.entries(traffic).filter(([, value]) => value !== undefined);
  return { ...simulatedTrafficDefaults, ...(Object.fromEntries(given) as Partial<FilledTraffic>) } as FilledTraffic;
}
