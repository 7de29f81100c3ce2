/** A function that gives a key. */
type KeyFunction = () => Promise<string>;

/** A key function whose key is kept for a while. */
export interface CachedKey {
  /** The key that is kept, else a new one: who asks at the same time waits for the same. */
  get: KeyFunction;
  /** The key was refused: the next who asks gets a new one. */
  drop(): void;
}

/** Keeps what a key function gave for `ttlMs`. A function that fails is asked again by the next. */
export function cachedKey(give: KeyFunction, ttlMs: number): CachedKey {
  let kept: { readonly key: Promise<string>; readonly until: number } | undefined;
  const drop = (): void => {
    kept = undefined;
  };
  return {
    get() {
      if (kept !== undefined && performance.now() < kept.until) return kept.key;
      const key = give();
      const mine = { key, until: performance.now() + ttlMs };
      kept = mine;
      key.catch(() => {
        if (kept === mine) kept = undefined;
      });
      return key;
    },
    drop,
  };
}
