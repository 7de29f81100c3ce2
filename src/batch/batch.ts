import { faultOfQuantity, quantities } from "../config/quantities.ts";
import type { BatchResult } from "./options.ts";
import { type BatchPlan, BatchRun } from "./run.ts";

/**
 * Many calls as one: a promise of all results, and an async iterable of each as soon as it and those before it are there.
 * Nothing is called before one of the two is asked for, and a batch runs once.
 */
export class Batch<T> implements AsyncIterable<BatchResult<T>>, PromiseLike<BatchResult<T>[]> {
  readonly #plan: BatchPlan<unknown, T>;
  #isTaken = false;
  #all: Promise<BatchResult<T>[]> | undefined;

  /** @internal Use `router.batch()`. */
  constructor(plan: BatchPlan<unknown, T>) {
    const fault = faultOfQuantity(quantities.count, plan.concurrency);
    if (fault !== undefined) throw new RangeError(`concurrency ${fault}.`);
    this.#plan = plan;
  }

  /**
   * The results in the order of the items. Whoever reads slowly slows the batch down: at most `2 × concurrency` items are
   * begun and not read. Leaving the loop early cancels what is in flight.
   * @throws TypeError when the batch runs already; what the input or `results` throw, after the results before
   */
  [Symbol.asyncIterator](): AsyncGenerator<BatchResult<T>, void, void> {
    return this.#take(2 * this.#plan.concurrency);
  }

  /**
   * Runs the batch and gives all results in the order of the items. Never rejected because items were.
   * @throws TypeError when the batch is being read already; what the input or `results` throw
   */
  // oxlint-disable-next-line unicorn/no-thenable -- awaiting it is what it is for
  then<Fulfilled = BatchResult<T>[], Rejected = never>(
    onFulfilled?: ((results: BatchResult<T>[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#all ??= this.#collect();
    return this.#all.then(onFulfilled, onRejected);
  }

  async #collect(): Promise<BatchResult<T>[]> {
    const results: BatchResult<T>[] = [];
    for await (const result of this.#take(Infinity)) results.push(result);
    return results;
  }

  #take(ahead: number): AsyncGenerator<BatchResult<T>, void, void> {
    if (this.#isTaken) throw new TypeError("A batch runs once: call router.batch() again, with `resume` if need be.");
    this.#isTaken = true;
    return new BatchRun(this.#plan, ahead).results();
  }
}
