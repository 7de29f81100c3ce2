import type { OutReason } from "../glossary.ts";

/** Until when something is left alone, and why. */
export interface Rest {
  readonly reason: OutReason;
  readonly dueAt: number;
}

/** What rests until a time: targets after a 429 or a 404, clients after a refused or exhausted key. */
export class RestList {
  readonly #rests = new Map<string, Rest>();

  /** Leaves `name` alone until `dueAt` (ms since the epoch); a longer rest that holds already stays. */
  put(name: string, reason: OutReason, dueAt: number): void {
    const held = this.#rests.get(name);
    if (held === undefined || held.dueAt < dueAt) this.#rests.set(name, { reason, dueAt });
  }

  /** The rest of `name`, while it lasts. */
  of(name: string): Rest | undefined {
    if (this.#rests.size === 0) return undefined;
    const rest = this.#rests.get(name);
    if (rest === undefined || rest.dueAt > Date.now()) return rest;
    this.#rests.delete(name);
    return undefined;
  }

  /** Ends the rest of `name`. */
  end(name: string): void {
    this.#rests.delete(name);
  }
}
