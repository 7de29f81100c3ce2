import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { APIUserAbortError, BadRequestError } from "openai";
import { describe, expect, it } from "vitest";
import {
  memoryStore,
  ModelRouter,
  RouterClosedError,
  type Classifier,
  type RouterView,
  type Store,
} from "../../src/index.ts";
import { faults } from "../../src/testing/index.ts";
import {
  call,
  errorOf,
  hear,
  messages,
  next,
  replyOf,
  startPair,
  startSingle,
  streamingCall,
  textOf,
} from "./setup.ts";

const late = { fallbackValue: "late" } as const;

const askTwice = (view: RouterView) =>
  view.chat.completions.create(call).catch(() => view.chat.completions.create({ ...call, model: "other" }));

describe("within()", () => {
  it("gives the answer that comes in time", async () => {
    await using single = await startSingle();
    const text = await single.router.within(5_000, async (view) => textOf(await view.chat.completions.create(call)));
    expect(text).toBe(replyOf("a"));
  });

  it("gives null when time is up", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    expect(await single.router.within(300, (view) => view.chat.completions.create(call))).toBeNull();
  });

  it.each([["late"], [undefined], [0], [{ text: "" }]])(
    "gives the fallback value %j when time is up",
    async (value) => {
      await using single = await startSingle({ a: [faults.hang] });
      const given = await single.router.within(300, (view) => view.chat.completions.create(call), {
        fallbackValue: value,
      });
      expect(given).toBe(value);
    },
  );

  it("gives the fallback value at once when limits let the call in too late, and counts a miss", async () => {
    await using single = await startSingle({ targets: { a: { limits: { requestsPerMinute: 1 } } } });
    await single.router.chat.completions.create(call);
    const given = await single.router.within(30_000, (view) => view.chat.completions.create(call), late);
    expect(given).toBe("late");
    expect(single.events.of("sla:miss")).toMatchObject([{ tier: "main", limitMs: 30_000 }]);
    expect([single.a.hits(), single.router.stats().slaMisses]).toEqual([1, 1]);
  });

  it("lets the call itself go on elsewhere when limits let it in too late", async () => {
    await using pair = await startPair({
      targets: { a: { limits: { requestsPerMinute: 1 } } },
      router: { tiers: { main: ["a"], other: ["b"] } },
    });
    await pair.router.chat.completions.create(call);
    const completion = await pair.router.within(30_000, askTwice);
    expect(completion && textOf(completion)).toBe(replyOf("b"));
    expect(pair.router.stats().slaMisses).toBe(0);
  });

  it("gives what a function that does not wait gives", async () => {
    await using single = await startSingle();
    expect(await single.router.within(5_000, () => 7)).toBe(7);
  });

  it("has one limit for all calls", async () => {
    await using single = await startSingle({ a: [200, faults.hang] });
    const given = await single.router.within(
      1_000,
      async (view) => {
        await view.chat.completions.create(call);
        return view.chat.completions.create(call);
      },
      late,
    );
    expect([given, single.a.hits()]).toEqual(["late", 2]);
  });

  it("keeps the hints of the view it is called on", async () => {
    await using pair = await startPair();
    const { record } = (await pair.router
      .with({ tier: "main", target: "b" })
      .within(5_000, (view) => view.ask("Hi?")))!;
    expect(record.target).toBe("b");
  });

  it("gives a view that takes hints and is limited all the same", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const given = await single.router.within(300, (view) => view.with({ tier: "main" }).ask("Hi?"), late);
    expect(given).toBe("late");
  });

  it("answers in time although a fetch of the user's own ignores signals", async () => {
    const client = new OpenAI({
      baseURL: "http://127.0.0.1:9/v1",
      apiKey: "sk-test-key-1",
      fetch: () => new Promise(() => undefined),
    });
    await using router = new ModelRouter({ client, tiers: { main: ["a"] } });
    const began = performance.now();
    expect(await router.within(400, (view) => view.chat.completions.create(call), late)).toBe("late");
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it("answers in time although the function waits for something else", async () => {
    await using single = await startSingle();
    expect(await single.router.within(30, () => new Promise(() => undefined), late)).toBe("late");
  });

  it.each([0, -1, NaN, Infinity, 2 ** 31])("refuses %d ms", async (ms) => {
    await using single = await startSingle();
    const error = await errorOf(single.router.within(ms, (view) => view.ask("Hi?")));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(
      `The limit of within() must be milliseconds above 0, at most 2147483647, got ${String(ms)}.`,
    );
    expect(single.a.hits()).toBe(0);
  });
});

describe("a target that is too slow for the limit", () => {
  it("gives way to the next in time", async () => {
    await using pair = await startPair({ a: [faults.hang] });
    const given = await pair.router.within(1_000, async (view) => textOf(await view.chat.completions.create(call)));
    expect(given).toBe(replyOf("b"));
  });

  it("gives way to the next in time when it streams", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 0 })] });
    const given = await pair.router.within(1_000, async (view) => {
      let text = "";
      for await (const chunk of await view.chat.completions.create(streamingCall))
        text += chunk.choices[0]?.delta.content ?? "";
      return text;
    });
    expect(given).toBe(replyOf("b"));
  });

  it("is counted as failed by its breaker when it let its share of the time pass", async () => {
    await using pair = await startPair({
      a: [faults.hang],
      router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    await pair.router.within(1_000, (view) => view.chat.completions.create(call));
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
  });

  it.each([
    ["in one piece", (view: RouterView) => view.chat.completions.create(call)],
    ["as a stream", (view: RouterView) => hear(view)],
  ])("is not counted as failed when the limit cut its answer off %s", async (_, ask) => {
    await using single = await startSingle({
      a: [faults.stallStream({ afterChunks: 1 })],
      router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    const ended = next(single.router, "request:end");
    expect(await single.router.within<unknown>(300, ask)).toBeNull();
    expect((await ended).record).toMatchObject({ outcome: "failed", attempts: [{ target: "a" }] });
    expect(single.router.health().targets["a"]?.breaker).toBe("closed");
  });

  it("is late every time, and never makes the router refuse", async () => {
    await using single = await startSingle({
      a: Array.from({ length: 8 }, () => faults.hang),
      router: { breaker: { failureThreshold: 2, errorRate: 0 } },
    });
    const given = await Promise.all(
      Array.from({ length: 8 }, () => single.router.within(300, (view) => view.ask("Hi?"), late)),
    );
    expect(given).toEqual(Array.from({ length: 8 }, () => "late"));
    expect(single.router.stats().slaMisses).toBe(8);
  });
});

describe("what a late call leaves behind", () => {
  it.each([
    ["before the headers", faults.hang],
    ["in the body", faults.hangMidBody],
  ])("is cancelled upstream %s", async (_, step) => {
    await using single = await startSingle({ a: [step] });
    await single.router.within(300, (view) => view.chat.completions.create(call));
    await single.a.idle();
    expect(single.a.requests[0]?.aborted).toBe(true);
  });

  it("is cancelled upstream in the middle of a stream", async () => {
    await using single = await startSingle({ a: [faults.stallStream({ afterChunks: 2 })] });
    const texts: string[] = [];
    const given = await single.router.within(
      500,
      async (view) => {
        for await (const chunk of await view.chat.completions.create(streamingCall))
          texts.push(chunk.choices[0]?.delta.content ?? "");
        return "whole";
      },
      late,
    );
    await single.a.idle();
    expect([given, texts.join(""), single.a.requests[0]?.aborted]).toEqual(["late", "This is", true]);
  });

  it("is cancelled at the fetch level, too", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const given = await single.router.within(
      300,
      (view) => view.fetch(`${single.a.url}/chat/completions`, { method: "POST", body: JSON.stringify(call) }),
      late,
    );
    await single.a.idle();
    expect([given, single.a.requests[0]?.aborted]).toEqual(["late", true]);
  });

  it("is cancelled at endpoints that are not routed, too", async () => {
    await using single = await startSingle();
    single.a.fail(undefined, faults.hang);
    const given = await single.router.within(300, (view) => view.openai.models.list(), late);
    await single.a.idle();
    expect([given, single.a.requests[0]?.aborted]).toEqual(["late", true]);
  });

  it("is cancelled where the router stands aside", async () => {
    await using single = await startSingle({ a: [faults.hang], router: { retry: false } });
    const ended = next(single.router, "request:end");
    const given = await single.router.within(300, (view) => view.chat.completions.create(call), late);
    await single.a.idle();
    expect((await ended).record.outcome).toBe("failed");
    expect([given, single.a.hits(), single.a.requests[0]?.aborted]).toEqual(["late", 1, true]);
  });

  it("is cancelled when it was called through the client with other options", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const given = await single.router.within(
      300,
      (view) => view.openai.withOptions({ timeout: 5_000 }).chat.completions.create(call),
      late,
    );
    await single.a.idle();
    expect([given, single.a.requests[0]?.aborted]).toEqual(["late", true]);
  });

  it("is cancelled together with a signal of its own", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const { signal } = new AbortController();
    const given = await single.router.within(300, (view) => view.chat.completions.create(call, { signal }), late);
    await single.a.idle();
    expect([given, signal.aborted, single.a.requests[0]?.aborted]).toEqual(["late", false, true]);
  });

  it("can be given up before by a signal of its own", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const controller = new AbortController();
    const { signal } = controller;
    const error = errorOf(single.router.within(60_000, (view) => view.chat.completions.create(call, { signal })));
    await single.a.received(1);
    controller.abort();
    expect(await error).toBeInstanceOf(APIUserAbortError);
  });

  it("is not tried again", async () => {
    await using single = await startSingle({
      a: [503, faults.hang],
      router: { retry: { maxRetries: 5, minDelayMs: 0 } },
    });
    const ended = next(single.router, "request:end");
    expect(await single.router.within(400, (view) => view.chat.completions.create(call), late)).toBe("late");
    await ended;
    expect(single.a.hits()).toBe(2);
  });

  it("is not sent any more where it was being classified", async () => {
    const slow: Classifier = { name: "slow", timeoutMs: 60_000, classify: () => new Promise(() => undefined) };
    await using single = await startSingle({ router: { classifier: slow } });
    const ended = next(single.router, "request:end");
    const given = await single.router.within(300, (view) => view.chat.completions.create({ model: "auto", messages }));
    expect((await ended).record.outcome).toBe("failed");
    expect([given, single.a.hits()]).toEqual([null, 0]);
  });

  it("makes no calls any more", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const second = Promise.withResolvers<unknown>();
    await single.router.within(300, async (view) => {
      await errorOf(view.chat.completions.create(call));
      second.resolve(await errorOf(view.chat.completions.create(call)));
    });
    expect(await second.promise).toBeInstanceOf(Error);
    expect(single.a.hits()).toBe(1);
  });

  it("rejects nothing that nobody waits for", async () => {
    await using single = await startSingle({ a: [faults.hang, faults.hang] });
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    try {
      await single.router.within(300, async (view) => {
        const calls = [view.chat.completions.create(call), view.chat.completions.create(call)];
        return [await calls[0], await calls[1]];
      });
      await single.a.idle();
      await sleep(20);
    } finally {
      process.off("unhandledRejection", note);
    }
    expect(unhandled).toEqual([]);
  });

  it("hears of it by its signal", async () => {
    await using single = await startSingle();
    const heard = Promise.withResolvers<unknown>();
    await single.router.within(30, (_, signal) => {
      signal.addEventListener("abort", () => heard.resolve(signal.reason));
      return new Promise(() => undefined);
    });
    expect(await heard.promise).toMatchObject({ message: expect.stringContaining("30 ms") });
  });

  it("is no longer in flight", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const ended = next(single.router, "request:end");
    await single.router.within(300, (view) => view.chat.completions.create(call));
    await ended;
    expect([single.router.stats().inFlight, single.router.health().targets["a"]?.inFlight]).toEqual([0, 0]);
  });
});

describe("a stream that is handed on in time", () => {
  it("may take longer than the limit", async () => {
    await using single = await startSingle({
      a: { models: { a: { reply: "a b c d e f", chunkDelayMs: [250, 250] } } },
    });
    const stream = await single.router.within(1_000, (view) => view.chat.completions.create(streamingCall));
    const began = performance.now();
    let text = "";
    for await (const chunk of stream!) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("a b c d e f");
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect(single.router.stats().slaMisses).toBe(0);
  });
});

describe("errors of a call with a limit", () => {
  it("are the provider's own", async () => {
    await using single = await startSingle({ a: [400] });
    const error = await errorOf(single.router.within(5_000, (view) => view.chat.completions.create(call), late));
    expect(error).toBeInstanceOf(BadRequestError);
  });

  it("are the router's when all targets failed", async () => {
    await using pair = await startPair({ a: [500, 500], b: [503, 503] });
    const error = await errorOf(pair.router.within(5_000, (view) => view.chat.completions.create(call), late));
    expect(error).toMatchObject({ code: "all_targets_failed" });
  });

  it("are those of a shorter deadline of its own", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const limited = single.router.with({ deadlineMs: 60 });
    const error = await errorOf(limited.within(5_000, (view) => view.chat.completions.create(call), late));
    expect(error).toMatchObject({ code: "deadline_exceeded", message: expect.stringContaining("60 ms") });
  });

  it("are those of the function", async () => {
    await using single = await startSingle();
    const error = await errorOf(
      single.router.within(5_000, () => {
        throw new Error("mine");
      }),
    );
    expect(error.message).toBe("mine");
  });

  it("are no misses", async () => {
    await using single = await startSingle({ a: [400] });
    await errorOf(single.router.within(5_000, (view) => view.chat.completions.create(call)));
    expect([single.events.of("sla:miss"), single.router.stats().slaMisses]).toEqual([[], 0]);
  });

  it("are a closed router's", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const error = errorOf(single.router.within(60_000, (view) => view.chat.completions.create(call)));
    await single.a.received(1);
    await single.router.close();
    expect(await error).toBeInstanceOf(RouterClosedError);
  });
});

describe("an SLA miss", () => {
  it("is told with the call, its tier and the limit", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    await single.router.within(300, (view) => view.chat.completions.create(call));
    const [started] = single.events.of("request:start");
    expect(single.events.of("sla:miss")).toEqual([
      { requestId: started?.requestId, tier: "main", target: undefined, limitMs: 300 },
    ]);
  });

  it("is counted for its tier and in all", async () => {
    await using pair = await startPair({
      b: [faults.hang, faults.hang],
      router: { tiers: { main: ["a"], other: ["b"] } },
    });
    await pair.router.within(5_000, (view) => view.chat.completions.create(call));
    await pair.router.within(300, (view) => view.with({ tier: "other" }).ask("Hi?"));
    await pair.router.within(300, (view) => view.with({ tier: "other" }).ask("Hi?"));
    const { slaMisses, tiers } = pair.router.stats();
    expect([slaMisses, tiers["main"]?.slaMisses, tiers["other"]?.slaMisses]).toEqual([2, 0, 2]);
  });

  it("is that of the call that was in flight", async () => {
    await using pair = await startPair({
      b: [faults.hang],
      router: { tiers: { main: ["a"], other: ["b"] } },
    });
    await pair.router.within(1_000, async (view) => {
      await view.chat.completions.create(call);
      await view.chat.completions.create({ ...call, model: "other" });
    });
    expect(pair.events.of("sla:miss")).toMatchObject([{ tier: "other" }]);
  });

  it("is that of the call for which the store is asked", async () => {
    const store: Store = { ...memoryStore(), take: () => new Promise(() => undefined) };
    await using single = await startSingle({
      router: { store, budgets: { all: { limitUsd: 1, per: "day" } }, prices: { a: 1 } },
    });
    await single.router.within(30, (view) => view.chat.completions.create(call));
    const [started] = single.events.of("request:start");
    expect(single.events.of("sla:miss")).toMatchObject([{ requestId: started?.requestId, tier: "main" }]);
    expect(single.router.stats().tiers["main"]?.slaMisses).toBe(1);
  });

  it("has no call where none was made", async () => {
    await using single = await startSingle();
    await single.router.with({ tier: "main" }).within(30, () => new Promise(() => undefined));
    await single.router.within(30, () => new Promise(() => undefined));
    expect(single.events.of("sla:miss").map(({ requestId, tier }) => [requestId, tier])).toEqual([
      [undefined, "main"],
      [undefined, undefined],
    ]);
    expect(single.router.stats().slaMisses).toBe(2);
  });
});

describe("a limit within a limit", () => {
  it("ends with the outer one", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const given = await single.router.within(
      300,
      (view) => view.within(60_000, (inner) => inner.chat.completions.create(call), { fallbackValue: "inner" }),
      { fallbackValue: "outer" },
    );
    await single.a.idle();
    expect([given, single.a.requests[0]?.aborted]).toEqual(["outer", true]);
  });

  it("ends before the outer one", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const given = await single.router.within(
      60_000,
      (view) => view.within(300, (inner) => inner.chat.completions.create(call), { fallbackValue: "inner" }),
      { fallbackValue: "outer" },
    );
    expect(given).toBe("inner");
  });
});
