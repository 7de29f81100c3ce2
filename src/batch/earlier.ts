import type { BatchAnswer, BatchOptions, BatchResult } from "./options.ts";

type Given<T> = Pick<BatchOptions<never, T>, "resume" | "results">;

/** What earlier runs have answered already, by key. */
export class Earlier<T> {
  readonly #resumed: ReadonlyMap<string, BatchAnswer<T>>;
  readonly #results: Given<T>["results"];

  constructor({ resume = [], results }: Given<T>) {
    const given: Iterable<BatchResult<T>> =
      resume instanceof Map ? resume.values() : (resume as Iterable<BatchResult<T>>);
    const answers = [...given].filter((result) => result.status === "fulfilled");
    this.#resumed = new Map(answers.map((result) => [result.key, result]));
    this.#results = results;
  }

  /** Waits only where results are looked up elsewhere. */
  get(key: string): BatchAnswer<T> | undefined | Promise<BatchAnswer<T> | undefined> {
    return this.#resumed.get(key) ?? this.#results?.get(key);
  }

  async keep(result: BatchAnswer<T>): Promise<void> {
    await this.#results?.set(result.key, result);
  }
}
