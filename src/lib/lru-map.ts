interface Entry<Key, Value> {
  readonly key: Key;
  value: Value;
  older: Entry<Key, Value> | undefined;
  newer: Entry<Key, Value> | undefined;
}

/**
 * A map of so many entries at most; the one that was not used for longest goes first. The order of use is a list of its own:
 * a `Map` keeps an order too, but to take keys out and put them in again makes it build its tables anew, and whoever keeps an
 * iterator to find the oldest keeps all of those tables.
 */
export class LruMap<Key, Value> {
  readonly #size: number;
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  #oldest: Entry<Key, Value> | undefined;
  #newest: Entry<Key, Value> | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  /** Those that were not used for longest come first. */
  values(): readonly Value[] {
    const values: Value[] = [];
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) values.push(entry.value);
    return values;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#use(entry);
    return entry.value;
  }

  set(key: Key, value: Value): void {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.value = value;
      this.#use(known);
      return;
    }
    const entry: Entry<Key, Value> = { key, value, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
    if (this.#entries.size > this.#size && this.#oldest !== undefined) this.#forget(this.#oldest);
  }

  #use(entry: Entry<Key, Value>): void {
    if (entry === this.#newest) return;
    this.#takeOut(entry);
    this.#append(entry);
  }

  #append(entry: Entry<Key, Value>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #takeOut({ older, newer }: Entry<Key, Value>): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }

  #forget(entry: Entry<Key, Value>): void {
    this.#takeOut(entry);
    this.#entries.delete(entry.key);
  }
}
