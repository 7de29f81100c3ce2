import type { RouteRecord } from "../glossary.ts";
import { LruMap } from "../lib/lru-map.ts";

// Enough for those who judge what they have just collected of a stream.
const leastIds = 1_000;

/** The records of the latest answers, by the ids that they are known by. */
export class Answers {
  readonly #byId: LruMap<string, RouteRecord | "several">;

  /** @param most - how many answers are remembered; each has two ids */
  constructor(most: number) {
    this.#byId = new LruMap(Math.max(leastIds, 2 * most));
  }

  /** @param id - the provider's; some give the same one again and again, and then it tells nothing */
  note(record: RouteRecord, id: string | undefined): void {
    this.#byId.set(record.requestId, record);
    if (id === undefined) return;
    const known = this.#byId.get(id);
    this.#byId.set(id, known === undefined || known === record ? record : "several");
  }

  find(id: string): RouteRecord | "several" | undefined {
    return this.#byId.get(id);
  }
}
