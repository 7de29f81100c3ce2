import { describe, expect, it } from "vitest";
import { ConfigError, type RouterChanges } from "../../src/index.ts";
import { faults } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, next, replyOf, startPair, startSingle, streamingCall, textOf } from "./setup.ts";

const late = { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000 };

describe("update()", () => {
  it("holds for the next call", async () => {
    await using pair = await startPair();
    pair.router.update({ tiers: { main: ["b", "a"] } });
    expect(textOf(await pair.router.chat.completions.create(call))).toBe(replyOf("b"));
  });

  it("holds for a client that was taken before", async () => {
    await using pair = await startPair();
    const { openai } = pair.router;
    pair.router.update({ tiers: { main: ["b", "a"] } });
    expect(textOf(await openai.chat.completions.create(call))).toBe(replyOf("b"));
  });

  it("does not touch a call in flight: it falls back as was configured when it came", async () => {
    await using pair = await startPair({
      a: [{ ...faults.hang, delayMs: 0 }],
      targets: { a: { timeouts: { headersMs: 150 } } },
    });
    const completion = pair.router.chat.completions.create(call);
    await pair.a.received(1);
    pair.router.update({ tiers: { main: ["a"] }, targets: { a: {} } });
    expect(textOf(await completion)).toBe(replyOf("b"));
  });

  it("does not touch a stream that is being read", async () => {
    await using pair = await startPair();
    const stream = await pair.router.chat.completions.create(streamingCall);
    pair.router.update({ tiers: { main: ["b"] } });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe(replyOf("a"));
    expect(pair.router.recordOf(stream).outcome).toBe("answered");
  });

  it("keeps what is known of targets that stay", async () => {
    await using pair = await startPair({ router: { breaker: late } });
    pair.a.fail("a", 500);
    await pair.router.chat.completions.create(call);
    pair.router.update({ tiers: { main: ["a", "b"], other: ["b"] } });
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
  });

  it("keeps the counts", async () => {
    await using pair = await startPair();
    await pair.router.chat.completions.create(call);
    pair.router.update({ tiers: { main: ["b"] } });
    expect(pair.router.stats().calls).toBe(1);
  });

  it("starts a target afresh whose model changed", async () => {
    await using pair = await startPair({ router: { breaker: late } });
    pair.a.fail("a", 500);
    await pair.router.chat.completions.create(call);
    pair.router.update({ targets: { a: { model: "a-two" }, b: { client: "other" } } });
    expect(textOf(await pair.router.chat.completions.create(call))).toBe(replyOf("a-two"));
  });

  it("starts a target afresh that goes to another client", async () => {
    await using pair = await startPair({ router: { breaker: late } });
    pair.a.fail("a", 500);
    await pair.router.chat.completions.create(call);
    pair.router.update({ targets: { a: { client: "other" }, b: { client: "other" } } });
    expect(textOf(await pair.router.chat.completions.create(call))).toBe(replyOf("a"));
    expect(pair.b.hits("a")).toBe(1);
  });

  it("starts a target afresh whose breaker has other limits", async () => {
    await using pair = await startPair({ router: { breaker: late } });
    pair.a.fail("a", 500);
    await pair.router.chat.completions.create(call);
    pair.router.update({ breaker: { ...late, failureThreshold: 50 } });
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["a"]?.breaker).toBe("closed");
  });

  it("takes a new key at once", async () => {
    await using pair = await startPair({ router: { tiers: { main: ["b"] } } });
    await pair.router.chat.completions.create(call);
    pair.router.update({ clients: { other: clientOf(pair.b, "sk-new-key-of-b") } });
    await pair.router.chat.completions.create(call);
    expect(pair.b.requests.map(({ key }) => key)).toEqual(["sk-key-of-b", "sk-new-key-of-b"]);
  });

  it("ends the rest of a key that was refused when its client is exchanged", async () => {
    await using pair = await startPair({ b: [401], router: { tiers: { main: ["b", "a"] } } });
    await pair.router.chat.completions.create(call);
    pair.router.update({ clients: { other: clientOf(pair.b, "sk-new-key-of-b") } });
    expect(textOf(await pair.router.chat.completions.create(call))).toBe(replyOf("b"));
  });

  it("drops no call while it happens again and again", async () => {
    await using pair = await startPair();
    const calls: Promise<string>[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      pair.router.update({ tiers: { main: turn % 2 === 0 ? ["b", "a"] : ["a", "b"] } });
      const begun = next(pair.router, "attempt:start");
      calls.push(pair.router.chat.completions.create(call).then(textOf));
      await begun;
    }
    const texts = new Set(await Promise.all(calls));
    expect(texts).toEqual(new Set([replyOf("a"), replyOf("b")]));
  });

  it.each<readonly [string, RouterChanges]>([
    ["a tier without targets", { tiers: { main: [] } }],
    ["a client that does not exist", { targets: { a: { client: "nobody" }, b: { client: "other" } } }],
    ["another client to wrap", { client: {} } as RouterChanges],
    ["an option that does not exist", { deadline: 5 } as RouterChanges],
  ])("refuses %s, and changes nothing", async (_, changes) => {
    await using pair = await startPair();
    expect(() => pair.router.update({ defaultTier: "main", ...changes })).toThrow(ConfigError);
    expect(textOf(await pair.router.chat.completions.create(call))).toBe(replyOf("a"));
  });

  it("makes hints of tiers that went away invalid", async () => {
    await using single = await startSingle({ router: { tiers: { main: ["a"], old: ["a"] } } });
    single.router.update({ tiers: { main: ["a"] } });
    const error = await errorOf(single.router.chat.completions.create(call, { headers: { "x-router-tier": "old" } }));
    expect(error.code).toBe("invalid_hint");
  });
});
