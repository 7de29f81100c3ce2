import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LruMap } from "../../src/lib/lru-map.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function mapOf(size: number, ...keys: string[]): LruMap<string, string> {
  const map = new LruMap<string, string>(size);
  for (const key of keys) map.set(key, `value of ${key}`);
  return map;
}

const has = (map: LruMap<string, string>, ...keys: string[]) => keys.filter((key) => map.get(key) !== undefined);

/** The same, as plain as can be. */
class UsedList {
  readonly #size: number;
  #entries: (readonly [key: string, value: number])[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): number | undefined {
    const value = this.#entries.find(([name]) => name === key)?.[1];
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: number): void {
    const others = this.#entries.filter(([name]) => name !== key);
    this.#entries = [...others, [key, value] as const].slice(-this.#size);
  }
}

describe("LruMap", () => {
  it("lists what it holds, what was not used for longest first", () => {
    const map = mapOf(3, "a", "b", "c", "d");
    map.get("b");
    expect(map.values()).toEqual(["value of c", "value of d", "value of b"]);
  });

  it("gives back what was put in", () => {
    expect(mapOf(2, "a", "b").get("a")).toBe("value of a");
  });

  it("has nothing under a name that was not put in", () => {
    expect(mapOf(2, "a").get("constructor")).toBeUndefined();
  });

  it("lets the oldest go when it is full", () => {
    expect(has(mapOf(2, "a", "b", "c"), "a", "b", "c")).toEqual(["b", "c"]);
  });

  it("keeps what was read lately", () => {
    const map = mapOf(2, "a", "b");
    map.get("a");
    map.set("c", "value of c");
    expect(has(map, "a", "b", "c")).toEqual(["a", "c"]);
  });

  it("keeps what was put in again, and one entry of it", () => {
    expect(has(mapOf(2, "a", "b", "a", "c"), "a", "b", "c")).toEqual(["a", "c"]);
  });

  it("keeps and lets go what a list in the order of use does", () => {
    const step = fc.tuple(fc.constantFrom("get", "set"), fc.constantFrom(..."abcdef".split("")));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (size, steps) => {
        const map = new LruMap<string, number>(size);
        const model = new UsedList(size);
        const given = steps.map(([what, key], at) => (what === "get" ? map.get(key) : map.set(key, at)));
        expect(given).toEqual(steps.map(([what, key], at) => (what === "get" ? model.get(key) : model.set(key, at))));
      }),
    );
  });

  it("takes no more memory however often the same keys are used", () => {
    const map = mapOf(100, "a", "b", "c");
    const use = (times: number): void => {
      for (let at = 0; at < times; at += 1) map.set(["a", "b", "c"][at % 3] ?? "", "again");
    };
    use(10_000);
    collect();
    const before = process.memoryUsage().heapUsed;
    use(300_000);
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2_000_000);
  });
});
