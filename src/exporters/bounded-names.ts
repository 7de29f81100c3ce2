/** What stands in the place of names beyond the limit. */
const otherName = "other";

/**
 * Keeps labels bounded: callers may name any model id and any tag value, and a metrics system keeps a series for each
 * for ever. The first names are kept, all that come later are one: `other`.
 */
export class BoundedNames {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  of(name: string | undefined): string {
    if (name === undefined) return "";
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#most) return otherName;
    this.#known.add(name);
    return name;
  }
}
