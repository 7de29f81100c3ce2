/** What a simulation came to. Of the configuration, traffic and outages that were given, and of chance, by its seed. */
export interface Simulation {
  /** The seed it was played with: the same gives the same again. */
  readonly seed: number;
  /** Virtual time that passed until the last call had ended, in hours. */
  readonly hours: number;
  /** Calls that were made. */
  readonly calls: number;
  /** Calls that were answered. */
  readonly answered: number;
  /** Calls that ended in an error. */
  readonly failed: number;
  /** Share of the calls that were answered, 0–1. */
  readonly availability: number;
  /** From a call to the end of its answer; of those that were answered. */
  readonly latencyMs: Percentiles;
  /** From a call to the first token with content; of streams that were answered. */
  readonly ttftMs: Percentiles;
  /** What all attempts cost, in USD, as far as prices are known. */
  readonly costUsd: number;
  /** Calls whose cost is not known. */
  readonly unpricedCalls: number;
  /** Calls that another target than the first of their chain answered. */
  readonly fallbacks: number;
  /** Attempts at all targets. */
  readonly attempts: number;
  /** How often a breaker opened. */
  readonly breakerOpenings: number;
  /** By target id, those of the configuration. */
  readonly byTarget: Readonly<Record<string, TargetResult>>;
  /** By tier, those that had calls. */
  readonly byTier: Readonly<Record<string, TierResult>>;
  /** What callers caught: code of the router's error, or class of the openai package's → how often. */
  readonly errors: Readonly<Record<string, number>>;
  /** Minute by minute, from 0. */
  readonly timeline: readonly Minute[];
}

/** Percentiles in ms; undefined where there was nothing to measure. */
export interface Percentiles {
  /** Half of the values are at most this; undefined when there are none. */
  readonly p50: number | undefined;
  /** 95 % of them are. */
  readonly p95: number | undefined;
  /** 99 % of them are. */
  readonly p99: number | undefined;
}

/** What a target did. */
export interface TargetResult {
  /** Calls that it answered. */
  readonly answered: number;
  /** Of all calls that were answered, the share that it answered, 0–1. */
  readonly share: number;
  /** Attempts at it. */
  readonly attempts: number;
  /** Attempts that gave no answer. */
  readonly failures: number;
  /** What these cost, in USD, as far as its price is known. */
  readonly costUsd: number;
  /** Of the calls that it answered, retries and fallbacks before included. */
  readonly latencyMs: Percentiles;
}

/** How a tier did. */
export interface TierResult {
  /** Calls under it. */
  readonly calls: number;
  /** Of these, those that were answered. */
  readonly answered: number;
  /** Share of the calls that were answered, 0–1. */
  readonly availability: number;
  /** From a call to the end of its answer; of those that were answered. */
  readonly latencyMs: Percentiles;
  /** What its calls cost, in USD, as far as prices are known. */
  readonly costUsd: number;
}

/** The calls that were made in one minute, and what came of them. */
export interface Minute {
  /** From the start, from 0. */
  readonly minute: number;
  /** Calls that began in it. */
  readonly calls: number;
  /** Of these, those that were not answered. */
  readonly failures: number;
  /** Of those that were answered; undefined when none was. */
  readonly p99Ms: number | undefined;
  /** Target id → how many of them it answered. */
  readonly byTarget: Readonly<Record<string, number>>;
}
