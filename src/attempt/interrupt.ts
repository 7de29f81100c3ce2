/** Who ended an attempt: the caller, a clock, the router's closing, or the attempt's own failure. */
export type Interrupter = "caller" | "clock" | "close" | "failure";

/** What can end an attempt before its answer does. The first reason stays. */
export class Interrupt {
  readonly #controller = new AbortController();
  #onInterrupt: (() => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  #reason: unknown;
  #by: Interrupter | undefined;

  /** For `fetch`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get happened(): boolean {
    return this.#by !== undefined;
  }

  get by(): Interrupter | undefined {
    return this.#by;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Ends the attempt now: cuts the connection and rejects what is being waited for. */
  interrupt(by: Interrupter, reason: unknown): void {
    if (this.#by !== undefined) return;
    this.#by = by;
    this.#reason = reason;
    this.#controller.abort(reason);
    this.#onInterrupt?.();
    this.#reject?.(reason);
  }

  /** Calls back once when interrupted. Bodies that do not listen to the signal are cancelled this way. */
  onInterrupt(callback: () => void): void {
    this.#onInterrupt = callback;
  }

  /** Waits for `promise`, or rejects with the reason at the interrupt: a custom `fetch` need not listen to signals. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      const settle = (value: T): void => {
        // A rejecter holds its promise, and that what it was resolved with.
        this.#reject = undefined;
        resolve(value);
      };
      promise.then(settle, reject);
    });
  }
}
