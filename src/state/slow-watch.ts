import type { Slow } from "../config/resolved.ts";
import { Slices } from "./slices.ts";
import { Usual } from "./usual.ts";

/** A target that was slow in a tier lately. */
export interface SlowState {
  /** What takes longer is slow, in ms. */
  readonly latencyMs: number;
  /** What 95 % of its calls took in its past, in ms, when it was found slow by that. */
  readonly usualMs?: number | undefined;
  /** Share of its calls that were slow when that was found, 0–1. */
  readonly slowRate: number;
  /** When calls may find out whether it is fast again, in ms since the epoch. */
  readonly dueAt: number;
}

/** Told when a target becomes slow, and when it is fast again. */
export interface SlowListener {
  (state: SlowState | undefined): void;
}

/** So many probes in a row must be fast: one may be luck. */
const probesToReturn = 3;
/** A probe is over after this long whatever happened to it: the `openai` package's own time limit. */
const probeLeaseMs = 600_000;

/** The 95th percentile has drifted when so many calls are beyond it… */
const driftedRate = 0.05;
/** …and not fewer than so many: a few may be chance. */
const minDrifted = 5;

interface Calls {
  total: number;
  slow: number;
  /** Beyond what was usual, by the factor that is allowed. */
  drifted: number;
}

/** A call whose speed says something. */
interface Timed {
  readonly latencyMs: number;
  readonly stream: boolean;
}

/**
 * Finds out whether a target is slow, by the share of slow calls in a sliding window, as resilience4j's breaker does
 * (https://resilience4j.readme.io/docs/circuitbreaker, "slow call rate"). But a slow target is not refused: others go before
 * it. After the cooldown one call at a time probes it, until three in a row were fast or one was slow.
 */
export class SlowWatch {
  readonly #options: Slow;
  readonly #onChange: SlowListener;
  /** Undefined where the past does not count. */
  readonly #usual: Record<"whole" | "stream", Usual> | undefined;
  #window: Slices<Calls>;
  #slow: SlowState | undefined;
  #probeSince: number | undefined;
  #fastProbes = 0;

  constructor(options: Slow, onChange: SlowListener) {
    this.#options = options;
    this.#onChange = onChange;
    this.#usual = usualOf(options);
    this.#window = windowOf(options);
  }

  /** Set while others are to go before the target. */
  stateAt(now: number): SlowState | undefined {
    if (this.#slow === undefined || (now >= this.#slow.dueAt && !this.#isProbing(now))) return undefined;
    return this.#slow;
  }

  /** A call to the target began: a probe, when one is due. */
  began(now = Date.now()): void {
    if (this.#slow !== undefined && now >= this.#slow.dueAt && !this.#isProbing(now)) this.#probeSince = now;
  }

  /** A call to the target ended, or its answer began; `latencyMs` is undefined when that says nothing about its speed. */
  ended(latencyMs: number | undefined, stream: boolean, now = Date.now()): void {
    const timed = latencyMs === undefined ? undefined : { latencyMs, stream };
    if (this.#slow !== undefined) this.#judgeProbe(timed, now);
    else if (timed !== undefined) this.#count(timed, now);
  }

  /** A call was cut off after so many ms: it would have taken longer. */
  cut(durationMs: number, stream: boolean, now = Date.now()): void {
    this.ended(durationMs > this.#limitOf(stream, now) ? durationMs : undefined, stream, now);
  }

  #isProbing(now: number): boolean {
    return this.#probeSince !== undefined && now - this.#probeSince < probeLeaseMs;
  }

  #count({ latencyMs, stream }: Timed, now: number): void {
    const { minCalls, slowRate } = this.#options;
    const usualMs = this.#usualMs(stream, now);
    const driftedMs = usualMs * this.#options.driftFactor;
    this.#usual?.[stream ? "stream" : "whole"].add(latencyMs);
    const calls = this.#window.at(now);
    calls.total += 1;
    if (latencyMs > this.#options.latencyMs) calls.slow += 1;
    if (latencyMs > driftedMs) calls.drifted += 1;
    if (latencyMs <= Math.min(this.#options.latencyMs, driftedMs)) return;
    const { total, slow, drifted } = sum(this.#window.within(now));
    if (total < minCalls) return;
    if (slow / total >= slowRate) this.#defer({ latencyMs: this.#options.latencyMs, slowRate: slow / total }, now);
    else if (drifted >= Math.max(minDrifted, driftedRate * total))
      this.#defer({ latencyMs: Math.round(driftedMs), usualMs, slowRate: drifted / total }, now);
  }

  #judgeProbe(timed: Timed | undefined, now: number): void {
    // Calls that began before the cooldown, or as a fallback in it, decide nothing.
    if (this.#probeSince === undefined || this.#slow === undefined) return;
    this.#probeSince = undefined;
    if (timed === undefined) return;
    if (timed.latencyMs > this.#limitOf(timed.stream, now)) return this.#defer(this.#slow, now);
    this.#fastProbes += 1;
    if (this.#fastProbes < probesToReturn) return;
    this.#slow = undefined;
    this.#window = windowOf(this.#options);
    this.#onChange(undefined);
  }

  #defer(found: Omit<SlowState, "dueAt">, now: number): void {
    this.#fastProbes = 0;
    this.#usual?.whole.forgetPresent();
    this.#usual?.stream.forgetPresent();
    this.#slow = { ...found, dueAt: now + this.#options.cooldownMs };
    this.#onChange(this.#slow);
  }

  // A past that is over binds no longer: a target that has become slower for good comes back.
  #limitOf(stream: boolean, now: number): number {
    const { latencyMs, driftFactor } = this.#options;
    return Math.min(latencyMs, this.#usualMs(stream, now) * driftFactor);
  }

  #usualMs(stream: boolean, now: number): number {
    return this.#usual?.[stream ? "stream" : "whole"].p95Ms(now) ?? Infinity;
  }
}

function windowOf({ windowMs }: Slow): Slices<Calls> {
  return new Slices({ make: () => ({ total: 0, slow: 0, drifted: 0 }), clear }, { windowMs });
}

function clear(calls: Calls): void {
  calls.total = 0;
  calls.slow = 0;
  calls.drifted = 0;
}

function sum(slices: readonly Calls[]): Calls {
  const all = { total: 0, slow: 0, drifted: 0 };
  for (const { total, slow, drifted } of slices) {
    all.total += total;
    all.slow += slow;
    all.drifted += drifted;
  }
  return all;
}

// Whole answers and the first tokens of streams take times of their own.
function usualOf(options: Slow): Record<"whole" | "stream", Usual> | undefined {
  return options.driftFactor === Infinity ? undefined : { whole: new Usual(options), stream: new Usual(options) };
}
