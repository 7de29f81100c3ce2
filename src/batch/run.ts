import type { Shared } from "../call.ts";
import { Bell } from "../lib/bell.ts";
import { Scope } from "../scope.ts";
import { Counts } from "./counts.ts";
import { Earlier } from "./earlier.ts";
import type { BatchOptions, BatchResult } from "./options.ts";
import type { Source } from "./source.ts";

/** What a batch is to do. */
export interface BatchPlan<Item, T> {
  readonly shared: Shared;
  readonly source: Source<Item>;
  readonly concurrency: number;
  readonly options: BatchOptions<Item, T, unknown>;
  /** Makes the calls of one item under the scope. */
  call(item: Item, scope: Scope): Promise<T>;
}

interface Task<Item> {
  readonly item: Item;
  readonly index: number;
  readonly key: string;
  readonly scope: Scope;
}

/**
 * One run through the items of a batch: begins as many at a time as there are places for, and gives the results in the
 * order of the items.
 */
export class BatchRun<Item, T> {
  readonly #plan: BatchPlan<Item, T>;
  readonly #earlier: Earlier<T>;
  readonly #counts: Counts;
  /** How many items may be begun and not yet given out. */
  readonly #ahead: number;
  readonly #bell = new Bell();
  readonly #running = new Set<Scope>();
  readonly #settled = new Map<number, BatchResult<T>>();
  #begun = 0;
  #given = 0;
  #isReading = false;
  /** Nothing more will be begun. */
  #isExhausted = false;
  #end: { readonly reason: unknown } | undefined;
  #fault: { readonly error: unknown } | undefined;

  constructor(plan: BatchPlan<Item, T>, ahead: number) {
    this.#plan = plan;
    this.#ahead = ahead;
    this.#earlier = new Earlier(plan.options);
    this.#counts = new Counts(plan.source.total, plan.options.onProgress);
  }

  /**
   * Runs. Leaving the results early ends the batch.
   * @yields the results, in order
   */
  async *results(): AsyncGenerator<BatchResult<T>, void, void> {
    const release = this.#listen();
    try {
      void this.#feed();
      for (let result = await this.#take(); result !== undefined; result = await this.#take()) yield result;
      if (this.#fault !== undefined) throw this.#fault.error;
    } finally {
      release();
      this.#exhaust();
      this.#stop(new DOMException("The batch was left before its end.", "AbortError"));
    }
  }

  #listen(): () => void {
    const { shared, options } = this.#plan;
    const signals = [shared.ending, ...(options.signal === undefined ? [] : [options.signal])];
    const onEnd = (event: Event): void => this.#stop((event.target as AbortSignal).reason);
    for (const signal of signals) signal.addEventListener("abort", onEnd);
    const over = signals.find(({ aborted }) => aborted);
    if (over !== undefined) this.#stop(over.reason);
    // A place that an interactive call leaves is the batch's again.
    const stopListening = shared.lifelines.onDelete(() => void this.#feed());
    return () => {
      stopListening();
      for (const signal of signals) signal.removeEventListener("abort", onEnd);
    };
  }

  async #take(): Promise<BatchResult<T> | undefined> {
    for (;;) {
      const result = this.#settled.get(this.#given);
      if (result !== undefined) {
        this.#settled.delete(this.#given);
        this.#given += 1;
        void this.#feed();
        return result;
      }
      if (this.#isExhausted && this.#running.size === 0) return undefined;
      await this.#bell.rung();
    }
  }

  /** Reads items and begins them, as long as there are places. One at a time reads. */
  async #feed(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#mayBegin()) {
        const next = await this.#plan.source.next();
        if (this.#isExhausted) break;
        if (next.done === true) this.#isExhausted = true;
        else this.#begin(next.value);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isReading = false;
    this.#bell.ring();
  }

  #mayBegin(): boolean {
    if (this.#isExhausted || this.#begun - this.#given >= this.#ahead) return false;
    return this.#end !== undefined || this.#running.size < this.#places();
  }

  // Calls that somebody waits for go first: each takes one of the batch's places, down to the last.
  #places(): number {
    const { shared, concurrency } = this.#plan;
    return Math.max(1, concurrency - (shared.lifelines.size - shared.batched.size));
  }

  #begin(item: Item): void {
    const { shared, options } = this.#plan;
    const index = this.#begun;
    const key = options.keyOf === undefined ? String(index) : options.keyOf(item, index);
    const scope = new Scope(shared, { isBatch: true });
    if (this.#end !== undefined) scope.end("caller", this.#end.reason);
    this.#begun += 1;
    this.#running.add(scope);
    void this.#run({ item, index, key, scope });
  }

  async #run(task: Task<Item>): Promise<void> {
    const { scope, index } = task;
    try {
      const result = (await this.#before(task)) ?? (await this.#call(task));
      this.#settled.set(index, result);
      this.#counts.add(result, scope.records);
    } catch (error) {
      this.#fail(error);
    }
    scope.release();
    this.#running.delete(scope);
    void this.#feed();
    this.#bell.ring();
  }

  async #before({ index, key }: Task<Item>): Promise<BatchResult<T> | undefined> {
    const earlier = await this.#earlier.get(key);
    return earlier === undefined ? undefined : { ...earlier, index, key };
  }

  async #call({ item, index, key, scope }: Task<Item>): Promise<BatchResult<T>> {
    const { shared, call } = this.#plan;
    const ending = { index, key };
    let value: T;
    try {
      shared.admit();
      scope.ending.throwIfAborted();
      value = await scope.guard(call(item, scope));
    } catch (reason) {
      return { ...ending, status: "rejected", reason, record: scope.records.at(-1) };
    }
    const result = { ...ending, status: "fulfilled", value, record: scope.records.at(-1) } as const;
    await this.#earlier.keep(result).catch((error: unknown) => this.#fail(error));
    return result;
  }

  /** What the input or the kept results threw comes after the results that were on their way. */
  #fail(error: unknown): void {
    this.#fault ??= { error };
    this.#exhaust();
  }

  #stop(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    for (const scope of this.#running) scope.end("caller", reason);
    if (this.#plan.source.total === undefined) this.#exhaust();
    void this.#feed();
    this.#bell.ring();
  }

  #exhaust(): void {
    if (this.#isExhausted) return;
    this.#isExhausted = true;
    this.#plan.source.close();
  }
}
