/** Runs the sending of one attempt, in a context of its own. Must call `send`, once, and return what that returns. */
export interface SendingWrap {
  <T>(attempt: { readonly requestId: string; readonly target: string }, send: () => T): T;
}

/** What sendings are wrapped in: nothing, as a rule. */
export class Wraps {
  #wraps: readonly SendingWrap[] = [];

  /** Returns what takes it off again. */
  add(wrap: SendingWrap): () => void {
    this.#wraps = [...this.#wraps, wrap];
    return () => {
      this.#wraps = this.#wraps.filter((other) => other !== wrap);
    };
  }

  run<T>(attempt: { readonly requestId: string; readonly target: string }, send: () => T): T {
    return this.#wraps.reduce<() => T>((inner, wrap) => () => wrap(attempt, inner), send)();
  }

  get none(): boolean {
    return this.#wraps.length === 0;
  }
}
