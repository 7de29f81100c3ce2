import type { Alarm } from "../lib/alarm-clock.ts";

/** Who waits, or would. */
export interface Caller {
  /** Nobody waits for its answer. */
  readonly isBatch: boolean;
  /** Lower is earlier; `Infinity` for a call that has not waited yet. */
  readonly seniority: number;
}

/** So many interactive calls in a row may go before a batch call that waits; then that one goes. */
export const maxPassed = 4;

/**
 * The calls that wait for one limit. Interactive calls go before those of batches, and among each kind the one that waits
 * longest. When {@link maxPassed} calls in a row have gone before a batch call, it goes first: it never starves.
 */
export class WaitingLine<Waiter extends Caller> implements Alarm {
  readonly key: string;
  /** When there will be enough for the first, as far as that is certain; on the `performance.now()` scale. */
  firmDueAt: number | undefined;
  readonly #interactive: Waiter[] = [];
  readonly #batch: Waiter[] = [];
  readonly #onDue: (line: WaitingLine<Waiter>) => void;
  #passed = 0;

  constructor(key: string, onDue: (line: WaitingLine<Waiter>) => void) {
    this.key = key;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#interactive.length + this.#batch.length;
  }

  /** How many of one kind wait. */
  sizeOf(isBatch: boolean): number {
    return this.#of(isBatch).length;
  }

  /** Whose turn it is. */
  get first(): Waiter | undefined {
    return this.#isTurnOfBatch ? this.#batch[0] : (this.#interactive[0] ?? this.#batch[0]);
  }

  /** Whether a call, in this line or not, would be the first. */
  isTurnOf(caller: Caller): boolean {
    const { first } = this;
    if (first === undefined) return true;
    if (first.isBatch === caller.isBatch) return caller.seniority <= first.seniority;
    return first.isBatch && !this.#isTurnOfBatch;
  }

  add(waiter: Waiter): void {
    const waiters = this.#of(waiter.isBatch);
    const at = waiters.findLastIndex(({ seniority }) => seniority < waiter.seniority);
    waiters.splice(at + 1, 0, waiter);
  }

  delete(waiter: Waiter): void {
    const waiters = this.#of(waiter.isBatch);
    const at = waiters.indexOf(waiter);
    if (at >= 0) waiters.splice(at, 1);
  }

  /** A call got what it wanted of the limit. */
  went({ isBatch }: Caller): void {
    this.#passed = isBatch || this.#batch.length === 0 ? 0 : this.#passed + 1;
  }

  /** More of the limit may be there. */
  ring(): void {
    this.#onDue(this);
  }

  get #isTurnOfBatch(): boolean {
    return this.#batch.length > 0 && this.#passed >= maxPassed;
  }

  #of(isBatch: boolean): Waiter[] {
    return isBatch ? this.#batch : this.#interactive;
  }
}
