type Slots = Record<symbol, number | undefined>;

/**
 * A set of objects that come and go all the time, in no order. A `Set` builds its table anew every few changes, and each old
 * table holds on to the next: once one of them has grown old, all that was ever in the later ones is kept until the garbage
 * collector's next full turn. Here each object knows its place in an array.
 */
export class Bag<T extends object> {
  readonly #items: T[] = [];
  readonly #slot = Symbol("place");

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    if (this.#placeOf(item) !== undefined) return;
    this.#put(item, this.#items.length);
  }

  /** Says whether it was there. */
  delete(item: T): boolean {
    const place = this.#placeOf(item);
    if (place === undefined) return false;
    (item as Slots)[this.#slot] = undefined;
    const last = this.#items.pop();
    if (last !== undefined && last !== item) this.#put(last, place);
    return true;
  }

  /** Those that are there now, whatever comes or goes meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#items][Symbol.iterator]();
  }

  #placeOf(item: T): number | undefined {
    return (item as Slots)[this.#slot];
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    (item as Slots)[this.#slot] = place;
  }
}
