import { limitUnits } from "../state/limits.ts";

/** A limit of an explanation, for one of the targets. */
export interface ExplainedLimit {
  /** Id of the target it is in the way of. */
  readonly target: string;
  /** Whose it is: the target's own, its client's, or that of one of the client's keys. */
  readonly owner: "target" | "client" | "key";
  /** Label of the key; another of the client's keys may have enough. */
  readonly key?: string | undefined;
  /** Whether it counts calls within a minute, tokens within a minute, or calls at the same time. */
  readonly of: "requests" | "tokens" | "calls";
  /** The most of it. */
  readonly most: number;
  /** What is left of it, without what calls in flight hold; `undefined` when the store can not say. */
  readonly left: number | undefined;
  /** What the call would take. */
  readonly takes: number;
  /** Whether there is enough; where there is not, the next key or target is tried, or the call waits. */
  readonly isEnough: boolean;
}

/** Puts a limit into words. */
export function describeExplainedLimit(limit: ExplainedLimit): string {
  const { owner, of, most, left, takes, isEnough } = limit;
  const rest = left === undefined ? "an unknown part" : Math.max(0, Math.floor(left));
  const what = of === "tokens" ? `about ${takes}` : takes;
  const next = owner === "key" ? "key or target" : "target";
  const outcome = isEnough ? "enough" : `too little, so the next ${next} is tried, or the call waits`;
  return `Limit: ${whoHas(limit)} has ${rest} left of ${most} ${limitUnits[of]}, and the call takes ${what}: ${outcome}.`;
}

function whoHas({ target, owner, key = "" }: ExplainedLimit): string {
  if (owner === "target") return target;
  return owner === "key" ? `key "${key}" of the client of ${target}` : `the client of ${target}`;
}
