/** How to make and to empty what a slice of time holds. */
export interface SliceContent<T> {
  make(): T;
  /** Empties a content, so that it serves another slice. */
  clear(content: T): void;
}

/** Length and fineness of a sliding window. */
export interface WindowOptions {
  /** How far the window reaches back, in ms. @defaultValue 300_000 */
  windowMs?: number | undefined;
  /** Into how many slices the window is cut; the oldest slice leaves as a whole. @defaultValue 6 */
  slices?: number | undefined;
}

/** How far a window reaches back when nothing else is said, in ms. */
export const defaultWindowMs = 300_000;

/**
 * A sliding window, cut into slices of time that are used in turn. It has no timer: slices are made when something
 * happens in them, and one that is too old is emptied when its turn comes again.
 */
export class Slices<T> {
  readonly #content: SliceContent<T>;
  readonly #sliceMs: number;
  readonly #count: number;
  readonly #ring: (Slice<T> | undefined)[] = [];

  constructor(content: SliceContent<T>, options: WindowOptions = {}) {
    const { windowMs = defaultWindowMs, slices = 6 } = options;
    this.#content = content;
    this.#sliceMs = windowMs / slices;
    this.#count = slices;
  }

  /** What the slice at `now` (ms since the epoch) holds. */
  at(now: number): T {
    const turn = this.turnAt(now);
    const slice = this.#ring[turn % this.#count];
    if (slice === undefined) return this.#begin(turn);
    if (slice.turn !== turn) {
      slice.turn = turn;
      this.#content.clear(slice.content);
    }
    return slice.content;
  }

  /** What the slices hold that are within the window at `now` (ms since the epoch). */
  within(now: number): readonly T[] {
    const first = this.turnAt(now) - this.#count + 1;
    const live: T[] = [];
    for (const slice of this.#ring) {
      if (slice !== undefined && slice.turn >= first) live.push(slice.content);
    }
    return live;
  }

  /** Number of the slice at `now` (ms since the epoch). */
  turnAt(now: number): number {
    return Math.floor(now / this.#sliceMs);
  }

  #begin(turn: number): T {
    const content = this.#content.make();
    this.#ring[turn % this.#count] = { turn, content };
    return content;
  }
}

interface Slice<T> {
  /** Number of the slice since the epoch. */
  turn: number;
  readonly content: T;
}
