/** A function that gives a key. */
export type KeyFunction = () => Promise<string>;

/** The function of a key failed, or gave no key. */
export class KeyNotGiven extends Error {
  override readonly name = "KeyNotGiven";
}

/** Where a key comes from that is not fixed. */
export interface KeySource {
  /** The key that is kept, else a new one. Rejects with {@link KeyNotGiven}. */
  readonly get: KeyFunction;
  /** The key was refused: the next who asks gets a new one. */
  drop(): void;
}

/** Asks a function for a key, and keeps what it gave for `ttlMs`. Who asks meanwhile waits for the same; a failure is not kept. */
export function keySource(give: KeyFunction, ttlMs: number): KeySource {
  let kept: { readonly key: Promise<string>; readonly until: number } | undefined;
  return {
    get() {
      if (kept !== undefined && performance.now() < kept.until) return kept.key;
      const key = ask(give);
      if (ttlMs === 0) return key;
      const mine = { key, until: performance.now() + ttlMs };
      kept = mine;
      key.catch(() => {
        if (kept === mine) kept = undefined;
      });
      return key;
    },
    drop() {
      kept = undefined;
    },
  };
}

async function ask(give: KeyFunction): Promise<string> {
  let key: unknown;
  try {
    key = await give();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new KeyNotGiven(`the function that gives the key failed: ${why}`, { cause: error });
  }
  if (typeof key === "string" && key !== "") return key;
  throw new KeyNotGiven("the function that gives the key gave none");
}
