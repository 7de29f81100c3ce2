import { AttemptFailure } from "./failure.ts";

// A beginning this long is not said twice by chance.
const sureChars = 16;

/** What a continuation goes on from. */
export interface SeamInput {
  /** The text that the target was asked to continue. */
  readonly sent: string;
  /** White space behind it that was given out, and not sent. */
  readonly space: string;
}

/**
 * The place where one target's text goes on from another's. Some targets repeat what they were asked to continue: that is cut
 * off. So the beginning is held back for as long as it may be such a repetition.
 */
export class Seam {
  readonly #input: SeamInput;
  #held = "";
  #isPast = false;

  constructor(input: SeamInput) {
    this.#input = input;
  }

  /**
   * Takes a piece of the continuation. Returns what of it, and of what was held back, is new.
   * @throws AttemptFailure when the beginning is the whole given text, which is too short to be sure that it was repeated
   */
  take(piece: string): string {
    if (this.#isPast) return piece;
    this.#held += piece;
    const { sent, space } = this.#input;
    const may = sent + space;
    return this.#held.length < may.length && may.startsWith(this.#held) ? "" : this.end();
  }

  /** The continuation has ended, or goes on with something else than text: what was held back is all there is. */
  end(): string {
    if (this.#isPast) return "";
    this.#isPast = true;
    const { sent, space } = this.#input;
    const isRepeated = this.#held !== "" && this.#held.startsWith(sent);
    if (isRepeated && sent.length < sureChars) throw unsure();
    const rest = isRepeated ? this.#held.slice(sent.length) : this.#held;
    return space !== "" && rest.startsWith(space) ? rest.slice(space.length) : rest;
  }
}

function unsure(): AttemptFailure {
  return new AttemptFailure(
    "stream_interrupted",
    "the continuation begins with the whole text so far, which is too short to tell a repetition from chance",
  );
}
