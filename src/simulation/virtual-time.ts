import { syncBuiltinESMExports } from "node:module";
import { install, type Clock } from "@sinonjs/fake-timers";
import { seededRandom } from "../testing/seeded-random.ts";

// Held: what is real stays real.
const afterThisTurn = setImmediate;
const realRandom = Math.random;

const faked = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "Date",
  "performance",
] as const;

/** So many timers may ring in one moment. */
const mostSteps = 100_000;

/** Where virtual time begins, in ms since the epoch: the same each time, or nothing could be repeated. */
const epoch = Date.UTC(2030, 0, 1);

/**
 * Time and chance of this thread, taken over: `Date`, `performance`, all timers and `Math.random`. A thread has these for
 * itself, so that everything in it, the packages below the router included, lives on virtual time, and the rest of the
 * process does not. What reads them when it is imported must be imported after {@link take}.
 */
export class VirtualTime {
  readonly #clock: Clock;

  private constructor(clock: Clock) {
    this.#clock = clock;
  }

  static take(): VirtualTime {
    const clock = install({ now: epoch, toFake: [...faked], ignoreMissingTimers: true });
    // Names that were imported from `node:timers/promises` are live.
    syncBuiltinESMExports();
    return new VirtualTime(clock);
  }

  /** Back to the beginning, with another chance; no timer is left. */
  restart(seed: number): void {
    this.#clock.reset();
    Math.random = seededRandom(seed);
  }

  /** Since the beginning, in ms. */
  get elapsedMs(): number {
    return this.#clock.now - epoch;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#clock.countTimers();
  }

  /**
   * Lets time pass until `done`: from timer to timer, and between two of them all that can happen without time.
   * @returns false when nothing is left that could happen, or the time is up
   * @throws Error when time stands still, because timers of 0 ms are set again and again
   */
  async pass(done: () => boolean, untilMs = Infinity): Promise<boolean> {
    let steps = 0;
    for (;;) {
      await turn();
      if (done()) return true;
      if (this.timers === 0 || this.elapsedMs > untilMs) return false;
      const before = this.#clock.now;
      this.#clock.next();
      steps = this.#clock.now === before ? steps + 1 : 0;
      if (steps > mostSteps) throw new Error(`Time stands still ${this.elapsedMs} ms after the beginning.`);
    }
  }

  /** Gives this thread its own time and chance back. */
  giveBack(): void {
    this.#clock.uninstall();
    Math.random = realRandom;
    syncBuiltinESMExports();
  }
}

// After the microtasks, and what Node itself puts off to the end of the turn.
function turn(): Promise<void> {
  return new Promise((resolve) => {
    afterThisTurn(resolve);
  });
}
