import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Asked, Outcome } from "./outcome.ts";

/** A thread that plays schedules, on a time of its own. */
export class Player {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url));

  async play(asked: Asked): Promise<Outcome> {
    this.#worker.postMessage(asked);
    const [outcome] = (await once(this.#worker, "message")) as [Outcome];
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
