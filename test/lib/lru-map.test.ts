import { describe, expect, it } from "vitest";
import { LruMap } from "../../src/lib/lru-map.ts";

function mapOf(size: number, ...keys: string[]): LruMap<string, string> {
  const map = new LruMap<string, string>(size);
  for (const key of keys) map.set(key, `value of ${key}`);
  return map;
}

const has = (map: LruMap<string, string>, ...keys: string[]) => keys.filter((key) => map.get(key) !== undefined);

describe("LruMap", () => {
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
});
