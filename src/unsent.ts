import type { Hold } from "./admission.ts";

/** What lets a call in to its first target, from when it is prepared until it is sent. */
export class Unsent {
  readonly #hold: Hold | undefined;
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
    this.#used = true;
    return this.#hold;
  }

  /** Unless it was used, the call is not sent after all. */
  giveBack(): void {
    if (!this.#used) this.use()?.giveBack();
  }
}
