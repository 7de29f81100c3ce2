import type { Interrupt, Interrupter } from "./interrupt.ts";

/** What can end a whole call early: its caller's signal, or the router's closing. Holds the attempts that are running. */
export class Lifeline {
  readonly #signal: AbortSignal | undefined;
  #cut: { readonly by: Interrupter; readonly reason: unknown } | undefined;
  #attempt: Interrupt | undefined;
  #beside: Interrupt | undefined;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort);
  }

  /** Who ended the call and why, once that happened. */
  get cut(): { readonly by: Interrupter; readonly reason: unknown } | undefined {
    return this.#cut;
  }

  /** Ends the call: the attempts that run, or the wait for the next one. */
  end(by: Interrupter, reason: unknown): void {
    this.#cut ??= { by, reason };
    this.#attempt?.interrupt(by, reason);
    this.#beside?.interrupt(by, reason);
    this.#wake?.();
  }

  /** Makes `attempt` the one that ends with the call. */
  hold(attempt: Interrupt): void {
    this.#attempt = attempt;
    if (this.#cut !== undefined) attempt.interrupt(this.#cut.by, this.#cut.reason);
  }

  /** Makes `attempt` one that ends with the call, beside the one that runs already. */
  holdBeside(attempt: Interrupt): void {
    this.#beside = attempt;
    if (this.#cut !== undefined) attempt.interrupt(this.#cut.by, this.#cut.reason);
  }

  /** Waits, or less when the call ends meanwhile. */
  async sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    await this.until((wake) => {
      const timer = setTimeout(wake, ms);
      return () => clearTimeout(timer);
    });
  }

  /**
   * Waits until it is woken, or less when the call ends meanwhile.
   * @param begin - is given what wakes, and returns what is to be called then
   */
  async until(begin: (wake: () => void) => () => void): Promise<void> {
    if (this.#cut !== undefined) return;
    let end: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      end = begin(resolve);
    });
    this.#wake = undefined;
    end?.();
  }

  /** Lets go of the caller's signal. */
  release(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.end("caller", this.#signal?.reason);
}
