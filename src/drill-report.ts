/** How the fallbacks of a target did. Plain data, fit for `JSON.stringify`. */
export interface DrillReport {
  /** Id of the target that calls were kept off. */
  readonly target: string;
  /** Whether prompts of its own were sent, and no call was touched. */
  readonly dry: boolean;
  /** Share of the calls that were to be kept off the target; 1 of a dry drill. */
  readonly share: number;
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** Undefined while it goes on. */
  readonly endedAt: number | undefined;
  /** Calls that were kept off the target. */
  readonly drilled: DrillSide;
  /** Calls that went to the target in the same time. With few of them there is nothing to compare with. */
  readonly others: DrillSide;
  /** Calls that were to be kept off the target, and went there all the same as nothing else could serve them: it has no fallback. */
  readonly noFallback: number;
  /** What a dry drill could have cost at most, in USD. */
  readonly worstCaseUsd?: number | undefined;
}

/** What became of some calls. Those that have not ended yet are not among them. */
export interface DrillSide {
  /** Calls that have ended. */
  readonly calls: number;
  /** Of these, those that were answered. */
  readonly answered: number;
  /** Of `answered`: the fallbacks failed, and the target itself had to answer. In an outage these calls would have failed. */
  readonly rescued: number;
  /** Those that were not. */
  readonly failed: number;
  /** Those that their callers gave up. */
  readonly aborted: number;
  /** Calls with an answer that a check of `accept` refused. */
  readonly notAccepted: number;
  /** Id of each target that answered → how often. */
  readonly answeredBy: Readonly<Record<string, number>>;
  /** From the call to the end of the answer, of calls that were answered. */
  readonly latency: DrillDurations;
  /** To the first token with content, of streams. */
  readonly ttft: DrillDurations;
  /** What the calls cost in USD; undefined when none has a known cost. */
  readonly costUsd: number | undefined;
  /** The same for one call. */
  readonly costPerCallUsd: number | undefined;
}

/** Durations in ms, exact to 1 %. */
export interface DrillDurations {
  /** How many durations there are. */
  readonly count: number;
  /** Half of them are at most this long, in ms; undefined when there are none. */
  readonly p50Ms: number | undefined;
  /** 95 % of them are. */
  readonly p95Ms: number | undefined;
}
