import { limitUnits } from "../state/limits.ts";

/** A limit of an explanation, for one of the targets. */
export interface ExplainedLimit {
  readonly target: string;
  /** Whose it is: the target's own, or its client's. */
  readonly owner: "target" | "client";
  /** Whether it counts calls within a minute, tokens within a minute, or calls at the same time. */
  readonly of: "requests" | "tokens" | "calls";
  readonly most: number;
  /** What is left of it, without what calls in flight hold; `undefined` when the store can not say. */
  readonly left: number | undefined;
  /** What the call would take. */
  readonly takes: number;
  /** Whether there is enough; where there is not, the next target is tried, or the call waits. */
  readonly isEnough: boolean;
}

/** Puts a limit into words. */
export function describeExplainedLimit({ target, owner, of, most, left, takes, isEnough }: ExplainedLimit): string {
  const whose = owner === "client" ? `the client of ${target}` : target;
  const rest = left === undefined ? "an unknown part" : Math.max(0, Math.floor(left));
  const what = of === "tokens" ? `about ${takes}` : takes;
  const outcome = isEnough ? "enough" : "too little, so the next target is tried, or the call waits";
  return `Limit: ${whose} has ${rest} left of ${most} ${limitUnits[of]}, and the call takes ${what}: ${outcome}.`;
}
