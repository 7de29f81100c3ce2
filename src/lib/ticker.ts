import { Bag } from "./bag.ts";

/** Something that wants to be looked after now and then. */
export interface Ticking {
  tick(now: number): void;
}

/**
 * One timer for many: calls back all that were added, every so many ms. A timer that is set and cleared for each call
 * costs microseconds where it is the only one of its length; this costs a place in a set. It stops by itself when
 * nothing was left for a while, and never keeps the process alive.
 */
export class Ticker {
  readonly #everyMs: number;
  readonly #items = new Bag<Ticking>();
  #timer: NodeJS.Timeout | undefined;
  #idleTicks = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  add(item: Ticking): void {
    this.#items.add(item);
    this.#idleTicks = 0;
    this.#timer ??= setInterval(() => this.#tick(), this.#everyMs).unref();
  }

  delete(item: Ticking): void {
    this.#items.delete(item);
  }

  #tick(): void {
    const now = performance.now();
    for (const item of this.#items) item.tick(now);
    this.#idleTicks = this.#items.size === 0 ? this.#idleTicks + 1 : 0;
    if (this.#idleTicks <= maxIdleTicks) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const maxIdleTicks = 20;
