import { BadRequestError } from "openai";
import { describe, expect, it } from "vitest";
import { oddBodies } from "../../src/testing/odd-bodies.ts";
import { call, clientOf, errorOf, hear, messages, replyOf, startPair, startSingle, textOf } from "./setup.ts";

type Body = typeof call;

const threeTiers = { tiers: { cheap: ["a"], balanced: ["a"], premium: ["a"] } };

describe.each([...oddBodies])("a body with %s", (_, make) => {
  it("reaches the provider as it is, but for the model", async () => {
    const body = make();
    await using single = await startSingle({ router: threeTiers });
    await single.router.openai.post("/chat/completions", { body }).catch(() => undefined);
    const sent = JSON.parse(JSON.stringify({ ...body, model: undefined })) as object;
    expect({ ...single.a.requests[0]?.body, model: undefined }).toEqual({ ...sent, model: undefined });
  });
});

describe("a body that the client lets through", () => {
  it.each<readonly [string, object]>([
    ["no messages", { model: "main" }],
    ["no model", { messages }],
    ["a model that is null", { model: null, messages }],
    ["an empty model", { model: "", messages }],
  ])("with %s gets the provider's error", async (_, body) => {
    await using single = await startSingle();
    const error = await errorOf(single.router.chat.completions.create(body as Body));
    expect(error).toBeInstanceOf(BadRequestError);
  });

  it.each([{ messages }, { model: null, messages }])("and that names no model is sent as it came: %j", async (body) => {
    await using single = await startSingle();
    await errorOf(single.router.chat.completions.create(body as Body));
    expect(single.a.requests[0]?.body).toEqual(body);
  });

  it("with messages that are null is routed like any other", async () => {
    await using single = await startSingle({ router: threeTiers });
    const body = { model: "auto", messages: null } as unknown as Body;
    const completion = await single.router.chat.completions.create(body);
    expect(textOf(completion)).toBe(replyOf("a"));
    expect(single.a.requests[0]?.body).toEqual({ model: "a", messages: null });
  });
});

describe("a body that is no object", () => {
  it.each([[5], ["text"], [[]]])("such as %j is sent as it is, and not routed", async (body) => {
    await using single = await startSingle();
    const error = await errorOf(single.router.openai.post("/chat/completions", { body }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect([single.a.requests[0]?.rawBody, single.events.names]).toEqual([JSON.stringify(body), []]);
  });

  it.each([[undefined], [null]])("such as %j gets the client's own error", async (body) => {
    await using single = await startSingle();
    const error = await errorOf((async () => single.router.chat.completions.create(body as unknown as Body))());
    const alone = await errorOf((async () => clientOf(single.a).chat.completions.create(body as unknown as Body))());
    expect([error.constructor, error.message]).toEqual([alone.constructor, alone.message]);
  });
});

describe("a body that can not be written as JSON", () => {
  const circular: Record<string, unknown> = { ...call };
  circular["self"] = circular;

  it.each([
    ["goes round in circles", circular],
    ["holds a BigInt", { ...call, seed: 5n }],
  ])("because it %s gets the client's own error", async (_, body) => {
    await using single = await startSingle();
    const error = await errorOf(single.router.chat.completions.create(body as unknown as Body));
    expect(error).toBeInstanceOf(TypeError);
    expect(single.a.hits()).toBe(0);
  });

  it("ends as a call: nothing is left in flight", async () => {
    await using single = await startSingle();
    await errorOf(single.router.chat.completions.create(circular as unknown as Body));
    await single.router.drain();
    expect(single.router.health().targets["a"]?.inFlight).toBe(0);
  });

  it("gets the client's own error also where another client's target is first", async () => {
    await using pair = await startPair();
    const error = await errorOf(pair.router.chat.completions.create({ ...circular, model: "b" } as unknown as Body));
    expect(error).toBeInstanceOf(TypeError);
    expect(pair.b.hits()).toBe(0);
  });
});

describe("a body with keys that mean something to JavaScript", () => {
  const json =
    '{"model":"main","messages":[],"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';

  it.each(["a", "b"] as const)("reaches target %s with them, and nothing is polluted", async (target) => {
    await using pair = await startPair({
      router: { tiers: { main: [target] } },
      targets: { [target]: { params: { seed: 1 } } },
    });
    await pair.router.chat.completions.create(JSON.parse(json) as Body);
    const sent = pair[target].requests[0]?.rawBody ?? "";
    expect(JSON.parse(sent)).toEqual({
      ...(JSON.parse(json) as object),
      model: target,
      seed: 1,
      ["__proto__"]: { polluted: true },
    });
    expect(sent).toContain('"__proto__":{"polluted":true}');
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("text of any kind", () => {
  it.each([
    ["half a surrogate pair", "before \ud83d after"],
    ["a NUL", "before \u0000 after"],
    ["line separators", "a\u2028b\u2029c"],
    ["10 MB of it", "A long story goes on. ".repeat(480_000)],
  ])("such as %s reaches the target as the client alone would send it", async (_, content) => {
    await using single = await startSingle();
    const body = { model: "a", messages: [{ role: "user" as const, content }] };
    await clientOf(single.a).chat.completions.create(body);
    await single.router.chat.completions.create({ ...body, model: "main" });
    const [alone, routed] = single.a.requests;
    expect(routed?.rawBody === alone?.rawBody).toBe(true);
  });

  it("of 10 MB reaches a fallback on another client", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const content = "A long story goes on. ".repeat(480_000);
    await pair.router.chat.completions.create({ ...call, messages: [{ role: "user", content }] });
    expect(pair.b.requests[0]?.rawBody.length).toBeGreaterThan(10_000_000);
  });

  it("comes back as it was, in a stream too", async () => {
    const reply = "a\u2028b\u0000c \\ud83d \" ' <tag> 👩‍👩‍👧 \r\n\r\n data: [DONE]";
    await using single = await startSingle({ a: { models: { a: { reply } } } });
    const { text } = await hear(single.router);
    expect([textOf(await single.router.chat.completions.create(call)), text]).toEqual([reply, reply]);
  });
});

it("takes `stream` for what the client takes it for", async () => {
  await using single = await startSingle();
  const completion = await single.router.chat.completions.create({ ...call, stream: null });
  expect(textOf(completion)).toBe(replyOf("a"));
});
