import type { StreamBreakPolicy } from "../broken-streams.ts";
import { quote, show } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

export const streamBreakPolicies = ["error", "restart", "continue"] as const satisfies readonly StreamBreakPolicy[];

/** What is wrong with a value that should say what happens when a stream breaks; undefined when nothing is. */
export function faultOfStreamBreak(value: unknown): string | undefined {
  if (streamBreakPolicies.some((policy) => policy === value)) return undefined;
  if (typeof value === "string") return unknownName("policy", value, streamBreakPolicies);
  return `must be one of ${streamBreakPolicies.map(quote).join(", ")}, got ${show(value)}`;
}
