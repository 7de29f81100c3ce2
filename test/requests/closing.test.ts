import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { execFile } from "node:child_process";
import OpenAI, { APIError } from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter, RouterClosedError, type Classifier } from "../../src/index.ts";
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

describe("a closed router", () => {
  it("takes no more calls", async () => {
    await using single = await startSingle();
    await single.router.close();
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(RouterClosedError);
    expect(error).toBeInstanceOf(APIError);
    expect(error.code).toBe("router_closed");
  });

  it("is not asked by the client to try again", async () => {
    await using single = await startSingle();
    await single.router.close();
    await errorOf(single.router.chat.completions.create(call));
    expect(single.a.hits()).toBe(0);
  });

  it("takes no more streams", async () => {
    await using single = await startSingle();
    await single.router.close();
    const { error } = await hear(single.router);
    expect(error).toBeInstanceOf(RouterClosedError);
  });

  it("can be closed again", async () => {
    await using single = await startSingle();
    await single.router.close();
    await expect(single.router.close()).resolves.toBeUndefined();
  });

  it("still shows its counts", async () => {
    await using single = await startSingle();
    await single.router.chat.completions.create(call);
    await single.router.close();
    expect(single.router.stats().calls).toBe(1);
  });

  it("passes on what is not routed", async () => {
    await using single = await startSingle();
    await single.router.close();
    const models = await single.router.openai.models.list();
    expect(models.data).toEqual([]);
  });
});

describe("close()", () => {
  it.each([
    ["for headers", faults.hang],
    ["for the body", faults.hangAfterHeaders],
    ["for the rest of the body", faults.hangMidBody],
  ])("ends a call that waits %s in a typed error", async (_, step) => {
    await using pair = await startPair({ a: [step] });
    const failure = errorOf(pair.router.chat.completions.create(call));
    await pair.a.received(1);
    await pair.router.close();
    expect(await failure).toBeInstanceOf(RouterClosedError);
  });

  it("cuts the connections of calls in flight, and tries nothing else", async () => {
    await using pair = await startPair({ a: [faults.hang] });
    const failure = errorOf(pair.router.chat.completions.create(call));
    await pair.a.received(1);
    await pair.router.close();
    await failure;
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 0]);
  });

  it("says nothing about targets whose calls it ends", async () => {
    await using pair = await startPair({
      a: [faults.hang],
      router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    const failure = errorOf(pair.router.chat.completions.create(call));
    await pair.a.received(1);
    await pair.router.close();
    await failure;
    expect(pair.events.of("attempt:end")).toMatchObject([{ attempt: { failure: "aborted" } }]);
    expect(pair.events.of("breaker:open")).toEqual([]);
  });

  it("ends a stream that is being read in a typed error", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 2 })] });
    const stream = await pair.router.chat.completions.create(streamingCall);
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    const rest = errorOf(
      (async () => {
        for (let item = await reader.next(); item.done !== true;) item = await reader.next();
      })(),
    );
    await pair.router.close();
    expect(await rest).toBeInstanceOf(RouterClosedError);
  });

  it("ends a stream that nobody reads, and frees its provider", async () => {
    await using pair = await startPair({ a: [faults.stallStream({ afterChunks: 2 })] });
    const stream = await pair.router.chat.completions.create(streamingCall);
    await pair.router.close();
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
    expect(pair.router.recordOf(stream).outcome).toBe("failed");
  });

  it("ends the wait of a call that backs off", async () => {
    await using single = await startSingle({ a: [{ status: 503, headers: { "retry-after-ms": "3000" } }] });
    const waiting = next(single.router, "retry:start");
    const failure = errorOf(single.router.chat.completions.create(call));
    await waiting;
    await single.router.close();
    expect(await failure).toBeInstanceOf(RouterClosedError);
    expect(single.a.hits()).toBe(1);
  });

  it("ends the wait of a call for a rate-limited target", async () => {
    await using single = await startSingle({ a: [faults.rateLimited({ retryAfterS: 30 })] });
    const waiting = next(single.router, "retry:start");
    const failure = errorOf(single.router.chat.completions.create(call));
    await waiting;
    await single.router.close();
    expect(await failure).toBeInstanceOf(RouterClosedError);
  });

  it("ends a call that is still being classified: it is not sent any more", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<undefined>();
    const slow: Classifier = {
      name: "slow",
      timeoutMs: 60_000,
      classify() {
        asked.resolve();
        return answer.promise;
      },
    };
    await using single = await startSingle({ router: { classifier: slow } });
    const failure = errorOf(single.router.chat.completions.create({ model: "auto", messages }));
    await asked.promise;
    const closed = single.router.close();
    answer.resolve(undefined);
    await closed;
    expect(await failure).toBeInstanceOf(RouterClosedError);
    expect(single.a.hits()).toBe(0);
  });

  it("ends a call whose request is still being signed: it is not sent any more", async () => {
    const asked = Promise.withResolvers<void>();
    const signed = Promise.withResolvers<void>();
    class Signing extends OpenAI {
      protected override async prepareRequest(): Promise<void> {
        asked.resolve();
        await signed.promise;
      }
    }
    await using single = await startSingle();
    const client = new Signing({ baseURL: single.a.url, apiKey: "sk-test-key-1" });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    const failure = errorOf(router.chat.completions.create(call));
    await asked.promise;
    await router.close();
    signed.resolve();
    expect(await failure).toBeInstanceOf(RouterClosedError);
    expect(single.a.hits()).toBe(0);
  });

  it("closes the classifiers", async () => {
    let closed = 0;
    const classifier: Classifier = { name: "c", classify: () => undefined, close: () => void (closed += 1) };
    await using single = await startSingle({ router: { classifier } });
    await single.router.close();
    expect(closed).toBe(1);
  });

  it("does not wait for ever for a classifier that never closes", async () => {
    const classifier: Classifier = { name: "c", classify: () => undefined, close: () => new Promise(() => undefined) };
    await using single = await startSingle({ router: { classifier } });
    await expect(single.router.close()).resolves.toBeUndefined();
  });

  it("does not fail when a classifier fails to close", async () => {
    const classifier: Classifier = {
      name: "c",
      classify: () => undefined,
      close: () => Promise.reject(new Error("no")),
    };
    await using single = await startSingle({ router: { classifier } });
    await expect(single.router.close()).resolves.toBeUndefined();
  });

  it("gives the closed error at fetch level as an answer", async () => {
    await using single = await startSingle({ a: [faults.hang] });
    const response = single.router.fetch(`${single.a.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(call),
    });
    await single.a.received(1);
    await single.router.close();
    expect(await (await response).json()).toMatchObject({ error: { code: "router_closed" } });
  });
});

describe("drain()", () => {
  it("waits for the calls in flight, which end well", async () => {
    await using pair = await startPair({ a: [{ delayMs: 60 }] });
    const completion = pair.router.chat.completions.create(call).then(textOf);
    await pair.a.received(1);
    await pair.router.drain();
    expect(pair.router.stats().answered).toBe(1);
    expect(await completion).toBe(replyOf("a"));
  });

  it("waits for streams to end", async () => {
    await using pair = await startPair();
    const stream = await pair.router.chat.completions.create(streamingCall);
    const drained = pair.router.drain().then(() => pair.router.recordOf(stream).outcome);
    for await (const _ of stream) continue;
    expect(await drained).toBe("answered");
  });

  it("takes no more calls meanwhile", async () => {
    await using pair = await startPair({ a: [faults.hang] });
    const controller = new AbortController();
    const running = errorOf(pair.router.chat.completions.create(call, { signal: controller.signal }));
    await pair.a.received(1);
    const drained = pair.router.drain();
    expect(await errorOf(pair.router.chat.completions.create(call))).toBeInstanceOf(RouterClosedError);
    controller.abort();
    await running;
    await drained;
    expect(pair.a.hits()).toBe(1);
  });

  it("waits for a call that is still being classified", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<undefined>();
    const slow: Classifier = {
      name: "slow",
      timeoutMs: 60_000,
      classify() {
        asked.resolve();
        return answer.promise;
      },
    };
    await using single = await startSingle({ router: { classifier: slow } });
    const completion = single.router.chat.completions.create({ model: "auto", messages });
    await asked.promise;
    const drained = single.router.drain().then(() => single.router.stats().answered);
    answer.resolve(undefined);
    expect(textOf(await completion)).toBe(replyOf("a"));
    expect(await drained).toBe(1);
  });

  it("is over at once where nothing is in flight", async () => {
    await using single = await startSingle();
    await expect(single.router.drain()).resolves.toBeUndefined();
  });

  it("is cut short by close()", async () => {
    await using pair = await startPair({ a: [faults.hang] });
    const failure = errorOf(pair.router.chat.completions.create(call));
    await pair.a.received(1);
    const drained = pair.router.drain();
    await pair.router.close();
    await expect(drained).resolves.toBeUndefined();
    expect(await failure).toBeInstanceOf(RouterClosedError);
  });
});

describe("await using", () => {
  it("closes the router at the end of the block", async () => {
    await using single = await startSingle();
    {
      await using router = single.router;
      await router.chat.completions.create(call);
    }
    expect(await errorOf(single.router.chat.completions.create(call))).toBeInstanceOf(RouterClosedError);
  });
});

describe("a process that used a router", () => {
  it.each(["closed", "left alone", "left with an open breaker"])(
    "ends by itself when the router was %s",
    async (how) => {
      const child = execFile(process.execPath, [fileURLToPath(new URL("program.ts", import.meta.url)), how]);
      let output = "";
      child.stdout?.on("data", (data: string) => (output += data));
      child.stderr?.on("data", (data: string) => (output += data));
      const [code] = (await once(child, "exit")) as [number | null];
      expect([code, output]).toEqual([0, "done\n"]);
    },
    30_000,
  );
});
