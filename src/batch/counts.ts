import type { RouteRecord } from "../glossary.ts";
import type { BatchProgress, BatchResult } from "./options.ts";

/** Counts how far a batch is, and tells. */
export class Counts {
  readonly #total: number | undefined;
  readonly #tell: ((progress: BatchProgress) => void) | undefined;
  #done = 0;
  #failed = 0;
  #costUsd = 0;

  constructor(total: number | undefined, tell: ((progress: BatchProgress) => void) | undefined) {
    this.#total = total;
    this.#tell = tell;
  }

  /** An item ended, after these calls. A listener that throws harms nobody: the process gets a warning. */
  add({ status }: BatchResult<unknown>, records: readonly RouteRecord[]): void {
    this.#done += 1;
    if (status === "rejected") this.#failed += 1;
    for (const { costUsd } of records) this.#costUsd += costUsd ?? 0;
    try {
      this.#tell?.({ done: this.#done, failed: this.#failed, total: this.#total, costUsd: this.#costUsd });
    } catch (error) {
      process.emitWarning(`onProgress of a batch threw: ${String(error)}`, "ModelRouterWarning");
    }
  }
}
