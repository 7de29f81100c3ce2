import type { Slow } from "../config/resolved.ts";
import { Slices } from "./slices.ts";

/** A target that was slow in a tier lately. */
export interface SlowState {
  /** What takes longer is slow, in ms. */
  readonly latencyMs: number;
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

interface Calls {
  total: number;
  slow: number;
}

/**
 * Finds out whether a target is slow, by the share of slow calls in a sliding window, as resilience4j's breaker does
 * (https://resilience4j.readme.io/docs/circuitbreaker, "slow call rate"). But a slow target is not refused: others go before
 * it. After the cooldown one call at a time probes it, until three in a row were fast or one was slow.
 */
export class SlowWatch {
  readonly #options: Slow;
  readonly #onChange: SlowListener;
  #window: Slices<Calls>;
  #slow: SlowState | undefined;
  #probeSince: number | undefined;
  #fastProbes = 0;

  constructor(options: Slow, onChange: SlowListener) {
    this.#options = options;
    this.#onChange = onChange;
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
  ended(latencyMs: number | undefined, now = Date.now()): void {
    if (this.#slow !== undefined) this.#judgeProbe(latencyMs, now);
    else if (latencyMs !== undefined) this.#count(latencyMs, now);
  }

  /** A call was cut off after so many ms: it would have taken longer. */
  cut(durationMs: number, now = Date.now()): void {
    this.ended(durationMs > this.#options.latencyMs ? durationMs : undefined, now);
  }

  #isProbing(now: number): boolean {
    return this.#probeSince !== undefined && now - this.#probeSince < probeLeaseMs;
  }

  #count(latencyMs: number, now: number): void {
    const calls = this.#window.at(now);
    calls.total += 1;
    if (latencyMs <= this.#options.latencyMs) return;
    calls.slow += 1;
    const within = this.#window.within(now);
    const total = within.reduce((sum, slice) => sum + slice.total, 0);
    const slow = within.reduce((sum, slice) => sum + slice.slow, 0);
    if (total >= this.#options.minCalls && slow / total >= this.#options.slowRate) this.#defer(slow / total, now);
  }

  #judgeProbe(latencyMs: number | undefined, now: number): void {
    // Calls that began before the cooldown, or as a fallback in it, decide nothing.
    if (this.#probeSince === undefined) return;
    this.#probeSince = undefined;
    if (latencyMs === undefined) return;
    if (latencyMs > this.#options.latencyMs) return this.#defer(this.#slow?.slowRate ?? 1, now);
    this.#fastProbes += 1;
    if (this.#fastProbes < probesToReturn) return;
    this.#slow = undefined;
    this.#window = windowOf(this.#options);
    this.#onChange(undefined);
  }

  #defer(slowRate: number, now: number): void {
    this.#fastProbes = 0;
    this.#slow = { latencyMs: this.#options.latencyMs, slowRate, dueAt: now + this.#options.cooldownMs };
    this.#onChange(this.#slow);
  }
}

function windowOf({ windowMs }: Slow): Slices<Calls> {
  return new Slices({ make: () => ({ total: 0, slow: 0 }), clear }, { windowMs });
}

function clear(calls: Calls): void {
  calls.total = 0;
  calls.slow = 0;
}
