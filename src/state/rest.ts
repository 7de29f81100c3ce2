import type { OutReason } from "../glossary.ts";

/** Until when something is left alone, and why. */
export interface Rest {
  readonly reason: OutReason;
  readonly dueAt: number;
  /** Another process found that out. */
  readonly learnt?: true;
}

/** Told of what begins to rest here, for longer, or no more: not of what was learnt. */
export interface RestListener {
  (name: string, rest: Rest | undefined): void;
}

/** What rests until a time: targets after a 429 or a 404, clients after a refused or exhausted key. */
export class RestList {
  readonly #rests = new Map<string, Rest>();
  readonly #onChange: RestListener | undefined;

  constructor(onChange?: RestListener) {
    this.#onChange = onChange;
  }

  /** Leaves `name` alone until `dueAt` (ms since the epoch); a longer rest that holds already stays. */
  put(name: string, reason: OutReason, dueAt: number): void {
    const rest = { reason, dueAt };
    if (this.#keep(name, rest)) this.#onChange?.(name, rest);
  }

  /** Another process leaves `name` alone, or no more. Says whether that changes anything here. */
  hear(name: string, rest: Rest | undefined): boolean {
    return rest === undefined ? this.#rests.delete(name) : this.#keep(name, { ...rest, learnt: true });
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
    if (this.#rests.delete(name)) this.#onChange?.(name, undefined);
  }

  /** Forgets `name`: nothing is known of it any more. */
  forget(name: string): void {
    this.#rests.delete(name);
  }

  #keep(name: string, rest: Rest): boolean {
    const held = this.#rests.get(name);
    if (held !== undefined && held.dueAt >= rest.dueAt) return false;
    this.#rests.set(name, rest);
    return true;
  }
}
