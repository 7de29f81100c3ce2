import type { Hold } from "./hold.ts";

/** What lets a call in to its first target, from when it is prepared until it is sent. */
export class Unsent {
  #hold: Hold | undefined;
  #used: boolean;

  /** @param entry - whether it let the call in, and with what: `hold` is undefined where there was nothing to take */
  constructor({ isIn, hold }: { readonly isIn: boolean; readonly hold: Hold | undefined }) {
    this.#hold = hold;
    this.#used = !isIn;
  }

  /** It is for one attempt, or none. */
  get used(): boolean {
    return this.#used;
  }

  /** Takes the hold over, for the attempt that is made now. */
  use(): Hold | undefined {
    const hold = this.#hold;
    this.#used = true;
    // The client's options are kept for longer than the call lasts, and this with them.
    this.#hold = undefined;
    return hold;
  }

  /** Unless it was used, the call is not sent after all. */
  giveBack(): void {
    if (!this.#used) this.use()?.giveBack();
  }
}
