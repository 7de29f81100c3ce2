/** So often the watch's timer rings. */
const everyMs = 20;
/** So late it must be: timers are a little late all the time. */
const noticedMs = 30;
const maxIdleTicks = 50;

// Held: what a test fakes is not how the loop fares.
const everySoOften = setInterval;
const read = performance.now.bind(performance);

/**
 * Notices when the event loop stands still, by a timer that is late. What waits for an answer then can not tell whether it
 * came: that time says nothing about who was to answer. It watches while somebody asks for it, stops by itself when nobody
 * did for a while, and never keeps the process alive. Stalls shorter than some 50 ms pass unnoticed.
 *
 * Node's own `monitorEventLoopDelay` says how long stalls were, not when: that of just now is not in it yet.
 */
export class LoopWatch {
  #watchers = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;
  #idleTicks = 0;
  #stoodStillMs = 0;

  /** Watches from now on, until {@link end} was called as often. */
  begin(): void {
    if (this.#watchers === 0 && !this.#isOnTime(read())) this.#start();
    this.#watchers += 1;
  }

  end(): void {
    this.#watchers -= 1;
  }

  /** How long the loop stood still while it was watched, what goes on now included; only grows. */
  get stoodStillMs(): number {
    return this.#stoodStillMs + this.#lateMs(read());
  }

  /** The time of a clock that stands still with the loop, on the `performance.now()` scale: only differences mean something. */
  now(): number {
    return performance.now() - this.stoodStillMs;
  }

  // Nobody watched: what happened to the timer since says nothing. It may be gone, with the time of a test.
  #isOnTime(now: number): boolean {
    return this.#timer !== undefined && now >= this.#dueAt - everyMs && now < this.#dueAt + noticedMs;
  }

  #start(): void {
    clearInterval(this.#timer);
    this.#idleTicks = 0;
    this.#dueAt = read() + everyMs;
    this.#timer = everySoOften(() => this.#tick(), everyMs).unref();
  }

  #tick(): void {
    const now = read();
    this.#stoodStillMs += this.#lateMs(now);
    this.#dueAt = now + everyMs;
    this.#idleTicks = this.#watchers > 0 ? 0 : this.#idleTicks + 1;
    if (this.#idleTicks <= maxIdleTicks) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #lateMs(now: number): number {
    const lateMs = this.#timer === undefined ? 0 : now - this.#dueAt;
    // Where timers are faked, time is what the test says.
    return lateMs >= noticedMs && setInterval === everySoOften ? lateMs : 0;
  }
}

/** The watch of this process: it has one loop. */
export const loopWatch = new LoopWatch();
