/** Wakes whoever waits. A ring that nobody waited for is forgotten. */
export class Bell {
  #next = Promise.withResolvers<void>();

  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves at the next ring. */
  rung(): Promise<void> {
    return this.#next.promise;
  }
}
