import type { Timeouts } from "../config/resolved.ts";
import { Ticker, type Ticking } from "../lib/ticker.ts";

/** Which time limit ended an attempt. `share` is the attempt's part of the call's deadline. */
export type Clock = "headers" | "first content" | "idle" | "attempt" | "share" | "deadline";

/** A time limit passed. */
export class ClockExpired extends Error {
  override readonly name = "ClockExpired";
  readonly clock: Clock;
  readonly limitMs: number;

  constructor(clock: Clock, limitMs: number) {
    const what = clock === "share" ? "its share of the deadline" : clock;
    super(`no answer within ${what} (${Math.round(limitMs)} ms)`);
    this.clock = clock;
    this.limitMs = limitMs;
  }
}

/** What the clocks of one attempt are set to. */
export interface ClockSettings extends Timeouts {
  readonly headersMs: number;
  readonly stream: boolean;
  /** When the call must have ended, on the `performance.now()` scale; `Infinity` when never. */
  readonly deadlineAt: number;
  /** When this attempt must give way to the next, on the same scale; holds until content has come. */
  readonly shareEndsAt: number;
}

// Longer delays overflow a timer's 32 bits and would fire at once.
const maxTimerMs = 2 ** 31 - 1;

type Phase = "headers" | "first content" | "idle";

// Limits of a second or more are kept to within a tenth by one ticker for all calls; shorter ones have a timer each.
const ticker = new Ticker(100);
const tickedFromMs = 1_000;

/**
 * The five clocks of one attempt: a hard timer for what ends at a fixed time (attempt, deadline), and a look now and then
 * at the limit of the phase. A phase that begins sets no timer, so a quick call under the default limits sets none.
 */
export class Clocks implements Ticking {
  readonly #settings: ClockSettings;
  readonly #expire: (reason: ClockExpired) => void;
  readonly #startedAt = performance.now();
  #phase: Phase = "headers";
  #waitingSince: number | undefined;
  #soft: NodeJS.Timeout | undefined;
  #hard: NodeJS.Timeout | undefined;

  constructor(settings: ClockSettings, expire: (reason: ClockExpired) => void) {
    this.#settings = settings;
    this.#expire = expire;
    const { headersMs, firstContentMs, idleMs, stream } = settings;
    const shortest = Math.min(headersMs, idleMs, stream ? firstContentMs : Infinity);
    if (shortest < tickedFromMs) this.#setSoft(shortest);
    else if (shortest <= maxTimerMs) ticker.add(this);
    this.#setHard(Math.min(settings.deadlineAt, settings.shareEndsAt));
  }

  tick(now: number): void {
    const { clock, limitMs, leftMs } = this.#nearest(now);
    if (leftMs <= 0) this.#expire(new ClockExpired(clock, limitMs));
  }

  /** Headers are here. What follows is a stream's first content, or the body of an answer in one piece. */
  headersCame(): void {
    this.#phase = this.#settings.stream ? "first content" : "idle";
  }

  /** The first content is here: the rest of the stream has the whole deadline, and must keep flowing. */
  contentCame(): void {
    this.#phase = "idle";
    const { shareEndsAt, deadlineAt } = this.#settings;
    if (shareEndsAt >= deadlineAt) return;
    clearTimeout(this.#hard);
    this.#setHard(deadlineAt);
  }

  /** From here on the target owes us a chunk. Time in which the caller does not read is not counted. */
  waiting(): void {
    this.#waitingSince ??= performance.now();
  }

  /** The chunk came. */
  arrived(): void {
    this.#waitingSince = undefined;
  }

  stop(): void {
    ticker.delete(this);
    if (this.#soft !== undefined) clearTimeout(this.#soft);
    if (this.#hard !== undefined) clearTimeout(this.#hard);
  }

  #setSoft(ms: number): void {
    if (ms <= maxTimerMs) this.#soft = setTimeout(() => this.#lookBack(), Math.max(1, Math.ceil(ms)));
  }

  #lookBack(): void {
    const { clock, limitMs, leftMs } = this.#nearest(performance.now());
    if (leftMs <= 0.5) this.#expire(new ClockExpired(clock, limitMs));
    else this.#setSoft(Math.min(leftMs, this.#settings.idleMs));
  }

  /** The limit of the phase that passes first, and how much is left of it. */
  #nearest(now: number): { readonly clock: Clock; readonly limitMs: number; readonly leftMs: number } {
    const { headersMs, firstContentMs, idleMs, stream } = this.#settings;
    if (this.#phase === "idle") {
      return { clock: "idle", limitMs: idleMs, leftMs: idleMs - (now - (this.#waitingSince ?? now)) };
    }
    const first = stream && (this.#phase === "first content" || firstContentMs < headersMs);
    const limitMs = first ? firstContentMs : headersMs;
    return { clock: first ? "first content" : "headers", limitMs, leftMs: limitMs - (now - this.#startedAt) };
  }

  #setHard(until: number): void {
    const { attemptMs, deadlineAt } = this.#settings;
    const ends = Math.min(until, this.#startedAt + attemptMs);
    const ms = ends - performance.now();
    if (ms > maxTimerMs) return;
    const clock = ends === deadlineAt ? "deadline" : ends === until ? "share" : "attempt";
    this.#hard = setTimeout(() => this.#expire(new ClockExpired(clock, ends - this.#startedAt)), ms);
  }
}
