import { afterThisTurn } from "../lib/after-this-turn.ts";

/** Who ended an attempt: the caller, a clock, the router's closing, another attempt of the call, or the attempt's own failure. */
export type Interrupter = "caller" | "clock" | "close" | "rival" | "failure";

/** What can end an attempt before its answer does. The first reason stays. */
export class Interrupt {
  readonly #controller = new AbortController();
  #onInterrupt: (() => void) | undefined;
  #onCut: (() => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  #reason: unknown;
  #by: Interrupter | undefined;
  #isCut = false;

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

  /** Whether nothing is waited for any more. After the caller's abort, what is there already may still be taken. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /**
   * Ends the attempt: cuts the connection now, and rejects what is being waited for. When the caller aborts, an answer that
   * has come in that moment is his: it is left to the connection, cut as it is, whether there is one.
   */
  interrupt(by: Interrupter, reason: unknown): void {
    if (this.#by !== undefined) return;
    this.#by = by;
    this.#reason = reason;
    this.#controller.abort(reason);
    this.#onInterrupt?.();
    if (by === "caller") afterThisTurn(() => this.#cut());
    else this.#cut();
  }

  #cut(): void {
    this.#isCut = true;
    this.#onCut?.();
    this.#reject?.(this.#reason);
  }

  /** Calls back once when interrupted. */
  onInterrupt(callback: () => void): void {
    this.#onInterrupt = callback;
  }

  /** Calls back once when nothing is waited for any more. Bodies that do not listen to the signal are cancelled this way. */
  onCut(callback: () => void): void {
    this.#onCut = callback;
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
