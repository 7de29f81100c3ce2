import type { Timeouts } from "../config/resolved.ts";
import { loopWatch } from "../lib/loop-watch.ts";
import { Ticker, type Ticking } from "../lib/ticker.ts";

/**
 * Which time limit ended an attempt. `share` is the attempt's part of the call's deadline, `limit` that of the work the call is
 * a part of.
 */
export type Clock = "headers" | "first content" | "pace" | "idle" | "attempt" | "share" | "deadline" | "limit";

/** A time limit passed. */
export class ClockExpired extends Error {
  override readonly name = "ClockExpired";
  readonly clock: Clock;
  readonly limitMs: number;
  /** The event loop stood still for a good part of the attempt: the target may well have answered in time. */
  readonly isOurs: boolean;

  constructor(clock: Clock, limitMs: number, isOurs = false) {
    super(`${wordsOf(clock)} (${Math.round(limitMs)} ms)`);
    this.clock = clock;
    this.limitMs = limitMs;
    this.isOurs = isOurs;
  }

  /** There is no time for another attempt. */
  get isLast(): boolean {
    return this.clock === "deadline" || this.clock === "limit";
  }
}

function wordsOf(clock: Clock): string {
  if (clock === "pace") return "too few tokens within the time for its pace";
  return `no answer within ${clock === "share" ? "its share of the deadline" : clock}`;
}

/** What the clocks of one attempt are set to. */
export interface ClockSettings extends Timeouts {
  readonly headersMs: number;
  readonly stream: boolean;
  /** How long a stream has for what it must bring at its beginning; left out: it must bring nothing. */
  readonly paceMs?: number | undefined;
  /** When the call must have ended, on the `performance.now()` scale; `Infinity` when never. */
  readonly deadlineAt: number;
  /** When this attempt must give way to the next, on the same scale; holds until content has come. */
  readonly shareEndsAt: number;
}

// Longer delays overflow a timer's 32 bits and would fire at once.
const maxTimerMs = 2 ** 31 - 1;

type Phase = "headers" | "first content" | "pace" | "idle";

interface Limit {
  readonly clock: Clock;
  readonly limitMs: number;
  /** How much is left of it. */
  readonly leftMs: number;
}

// Limits of a second or more are looked after by one ticker for all calls; a timer is set when one is about to pass.
const tickMs = 100;
const ticker = new Ticker(tickMs);
const tickedFromMs = 1_000;
// A chunk is waited for, since when the next tick will tell.
const sinceLately = -1;
// A clock that rings so late rings behind a stall of the event loop, before anybody could read what came during it.
const lateMs = 5;
/** From this share of an attempt on, a stall speaks for the target. */
const stallShare = 0.5;
// The others leave the target its whole time.
const fixed: ReadonlySet<Clock> = new Set(["attempt", "share", "deadline", "limit"]);
// Held, so that a caller who fakes timers does not wait for ever.
const afterThisTurn = setImmediate;

/**
 * The five clocks of one attempt. Nothing is set when a phase begins: the limits that hold are looked at now and then, by a
 * ticker when all of them are long, else by a timer of the attempt's own. So a quick call under the default limits sets none.
 *
 * While the event loop stands still, the clocks for headers, first content and idle do too: nobody could have seen the answer.
 * Those that end at a fixed time do not, but give what came meanwhile the turn in which it is read.
 */
export class Clocks implements Ticking {
  readonly #settings: ClockSettings;
  readonly #expire: (reason: ClockExpired) => void;
  readonly #startedAt = performance.now();
  /** The same, by a clock that stands still with the event loop. */
  readonly #begunAt = loopWatch.now();
  /** The shortest of all limits: however the phases change, none passes unnoticed when a look is taken this often. */
  readonly #shortestMs: number;
  #phase: Phase = "headers";
  #pacedSince = 0;
  #isGiven = false;
  #waitingSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isLastLook = false;

  constructor(settings: ClockSettings, expire: (reason: ClockExpired) => void) {
    this.#settings = settings;
    this.#expire = expire;
    loopWatch.begin();
    const { headersMs, firstContentMs, idleMs, attemptMs, stream, shareEndsAt, deadlineAt } = settings;
    const { paceMs = Infinity } = settings;
    const untilHard = Math.min(attemptMs, Math.min(shareEndsAt, deadlineAt) - this.#startedAt);
    this.#shortestMs = Math.min(headersMs, idleMs, stream ? Math.min(firstContentMs, paceMs) : Infinity, untilHard);
    if (this.#shortestMs < tickedFromMs) this.#set(this.#shortestMs);
    else if (this.#shortestMs <= maxTimerMs) ticker.add(this);
  }

  tick(now: number): void {
    if (this.#waitingSince === sinceLately) this.#waitingSince = loopWatch.now();
    const nearest = this.#nearest(now);
    if (nearest.leftMs <= 0) this.#ring(nearest);
    else if (nearest.leftMs < tickMs && this.#timer === undefined) this.#set(nearest.leftMs);
  }

  /** Headers are here. What follows is a stream's first content, or the body of an answer in one piece. */
  headersCame(): void {
    this.#phase = this.#settings.stream ? "first content" : "idle";
  }

  /** The first content is here. It is held back until the stream has shown its pace. */
  paceBegins(): void {
    this.#phase = "pace";
    this.#pacedSince = loopWatch.now();
  }

  /**
   * The first content is here: the stream must keep flowing. When it is given out, its rest has the whole deadline; what is
   * held back keeps to its share.
   */
  contentCame({ isHeld = false } = {}): void {
    this.#phase = "idle";
    this.#isGiven = !isHeld && this.#settings.stream;
  }

  /** From here on the target owes us a chunk. Time in which the caller does not read is not counted. */
  waiting(): void {
    this.#waitingSince ??= this.#shortestMs < tickedFromMs ? loopWatch.now() : sinceLately;
  }

  /** The chunk came. */
  arrived(): void {
    this.#waitingSince = undefined;
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    loopWatch.end();
    ticker.delete(this);
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  /** Whether the event loop stood still for a good part of the attempt so far, and for so many ms at least. */
  stoodStill(leastMs = 1): boolean {
    const tookMs = performance.now() - this.#startedAt;
    const stillMs = tookMs - (loopWatch.now() - this.#begunAt);
    return stillMs >= leastMs && stillMs >= tookMs * stallShare;
  }

  #set(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), Math.max(1, Math.ceil(ms)));
  }

  #look(): void {
    this.#timer = undefined;
    const nearest = this.#nearest(performance.now());
    // A timer may ring a moment early.
    if (nearest.leftMs <= 0.5) this.#ring(nearest);
    else if (this.#shortestMs < tickedFromMs) this.#set(Math.min(nearest.leftMs, this.#shortestMs));
  }

  #ring(limit: Limit): void {
    if (this.#isLastLook) return;
    if (limit.leftMs >= -lateMs) return this.#end(limit);
    this.#isLastLook = true;
    afterThisTurn(() => this.#lookAgain());
  }

  #lookAgain(): void {
    if (this.#isStopped) return;
    this.#isLastLook = false;
    const nearest = this.#nearest(performance.now());
    if (nearest.leftMs <= 0) this.#end(nearest);
    else if (this.#timer === undefined) this.#look();
  }

  #end({ clock, limitMs }: Limit): void {
    this.stop();
    this.#expire(new ClockExpired(clock, limitMs, fixed.has(clock) && this.stoodStill()));
  }

  #nearest(now: number): Limit {
    const soft = this.#limitOfPhase(loopWatch.now());
    const hard = this.#hardLimit(now);
    return hard.leftMs < soft.leftMs ? hard : soft;
  }

  #limitOfPhase(now: number): Limit {
    const { headersMs, firstContentMs, idleMs, stream, paceMs = Infinity } = this.#settings;
    if (this.#phase === "pace") {
      return { clock: "pace", limitMs: paceMs, leftMs: paceMs - (now - this.#pacedSince) };
    }
    if (this.#phase === "idle") {
      return { clock: "idle", limitMs: idleMs, leftMs: idleMs - (now - (this.#waitingSince ?? now)) };
    }
    const first = stream && (this.#phase === "first content" || firstContentMs < headersMs);
    const limitMs = first ? firstContentMs : headersMs;
    return { clock: first ? "first content" : "headers", limitMs, leftMs: limitMs - (now - this.#begunAt) };
  }

  /** Of what ends at a fixed time: the attempt, its share until content has come, the call. */
  #hardLimit(now: number): Limit {
    const { attemptMs, deadlineAt, shareEndsAt } = this.#settings;
    const until = this.#isGiven ? deadlineAt : Math.min(deadlineAt, shareEndsAt);
    const ends = Math.min(until, this.#startedAt + attemptMs);
    const clock = ends === deadlineAt ? "deadline" : ends === until ? "share" : "attempt";
    return { clock, limitMs: ends - this.#startedAt, leftMs: ends - now };
  }
}
