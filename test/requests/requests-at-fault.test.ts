import { APIError, BadRequestError } from "openai";
import { describe, expect, it } from "vitest";
import type { TargetOptions } from "../../src/index.ts";
import { faults } from "../../src/testing/index.ts";
import { call, errorOf, startPair, textOf, type Pair } from "./setup.ts";

describe.each([
  ["400 context_length_exceeded", faults.contextLengthExceeded],
  ["413", faults.requestTooLarge],
])("a prompt that is refused as too long with %s", (_, step) => {
  function startWindows(a: TargetOptions, b: TargetOptions): Promise<Pair> {
    return startPair({ a: [step], targets: { a, b } });
  }

  it("goes to a larger window", async () => {
    await using pair = await startWindows({ contextWindow: 8_192 }, { contextWindow: 131_072 });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
  });

  it.each([4_096, 8_192])("does not go from a window of 8,192 tokens to one of %i", async (contextWindow) => {
    await using pair = await startWindows({ contextWindow: 8_192 }, { contextWindow });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(APIError);
    expect(pair.b.hits()).toBe(0);
  });

  it("does not go to a window that nobody declared", async () => {
    await using pair = await startWindows({ contextWindow: 8_192 }, {});
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(APIError);
    expect(pair.b.hits()).toBe(0);
  });

  it("goes from a window that nobody declared to one that the prompt fits", async () => {
    await using pair = await startWindows({}, { contextWindow: 131_072 });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
  });

  it("rests nothing", async () => {
    await using pair = await startWindows({ contextWindow: 8_192 }, { contextWindow: 131_072 });
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["a"]?.healthy).toBe(true);
  });
});

it("skips a window that is too small and goes on to one behind it that is larger", async () => {
  await using pair = await startPair({
    a: [faults.contextLengthExceeded],
    router: {
      targets: {
        a: { contextWindow: 8_192 },
        small: { contextWindow: 8_192 },
        b: { client: "other", contextWindow: 131_072 },
      },
      tiers: { main: ["a", "small", "b"] },
    },
  });
  const completion = await pair.router.chat.completions.create(call);
  expect(textOf(completion)).toContain("This is b");
  expect(pair.a.hits("small")).toBe(0);
});

describe("a prompt that a content filter refuses", () => {
  it("is the provider's error", async () => {
    await using pair = await startPair({ a: [faults.contentFilter] });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: "content_filter" });
  });

  it("goes to the next target by option", async () => {
    await using pair = await startPair({ a: [faults.contentFilter], router: { fallbackOnContentFilter: true } });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
  });

  it("is the provider's error when every target refuses it", async () => {
    await using pair = await startPair({
      a: [faults.contentFilter],
      b: [faults.contentFilter],
      router: { fallbackOnContentFilter: true },
    });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(BadRequestError);
  });

  it("is not retried, with or without the option", async () => {
    await using pair = await startPair({ a: [faults.contentFilter], router: { fallbackOnContentFilter: true } });
    await pair.router.chat.completions.create(call);
    expect(pair.a.hits()).toBe(1);
  });
});
