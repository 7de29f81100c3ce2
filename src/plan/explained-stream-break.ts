import type { StreamBreakPolicy } from "../broken-streams.ts";

/** What would happen if the stream of a call broke after content was given out. */
export interface ExplainedStreamBreak {
  /** What would be done: `onStreamBreak` as it holds for the call. */
  readonly policy: Exclude<StreamBreakPolicy, "error">;
  /** Ids of the targets behind the first that could take over, in order. With none of them it ends in an error. */
  readonly targets: readonly string[];
}

/** A line of an explanation. */
export function describeStreamBreak({ policy, targets }: ExplainedStreamBreak): string {
  const what = policy === "restart" ? "begins anew" : "goes on";
  if (targets.length > 0) return `A stream that breaks ${what} at ${targets.join(", then ")}.`;
  return `A stream that breaks ends in an error: onStreamBreak is "${policy}", but no target behind the first can take over.`;
}
