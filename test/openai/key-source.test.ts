import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KeyNotGiven, keySource } from "../../src/openai/key-source.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counting(): () => Promise<string> {
  let count = 0;
  return async () => {
    count += 1;
    return `key-${count}`;
  };
}

describe("a key that a function gives", () => {
  it("is asked for each time by default", async () => {
    const source = keySource(counting(), 0);
    expect([await source.get(), await source.get()]).toEqual(["key-1", "key-2"]);
  });

  it("is kept for its time", async () => {
    const source = keySource(counting(), 100);
    const first = await source.get();
    vi.advanceTimersByTime(99);
    const second = await source.get();
    vi.advanceTimersByTime(1);
    expect([first, second, await source.get()]).toEqual(["key-1", "key-1", "key-2"]);
  });

  it("is the same for all who ask at the same time", async () => {
    const source = keySource(counting(), 100);
    expect(await Promise.all([source.get(), source.get()])).toEqual(["key-1", "key-1"]);
  });

  it("is asked for again when it was dropped", async () => {
    const source = keySource(counting(), 100);
    await source.get();
    source.drop();
    expect(await source.get()).toBe("key-2");
  });
});

describe("a function that gives no key", () => {
  it.each([
    ["fails", async () => Promise.reject(new Error("locked")), "the function that gives the key failed: locked"],
    ["gives nothing", async () => "", "the function that gives the key gave none"],
    ["gives no string", async () => 5 as never, "the function that gives the key gave none"],
  ])("is told of when it %s", async (_, give, message) => {
    const asked = keySource(give, 100).get();
    await expect(asked).rejects.toThrow(KeyNotGiven);
    await expect(asked).rejects.toThrow(message);
  });

  it("is asked again by the next", async () => {
    const give = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("locked")).mockResolvedValue("key");
    const source = keySource(give, 100);
    await source.get().catch(() => undefined);
    expect(await source.get()).toBe("key");
  });
});
