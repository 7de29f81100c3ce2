import type { AttemptRecord } from "../glossary.ts";
import type { KeySlot } from "../state/key-ring.ts";

/** What an attempt holds of one account. */
interface Part {
  readonly account: { readonly amount: number };
  /** How much of it the attempt used; `undefined` when that can not be known: then it counts with what was taken. */
  used(attempt: AttemptRecord): number | undefined;
  /** It is being settled or given back. */
  ended?(): void;
}

/** What becomes of a hold. */
export interface Holding {
  /** The key it is for, where keys have limits. */
  readonly key: KeySlot | undefined;
  /** Told what was used of each part when it ends. */
  end(used: readonly number[]): void;
}

/** What an attempt holds of its accounts. Ended once, whatever is called how often. */
export class Hold {
  readonly #parts: readonly Part[];
  readonly #holding: Holding;
  #over = false;

  constructor(parts: readonly Part[], holding: Holding) {
    this.#parts = parts;
    this.#holding = holding;
  }

  get key(): KeySlot | undefined {
    return this.#holding.key;
  }

  /** The attempt is over: what it took is replaced by what it used. */
  settle(attempt: AttemptRecord): void {
    this.#endOnce((part) => part.used(attempt) ?? part.account.amount);
  }

  /** No attempt was made: all of it goes back. */
  giveBack(): void {
    this.#endOnce(() => 0);
  }

  #endOnce(usedOf: (part: Part) => number): void {
    if (this.#over) return;
    this.#over = true;
    for (const part of this.#parts) part.ended?.();
    this.#holding.end(this.#parts.map(usedOf));
  }
}
