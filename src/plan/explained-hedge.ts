/** The second attempt of an explanation: what would be done when the first target is slow. */
export interface ExplainedHedge {
  /** The first target of the chain. */
  readonly from: string;
  /** Where the second attempt would go; `undefined` when no other target may serve. */
  readonly to: string | undefined;
  /** After how long, in ms; `undefined` when it is not known what is slow. */
  readonly afterMs: number | undefined;
  /** Why none would be made, in words; `undefined` when one would. */
  readonly obstacle: string | undefined;
}

/** Puts it into words. */
export function describeExplainedHedge({ from, to, afterMs, obstacle }: ExplainedHedge): string {
  if (obstacle !== undefined) return `Hedge: none beside ${from}: ${obstacle}.`;
  return `Hedge: when ${from} gives nothing within ${afterMs} ms, ${to} is called beside it.`;
}
