import { Bag } from "./bag.ts";

/** A set of objects that can be waited for to become empty. */
export class InFlight<T extends object> {
  readonly #items = new Bag<T>();
  #waiting: (() => void)[] = [];
  #listeners: readonly (() => void)[] = [];

  get size(): number {
    return this.#items.size;
  }

  add(item: T): void {
    this.#items.add(item);
  }

  delete(item: T): void {
    if (!this.#items.delete(item)) return;
    for (const listener of this.#listeners) listener();
    if (this.#items.size > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }

  /** Calls back at each item that goes, until the function that is returned is called. */
  onDelete(listener: () => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }

  /** Resolves when nothing is in flight. */
  empty(): Promise<void> {
    if (this.#items.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
