import type { Timeouts } from "../config/resolved.ts";

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

/**
 * The five clocks of one attempt on two timers: a hard one for what ends at a fixed time (attempt, deadline), a soft one
 * that moves with the phase (headers, then first content or idle).
 */
export class Clocks {
  readonly #settings: ClockSettings;
  readonly #expire: (reason: ClockExpired) => void;
  readonly #startedAt = performance.now();
  #soft: NodeJS.Timeout | undefined;
  #hard: NodeJS.Timeout | undefined;
  #waitingSince: number | undefined;

  constructor(settings: ClockSettings, expire: (reason: ClockExpired) => void) {
    this.#settings = settings;
    this.#expire = expire;
    const first = settings.stream ? Math.min(settings.headersMs, settings.firstContentMs) : settings.headersMs;
    const clock = first === settings.headersMs ? "headers" : "first content";
    this.#setSoft(clock, first, first);
    this.#setHard(Math.min(settings.deadlineAt, settings.shareEndsAt));
  }

  /** Headers are here. What follows is a stream's first content, or the body of an answer in one piece. */
  headersCame(): void {
    clearTimeout(this.#soft);
    const { stream, firstContentMs } = this.#settings;
    if (stream) {
      const left = firstContentMs - (performance.now() - this.#startedAt);
      this.#setSoft("first content", left, firstContentMs);
    } else {
      this.#watchIdle(this.#settings.idleMs);
    }
  }

  /** The first content is here: the rest of the stream has the whole deadline, and must keep flowing. */
  contentCame(): void {
    clearTimeout(this.#soft);
    this.#watchIdle(this.#settings.idleMs);
    if (this.#settings.shareEndsAt < this.#settings.deadlineAt) {
      clearTimeout(this.#hard);
      this.#setHard(this.#settings.deadlineAt);
    }
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
    clearTimeout(this.#soft);
    clearTimeout(this.#hard);
  }

  #setSoft(clock: Clock, ms: number, limitMs: number): void {
    if (ms > maxTimerMs) return;
    this.#soft = setTimeout(() => this.#expire(new ClockExpired(clock, limitMs)), ms);
  }

  #setHard(until: number): void {
    const { attemptMs, deadlineAt } = this.#settings;
    const ends = Math.min(until, this.#startedAt + attemptMs);
    const ms = ends - performance.now();
    if (ms > maxTimerMs) return;
    const clock = ends === deadlineAt ? "deadline" : ends === until ? "share" : "attempt";
    this.#hard = setTimeout(() => this.#expire(new ClockExpired(clock, ends - this.#startedAt)), ms);
  }

  // One timer that looks back when it rings is cheaper than one that is moved at each chunk.
  #watchIdle(ms: number): void {
    const { idleMs } = this.#settings;
    if (idleMs > maxTimerMs) return;
    this.#soft = setTimeout(() => {
      const waited = this.#waitingSince === undefined ? 0 : performance.now() - this.#waitingSince;
      if (waited >= idleMs - 1) this.#expire(new ClockExpired("idle", idleMs));
      else this.#watchIdle(idleMs - waited);
    }, ms);
  }
}
