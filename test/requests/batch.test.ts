import { afterEach, describe, expect, it, vi } from "vitest";
import {
  RouterClosedError,
  type BatchAnswer,
  type BatchProgress,
  type BatchResult,
  type RoutingRequest,
} from "../../src/index.ts";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, errorOf, messages, next, replyOf, startPair, startSingle, streamingCall, textOf } from "./setup.ts";

const prompts = (count: number): string[] => Array.from({ length: count }, (_, index) => `Prompt ${index}?`);
const statuses = (results: readonly BatchResult<unknown>[]): string[] => results.map(({ status }) => status);

afterEach(() => void vi.restoreAllMocks());

/** Calls that wait until they are let go, and how many of them do. */
class Turnstile {
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  #arrived = 0;
  #most = 0;
  #notice = Promise.withResolvers<void>();

  get arrived(): number {
    return this.#arrived;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get most(): number {
    return this.#most;
  }

  readonly pass = async <T>(value: T): Promise<T> => {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    this.#arrived += 1;
    this.#most = Math.max(this.#most, this.#waiting.length);
    this.#notice.resolve();
    this.#notice = Promise.withResolvers();
    await turn.promise;
    return value;
  };

  /** Lets one go: the one that has waited longest, or the one at a place. */
  letGo(place = 0): void {
    this.#waiting.splice(place, 1)[0]?.resolve();
  }

  letAllGo(): void {
    while (this.#waiting.length > 0) this.letGo();
  }

  async untilArrived(count: number): Promise<void> {
    while (this.#arrived < count) await this.#notice.promise;
  }
}

const keyOf = (prompt: string): string => prompt;
const slowFirst: Step = ({ body }) => ({ delayMs: JSON.stringify(body).includes("Prompt 0") ? 60 : 0 });
const deaf = (): Promise<never> => new Promise(() => undefined);

function* brokenFile(): Generator<string> {
  yield "One?";
  throw new Error("the file broke");
}

async function* slowFile(): AsyncGenerator<string> {
  for (const prompt of prompts(4)) {
    await settled();
    yield prompt;
  }
}

/** Gives everything that is ready its turn. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("batch()", () => {
  it("gives all results in the order of the items", async () => {
    await using single = await startSingle({ a: { models: { a: { script: [slowFirst, slowFirst, slowFirst] } } } });
    const results = await single.router.batch(prompts(3));
    expect(results.map(({ index, key, status }) => [index, key, status])).toEqual([
      [0, "0", "fulfilled"],
      [1, "1", "fulfilled"],
      [2, "2", "fulfilled"],
    ]);
  });

  it("gives the text for a prompt, the completion for a body, and what a function returns", async () => {
    await using single = await startSingle();
    const [prompt, body, own] = await single.router.batch([
      "Hi?",
      { model: "main", messages },
      async (view) => (await view.ask("Hi?")).record.target,
    ]);
    expect(prompt).toMatchObject({ status: "fulfilled", value: replyOf("a") });
    expect(body).toMatchObject({ status: "fulfilled", value: { object: "chat.completion" } });
    expect(own).toMatchObject({ status: "fulfilled", value: "a" });
  });

  it("calls anything with a function of its own", async () => {
    await using single = await startSingle();
    const rows = [
      { id: "x", model: "main" },
      { id: "y", model: "a" },
    ];
    const results = await single.router.batch(rows, {
      call: async ({ model }, view) => textOf(await view.chat.completions.create({ ...call, model })),
      keyOf: ({ id }) => id,
    });
    expect(results).toMatchObject([
      { key: "x", value: replyOf("a"), record: { tier: "main" } },
      { key: "y", value: replyOf("a"), record: { tier: "direct" } },
    ]);
  });

  it("gives the record of each call", async () => {
    await using single = await startSingle({ a: [200, 400] });
    const results = await single.router.batch(prompts(2), { concurrency: 1 });
    expect(results.map(({ record }) => record?.outcome)).toEqual(["answered", "failed"]);
  });

  it("gives the results one by one", async () => {
    await using single = await startSingle();
    const texts: unknown[] = [];
    for await (const result of single.router.batch(prompts(3)))
      texts.push(result.status === "fulfilled" ? result.value : result.reason);
    expect(texts).toEqual([replyOf("a"), replyOf("a"), replyOf("a")]);
  });

  it("rejects an item that fails, and no other", async () => {
    await using single = await startSingle({ a: [200, 400, 200] });
    const results = await single.router.batch(prompts(3), { concurrency: 1 });
    expect(statuses(results)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { status: 400 } });
  });

  it("fails over like any other call", async () => {
    await using pair = await startPair({ a: [429] });
    const [result] = await pair.router.batch(prompts(1));
    expect(result).toMatchObject({ status: "fulfilled", value: replyOf("b"), record: { fellBack: true } });
  });

  it("waits for a provider that limits the rate", async () => {
    const script = [200, ...Array.from({ length: 3 }, () => faults.rateLimited({ retryAfterMs: 40 }))];
    await using single = await startSingle({ a: script });
    const results = await single.router.batch(prompts(4), { concurrency: 4 });
    expect(statuses(results)).toEqual(["fulfilled", "fulfilled", "fulfilled", "fulfilled"]);
  });

  it("passes hints to every call", async () => {
    await using pair = await startPair();
    const results = await pair.router.batch(prompts(2), {
      hints: { tier: "main", target: "b", tags: { job: "titles" } },
    });
    expect(results).toMatchObject([
      { record: { target: "b", tags: { job: "titles" } } },
      { record: { target: "b", tags: { job: "titles" } } },
    ]);
  });

  it("keeps the hints of the view it is called on", async () => {
    await using single = await startSingle();
    const view = single.router.with({ task: "batch_operations" });
    const [result] = await view.batch(prompts(1), { hints: { user: "u1" } });
    expect(result?.record?.task).toBe("batch_operations");
  });

  it("gives no results for no items", async () => {
    await using single = await startSingle();
    expect(await single.router.batch([])).toEqual([]);
  });

  it("calls nothing before it is read or awaited", async () => {
    await using single = await startSingle();
    const batch = single.router.batch(prompts(2));
    await settled();
    const before = single.events.of("request:start").length;
    await batch;
    expect([before, single.a.hits()]).toEqual([0, 2]);
  });

  it("runs once, however often it is awaited", async () => {
    await using single = await startSingle();
    const batch = single.router.batch(prompts(2));
    expect(await batch).toBe(await batch);
    expect(single.a.hits()).toBe(2);
    expect(() => batch[Symbol.asyncIterator]()).toThrow(TypeError);
  });

  it("rejects an item that is none, and a body that streams", async () => {
    await using single = await startSingle();
    const results = await single.router.batch([7 as never, streamingCall as never]);
    expect(results.map((result) => String(result.status === "rejected" && result.reason))).toEqual([
      "TypeError: An item of a batch is a prompt, a body of a chat completion, or a function.",
      "TypeError: A batch gives answers in one piece: leave `stream` out, or read the stream in a function.",
    ]);
  });

  it.each([["a text" as never], [7 as never], [undefined as never]])("refuses %j for the items", async (items) => {
    await using single = await startSingle();
    expect(() => single.router.batch(items)).toThrow(TypeError);
  });

  it.each([0, 1.5, NaN, Infinity])("refuses a concurrency of %d", async (concurrency) => {
    await using single = await startSingle();
    expect(() => single.router.batch([], { concurrency })).toThrow(RangeError);
  });

  it("refuses hints that do not hold", async () => {
    await using single = await startSingle();
    expect(() => single.router.batch([], { hints: { tier: "mian" } })).toThrow(/mian/);
  });
});

describe("the input of a batch", () => {
  it("may be a generator, which is read as places come free", async () => {
    await using single = await startSingle();
    const turnstile = new Turnstile();
    let read = 0;
    function* items(): Generator<() => Promise<number>> {
      for (let index = 0; index < 6; index += 1) {
        read += 1;
        yield () => turnstile.pass(index);
      }
    }
    const done = single.router.batch(items(), { concurrency: 2 }).then((results) => results.length);
    await turnstile.untilArrived(2);
    await settled();
    const early = read;
    for (let count = 3; count <= 6; count += 1) {
      turnstile.letGo();
      await turnstile.untilArrived(count);
    }
    turnstile.letAllGo();
    expect([early, await done, read]).toEqual([2, 6, 6]);
  });

  it("may be asynchronous", async () => {
    await using single = await startSingle();
    expect(statuses(await single.router.batch(slowFile()))).toEqual(Array.from({ length: 4 }, () => "fulfilled"));
  });

  it("that throws ends the batch after the results before", async () => {
    await using single = await startSingle();
    const given: BatchResult<string>[] = [];
    const error = await errorOf(
      (async () => {
        for await (const result of single.router.batch(brokenFile())) given.push(result);
      })(),
    );
    expect([statuses(given), error.message]).toEqual([["fulfilled"], "the file broke"]);
  });

  it("is closed when its reader leaves", async () => {
    await using single = await startSingle();
    let closed = false;
    function* items(): Generator<string> {
      try {
        for (;;) yield "Again?";
      } finally {
        closed = true;
      }
    }
    for await (const _ of single.router.batch(items())) break;
    expect(closed).toBe(true);
  });
});

describe("the places of a batch", () => {
  it("are ten by default", async () => {
    await using single = await startSingle();
    const turnstile = new Turnstile();
    const batch = single.router.batch(
      Array.from({ length: 25 }, (_, index) => () => turnstile.pass(index)),
      { onProgress: () => undefined },
    );
    const done = batch.then((results) => results.length);
    await turnstile.untilArrived(10);
    await settled();
    expect(turnstile.waiting).toBe(10);
    for (let count = 11; count <= 25; count += 1) {
      turnstile.letGo();
      await turnstile.untilArrived(count);
    }
    turnstile.letAllGo();
    expect([await done, turnstile.most]).toEqual([25, 10]);
  });

  it("are never more at the provider than asked for", async () => {
    await using single = await startSingle({ a: { latencyMs: 5 } });
    let most = 0;
    single.router.on("attempt:start", () => (most = Math.max(most, single.router.stats().inFlight)));
    await single.router.batch(prompts(20), { concurrency: 3 });
    expect(most).toBe(3);
  });

  it("are left empty by a reader who is slow: twice the concurrency is begun ahead of him", async () => {
    await using single = await startSingle();
    let begun = 0;
    const items = Array.from({ length: 20 }, () => async () => (begun += 1));
    const reader = single.router.batch(items, { concurrency: 3 })[Symbol.asyncIterator]();
    await reader.next();
    await settled();
    const afterOne = begun;
    await reader.next();
    await settled();
    expect([afterOne, begun]).toEqual([7, 8]);
    await reader.return();
  });

  it("are not held up by a slow first item", async () => {
    await using single = await startSingle();
    const turnstile = new Turnstile();
    const items = Array.from({ length: 10 }, (_, index) => () => (index === 0 ? turnstile.pass(0) : index));
    const progress: BatchProgress[] = [];
    const done = single.router.batch(items, { concurrency: 2, onProgress: (at) => void progress.push(at) });
    const results = Promise.resolve(done);
    await vi.waitFor(() => expect(progress.at(-1)?.done).toBe(9));
    turnstile.letAllGo();
    expect((await results).map((result) => result.status === "fulfilled" && result.value)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });
});

describe("a batch beside calls that somebody waits for", () => {
  it("leaves them its places, and takes them again", async () => {
    await using single = await startSingle({ a: [faults.hang, faults.hang] });
    const turnstile = new Turnstile();
    const controller = new AbortController();
    const interactive = [1, 2].map(() =>
      errorOf(single.router.chat.completions.create(call, { signal: controller.signal })),
    );
    await single.a.received(2);
    const items = Array.from({ length: 9 }, (_, index) => () => turnstile.pass(index));
    const done = single.router.batch(items, { concurrency: 4 }).then((results) => results.length);
    await turnstile.untilArrived(2);
    await settled();
    const beside = turnstile.waiting;
    controller.abort();
    await Promise.all(interactive);
    await turnstile.untilArrived(4);
    await settled();
    const alone = turnstile.waiting;
    const emptied = setInterval(() => turnstile.letAllGo(), 1);
    expect([beside, alone, await done]).toEqual([2, 4, 9]);
    clearInterval(emptied);
  });

  it("keeps one place however many they are", async () => {
    await using single = await startSingle({ a: Array.from({ length: 5 }, () => faults.hang) });
    const controller = new AbortController();
    const interactive = Array.from({ length: 5 }, () =>
      errorOf(single.router.chat.completions.create(call, { signal: controller.signal })),
    );
    await single.a.received(5);
    const results = await single.router.batch(prompts(3), { concurrency: 2 });
    controller.abort();
    await Promise.all(interactive);
    expect(statuses(results)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  });

  it("does not take its own calls for theirs", async () => {
    await using single = await startSingle({ a: Array.from({ length: 4 }, () => faults.hang) });
    const controller = new AbortController();
    const done = Promise.resolve(single.router.batch(prompts(4), { concurrency: 4, signal: controller.signal }));
    await single.a.received(4);
    controller.abort();
    expect(statuses(await done)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
  });

  it("marks its requests for classifiers and strategies", async () => {
    const seen: RoutingRequest[] = [];
    const classifier = { name: "c", classify: (request: RoutingRequest) => void seen.push(request) };
    await using single = await startSingle({ router: { classifier } });
    await single.router.ask("Hi?");
    await single.router.batch(prompts(1));
    expect(seen.map(({ isBatch }) => isBatch)).toEqual([false, true]);
  });
});

describe("the progress of a batch", () => {
  it("is told after each item, with what it cost", async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    await using single = await startSingle({
      a: { models: { a: { usage, script: [200, 400, 200] } } },
      targets: { a: { price: 500_000 } },
    });
    const told: BatchProgress[] = [];
    await single.router.batch(prompts(3), { concurrency: 1, onProgress: (progress) => void told.push(progress) });
    expect(told).toEqual([
      { done: 1, failed: 0, total: 3, costUsd: 1 },
      { done: 2, failed: 1, total: 3, costUsd: 1 },
      { done: 3, failed: 1, total: 3, costUsd: 2 },
    ]);
  });

  it.each([
    ["a generator", prompts(2)[Symbol.iterator](), undefined],
    ["a set", new Set(prompts(2)), 2],
  ])("knows the total of %s as far as it says", async (_, items, total) => {
    await using single = await startSingle();
    const told: BatchProgress[] = [];
    await single.router.batch(items, { onProgress: (progress) => void told.push(progress) });
    expect(told.map((progress) => progress.total)).toEqual([total, total]);
  });

  it("harms nobody when its listener throws", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
    await using single = await startSingle();
    const results = await single.router.batch(prompts(1), {
      onProgress() {
        throw new Error("no");
      },
    });
    expect(statuses(results)).toEqual(["fulfilled"]);
    expect(warned).toHaveBeenCalledWith("onProgress of a batch threw: Error: no", "ModelRouterWarning");
  });
});

describe("a batch that is resumed", () => {
  it("does not call what was answered before, and calls what failed", async () => {
    await using single = await startSingle({ a: [200, 400] });
    const before = await single.router.batch(prompts(2), { concurrency: 1, keyOf });
    const after = await single.router.batch(prompts(3), { concurrency: 1, keyOf, resume: before });
    expect(statuses(after)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    expect(single.a.requests.map(({ body }) => JSON.stringify(body).match(/Prompt \d/)?.[0])).toEqual([
      "Prompt 0",
      "Prompt 1",
      "Prompt 1",
      "Prompt 2",
    ]);
  });

  it("knows items by their key, wherever they are", async () => {
    await using single = await startSingle();
    const before = await single.router.batch(prompts(2), { keyOf });
    const after = await single.router.batch(prompts(2).toReversed(), { keyOf, resume: before });
    expect(after.map(({ index, key }) => [index, key])).toEqual([
      [0, "Prompt 1?"],
      [1, "Prompt 0?"],
    ]);
    expect(single.a.hits()).toBe(2);
  });

  it("takes results that were written down as JSON", async () => {
    await using single = await startSingle();
    const before = await single.router.batch(prompts(2), { keyOf });
    const read = JSON.parse(JSON.stringify(before)) as typeof before;
    expect(await single.router.batch(prompts(2), { keyOf, resume: read })).toEqual(read);
    expect(single.a.hits()).toBe(2);
  });

  it("takes a map by key", async () => {
    await using single = await startSingle();
    const before = await single.router.batch(prompts(2), { keyOf });
    const map = new Map(before.map((result) => [result.key, result]));
    await single.router.batch(prompts(2), { keyOf, resume: map });
    expect(single.a.hits()).toBe(2);
  });

  it("keeps the answers where it is told, and looks them up there", async () => {
    await using single = await startSingle({ a: [200, 400] });
    const kept = new Map<string, BatchAnswer<string>>();
    await single.router.batch(prompts(2), { concurrency: 1, keyOf, results: kept });
    const first = [...kept.keys()];
    await single.router.batch(prompts(2), { concurrency: 1, keyOf, results: kept });
    expect([first, [...kept.keys()], single.a.hits()]).toEqual([["Prompt 0?"], prompts(2), 3]);
  });

  it("waits for results that are kept elsewhere", async () => {
    await using single = await startSingle();
    const kept = new Map<string, BatchAnswer<string>>();
    const results = {
      get: async (key: string) => kept.get(key),
      set: async (key: string, result: BatchAnswer<string>): Promise<void> => void kept.set(key, result),
    };
    await single.router.batch(prompts(2), { keyOf, results });
    await single.router.batch(prompts(2), { keyOf, results });
    expect(single.a.hits()).toBe(2);
  });

  it("counts what it did not call as done, at no cost", async () => {
    await using single = await startSingle({ targets: { a: { price: 1 } } });
    const before = await single.router.batch(prompts(1), { keyOf });
    const told: BatchProgress[] = [];
    await single.router.batch(prompts(1), { keyOf, resume: before, onProgress: (at) => void told.push(at) });
    expect(told).toEqual([{ done: 1, failed: 0, total: 1, costUsd: 0 }]);
  });

  it.each([
    ["get", { get: (): Promise<undefined> => Promise.reject(new Error("disk")), set: (): void => undefined }, 0],
    ["set", { get: (): undefined => undefined, set: (): Promise<void> => Promise.reject(new Error("disk")) }, 1],
  ])("ends when %s fails where results are kept", async (_, results, hits) => {
    await using single = await startSingle();
    const error = await errorOf(Promise.resolve(single.router.batch(prompts(5), { concurrency: 1, results })));
    expect([error.message, single.a.hits()]).toEqual(["disk", hits]);
  });

  it("gives the answer out that could not be kept", async () => {
    await using single = await startSingle();
    const results = { get: () => undefined, set: (): Promise<void> => Promise.reject(new Error("disk")) };
    const given: string[] = [];
    await errorOf(
      (async () => {
        for await (const { status } of single.router.batch(prompts(2), { concurrency: 1, results })) given.push(status);
      })(),
    );
    expect(given).toEqual(["fulfilled"]);
  });
});

describe("a batch that is aborted", () => {
  const reason = new Error("enough");

  it("cancels what is in flight and rejects the rest of an array", async () => {
    await using single = await startSingle({ a: [200, faults.hang] });
    const controller = new AbortController();
    const done = Promise.resolve(single.router.batch(prompts(4), { concurrency: 1, signal: controller.signal }));
    await single.a.received(2);
    controller.abort(reason);
    const results = await done;
    await single.a.idle();
    expect(statuses(results)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
    expect(results.slice(1).map((result) => result.status === "rejected" && result.reason)).toEqual([
      reason,
      reason,
      reason,
    ]);
    expect([single.a.hits(), single.a.requests[1]?.aborted]).toEqual([2, true]);
  });

  it("can be resumed from what it gave", async () => {
    await using single = await startSingle({ a: [200, faults.hang] });
    const controller = new AbortController();
    const done = Promise.resolve(single.router.batch(prompts(3), { concurrency: 1, signal: controller.signal }));
    await single.a.received(2);
    controller.abort(reason);
    const results = await single.router.batch(prompts(3), { resume: await done });
    expect([statuses(results), single.a.hits()]).toEqual([["fulfilled", "fulfilled", "fulfilled"], 4]);
  });

  it("reads no more of a generator, and closes it", async () => {
    await using single = await startSingle({ a: [200, faults.hang] });
    const controller = new AbortController();
    let closed = false;
    function* items(): Generator<string> {
      try {
        for (;;) yield "Again?";
      } finally {
        closed = true;
      }
    }
    const done = Promise.resolve(single.router.batch(items(), { concurrency: 1, signal: controller.signal }));
    await single.a.received(2);
    controller.abort(reason);
    expect([statuses(await done), closed]).toEqual([["fulfilled", "rejected"], true]);
  });

  it("before it began calls nothing", async () => {
    await using single = await startSingle();
    const results = await single.router.batch(prompts(2), { signal: AbortSignal.abort(reason) });
    expect([statuses(results), single.a.hits()]).toEqual([["rejected", "rejected"], 0]);
  });

  it("says nothing against the target", async () => {
    await using single = await startSingle({
      a: [faults.hang],
      router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    const controller = new AbortController();
    const ended = next(single.router, "request:end");
    const done = Promise.resolve(single.router.batch(prompts(1), { signal: controller.signal }));
    await single.a.received(1);
    controller.abort(reason);
    await done;
    expect((await ended).record.outcome).toBe("aborted");
    expect(single.router.health().targets["a"]?.breaker).toBe("closed");
  });

  it("records a call that it cancelled once, however it was made", async () => {
    await using single = await startSingle({ a: [faults.hang, faults.hang] });
    const controller = new AbortController();
    const done = Promise.resolve(
      single.router.batch(
        [
          (view) => view.openai.withOptions({ timeout: 60_000 }).chat.completions.create(call),
          (view) => view.fetch(`${single.a.url}/chat/completions`, { method: "POST", body: JSON.stringify(call) }),
        ],
        { signal: controller.signal },
      ),
    );
    await single.a.received(2);
    controller.abort(reason);
    await done;
    await single.a.idle();
    await vi.waitFor(() => expect(single.router.stats().aborted).toBe(2));
    expect(single.router.stats()).toMatchObject({ calls: 2, inFlight: 0 });
  });

  it("does not wait for a function that does not listen", async () => {
    await using single = await startSingle();
    const controller = new AbortController();
    const done = Promise.resolve(single.router.batch([deaf], { signal: controller.signal }));
    await settled();
    controller.abort(reason);
    expect(statuses(await done)).toEqual(["rejected"]);
  });

  it("is over for a reader who leaves: what is in flight is cancelled", async () => {
    await using single = await startSingle({ a: [200, faults.hang] });
    for await (const _ of single.router.batch(prompts(3), { concurrency: 1 })) {
      await single.a.received(2);
      break;
    }
    await single.a.idle();
    expect([single.a.hits(), single.a.requests[1]?.aborted]).toEqual([2, true]);
  });

  it("leaves no listener on the signal", async () => {
    await using single = await startSingle();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await single.router.batch(prompts(3), { signal });
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
  });
});

describe("the end of a router", () => {
  it("by close() ends its batches", async () => {
    await using single = await startSingle({ a: [200, faults.hang] });
    const done = Promise.resolve(single.router.batch(prompts(4), { concurrency: 1 }));
    await single.a.received(2);
    await single.router.close();
    const results = await done;
    expect(statuses(results)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
    for (const result of results.slice(1)) expect(result).toMatchObject({ reason: expect.any(RouterClosedError) });
  });

  it("by drain() lets the calls in flight end, and begins no more", async () => {
    await using single = await startSingle({ a: [200, { delayMs: 60 }] });
    const done = Promise.resolve(single.router.batch(prompts(4), { concurrency: 1 }));
    await single.a.received(2);
    await single.router.drain();
    expect([statuses(await done), single.a.hits()]).toEqual([["fulfilled", "fulfilled", "rejected", "rejected"], 2]);
  });

  it("was before the batch", async () => {
    await using single = await startSingle();
    await single.router.close();
    expect(statuses(await single.router.batch(prompts(2)))).toEqual(["rejected", "rejected"]);
  });
});

describe("a batch within a limit", () => {
  it("ends with it", async () => {
    await using single = await startSingle({ a: [200, faults.hang] });
    const given: string[] = [];
    const result = await single.router.within(
      1_000,
      async (view) => {
        for await (const { status } of view.batch(prompts(4), { concurrency: 1 })) given.push(status);
      },
      { fallbackValue: "late" },
    );
    await single.a.idle();
    expect([result, given[0], single.a.hits()]).toEqual(["late", "fulfilled", 2]);
  });

  it("can have a limit for each item", async () => {
    await using single = await startSingle({ a: [faults.hang, 200] });
    const results = await single.router.batch(prompts(2), {
      concurrency: 1,
      call: (prompt, view) => view.within(1_000, (limited) => limited.ask(prompt)),
    });
    expect(results.map((result) => result.status === "fulfilled" && (result.value?.text ?? null))).toEqual([
      null,
      replyOf("a"),
    ]);
  });
});
