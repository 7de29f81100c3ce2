import type OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { faults } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, messages, startPair, startSingle } from "./setup.ts";

describe("headers of a call", () => {
  it("reach the target", async () => {
    await using pair = await startPair();
    await pair.router.chat.completions.create(call, { headers: { "x-trace": "t1" } });
    expect(pair.a.requests[0]?.headers["x-trace"]).toBe("t1");
  });

  it("reach the target at a retry too", async () => {
    await using pair = await startPair({ a: [500] });
    await pair.router.chat.completions.create(call, { headers: { "x-trace": "t1" } });
    expect(pair.a.requests.map(({ headers }) => headers["x-trace"])).toEqual(["t1", "t1"]);
  });

  it("reach the target on another client", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await pair.router.chat.completions.create(call, { headers: { "x-trace": "t1" } });
    expect(pair.b.requests[0]?.headers["x-trace"]).toBe("t1");
  });

  it("come after those of the target where both are set", async () => {
    await using pair = await startPair({ targets: { a: { headers: { "x-request-priority": "high" } } } });
    await pair.router.chat.completions.create(call);
    expect(pair.a.requests[0]?.headers["x-request-priority"]).toBe("high");
  });

  it("of a target reach that target alone", async () => {
    await using pair = await startPair({
      a: [500, 500],
      targets: { a: { headers: { "x-request-priority": "high" } } },
    });
    await pair.router.chat.completions.create(call);
    expect(pair.b.requests[0]?.headers).not.toHaveProperty("x-request-priority");
  });

  it("of a target on another client reach it", async () => {
    await using pair = await startPair({ targets: { b: { headers: { "x-capacity-guarantee": "dedicated" } } } });
    await pair.router.chat.completions.create({ ...call, model: "b" });
    expect(pair.b.requests[0]?.headers["x-capacity-guarantee"]).toBe("dedicated");
  });
});

describe("the query of a call", () => {
  it("reaches the client's own targets", async () => {
    await using pair = await startPair({ router: { tiers: { main: ["a", "a-too", "b"] } } });
    pair.a.fail("a", 500);
    await pair.router.chat.completions.create(call, { query: { trace: "t1" } });
    expect(pair.a.requests.map(({ model, query }) => [model, query["trace"]])).toEqual([
      ["a", "t1"],
      ["a", "t1"],
      ["a-too", "t1"],
    ]);
  });

  it("does not reach another client's target: it may hold a key", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await pair.router.chat.completions.create(call, { query: { key: "secret" } });
    expect(pair.b.requests[0]?.query).toEqual({});
  });
});

describe("maxRetries of a call", () => {
  it.each([0, 1, 3])("is how often a target is tried again: %i", async (maxRetries) => {
    await using pair = await startPair({ a: [500, 500, 500, 500] });
    await pair.router.chat.completions.create(call, { maxRetries });
    expect([pair.a.hits(), pair.b.hits()]).toEqual([maxRetries + 1, 1]);
  });
});

describe("the body of a call", () => {
  const body = { model: "main", messages, temperature: 0.5, seed: 7, metadata: { x: "1" }, logit_bias: { "5": 1 } };

  it("reaches the first target with its model and nothing else changed", async () => {
    await using pair = await startPair();
    await pair.router.chat.completions.create(body);
    expect(pair.a.requests[0]?.body).toEqual({ ...body, model: "a" });
  });

  it("reaches a fallback with its model and nothing else changed", async () => {
    await using pair = await startPair({ a: [500, 500] });
    await pair.router.chat.completions.create(body);
    expect(pair.b.requests[0]?.body).toEqual({ ...body, model: "b" });
  });

  it("is not changed in the caller's hands", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const given = structuredClone(body);
    await pair.router.chat.completions.create(given);
    expect(given).toEqual(body);
  });

  it("has the target's parameters below the caller's own", async () => {
    const params = { temperature: 0, top_p: 0.9 };
    await using pair = await startPair({
      a: [500, 500],
      targets: { a: { params }, b: { params: { seed: 1, stop: "x" } } },
    });
    await pair.router.chat.completions.create(body);
    expect(pair.a.requests[0]?.body).toEqual({ ...body, model: "a", top_p: 0.9 });
    expect(pair.b.requests[0]?.body).toEqual({ ...body, model: "b", stop: "x" });
  });

  it("names the model of the target, which need not be its id", async () => {
    await using pair = await startPair({
      a: [500, 500],
      targets: { a: { model: "acme/one" }, b: { model: "acme/two" } },
    });
    await pair.router.chat.completions.create(call);
    expect([pair.a.requests[0]?.model, pair.b.requests[0]?.model]).toEqual(["acme/one", "acme/two"]);
  });
});

describe("the model of a call", () => {
  it("that nobody configured goes to the wrapped client as it is", async () => {
    await using pair = await startPair();
    const completion = await pair.router.chat.completions.create({ ...call, model: "acme/unknown" });
    expect(pair.a.requests[0]?.model).toBe("acme/unknown");
    expect(pair.router.recordOf(completion)).toMatchObject({ target: "acme/unknown", tier: "direct" });
  });

  it("that nobody configured is guarded: it is retried", async () => {
    await using pair = await startPair({ a: [500] });
    const completion = await pair.router.chat.completions.create({ ...call, model: "acme/unknown" });
    expect(pair.router.recordOf(completion).attempts).toHaveLength(2);
  });

  it("that is a target's id goes to that target alone", async () => {
    await using pair = await startPair({ a: [500, 500] });
    const error = await errorOf(pair.router.chat.completions.create({ ...call, model: "a" }));
    expect(error.status).toBe(500);
    expect(pair.b.hits()).toBe(0);
  });

  it("may be an alias", async () => {
    await using pair = await startPair({ router: { aliases: { "gpt-4o": "main", "gpt-4o-mini": "b" } } });
    const models = [];
    for (const model of ["gpt-4o", "gpt-4o-mini"]) {
      models.push((await pair.router.chat.completions.create({ ...call, model })).model);
    }
    expect(models).toEqual(["a", "b"]);
  });
});

describe("credentials of a call", () => {
  it("reach the wrapped client's target", async () => {
    await using pair = await startPair();
    await pair.router.chat.completions.create(call, { headers: { authorization: "Bearer sk-of-this-call" } });
    expect(pair.a.requests[0]?.key).toBe("sk-of-this-call");
  });

  it("reach another target of the wrapped client", async () => {
    await using pair = await startPair({ router: { tiers: { main: ["a", "a-too"] } } });
    pair.a.fail("a", 500);
    await pair.router.chat.completions.create(call, { headers: { authorization: "Bearer sk-of-this-call" } });
    expect(pair.a.requests.map(({ key }) => key)).toEqual(["sk-of-this-call", "sk-of-this-call", "sk-of-this-call"]);
  });

  it("can be taken away by a null", async () => {
    await using pair = await startPair();
    await pair.router.chat.completions.create(call, { headers: { authorization: null } });
    expect(pair.a.requests[0]?.headers).not.toHaveProperty("authorization");
  });
});

it("keeps what is passed on the same as the client alone sends", async () => {
  await using single = await startSingle();
  const options: OpenAI.RequestOptions = { headers: { "x-trace": "t1" }, query: { v: "2" } };
  await clientOf(single.a, "sk-key-of-a").chat.completions.create({ ...call, model: "a" }, options);
  await single.router.chat.completions.create(call, options);
  const [alone, routed] = single.a.requests.map(({ method, path, query, headers, rawBody }) => ({
    method,
    path,
    query,
    headers,
    rawBody,
  }));
  expect(routed).toEqual(alone);
});

it("says in a timeout error what the call's timeout was", async () => {
  await using single = await startSingle({ a: [faults.hang] });
  const error = await errorOf(single.router.chat.completions.create(call, { timeout: 40 }));
  expect(error.message).toContain("40 ms");
});
