import type { MemoryStore } from "../../src/stores/memory.ts";
import type { Store } from "../../src/stores/store.ts";

/**
 * How a store fails: `up` not at all, `down` at once, `deaf` never answers and does nothing, `mute` never answers but does
 * what it is asked.
 */
export type Fault = "up" | "down" | "deaf" | "mute";

/** A store that answers as one across a network does, and fails as it is told to. */
export class FaultyStore implements Store {
  readonly name = "faulty";
  fault: Fault = "up";
  /** How often it was asked for anything. */
  calls = 0;
  readonly #store: MemoryStore;
  #next: { readonly fault: Fault; readonly after: number } | undefined;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  /** Is up again, and fails in this way after so many calls. */
  failAfter(calls: number, fault: Fault): void {
    this.fault = "up";
    this.#next = { fault, after: this.calls + calls };
  }

  take: Store["take"] = (request) => this.#answer(() => this.#store.take(request));
  settle: Store["settle"] = (hold, used) => this.#answer(() => this.#store.settle(hold, used));
  note: Store["note"] = (key, value, ttlMs) => this.#answer(() => this.#store.note(key, value, ttlMs));

  async #answer<T>(call: () => T): Promise<T> {
    this.calls += 1;
    if (this.#next !== undefined && this.calls > this.#next.after) {
      this.fault = this.#next.fault;
      this.#next = undefined;
    }
    if (this.fault === "down") throw new Error("connect ECONNREFUSED");
    const answer = this.fault === "deaf" ? undefined : call();
    return this.fault === "up" ? (answer as T) : new Promise<T>(() => {});
  }
}
