import { describe, expect, it } from "vitest";
import type { Provider, Step } from "../../src/testing/index.ts";
import { call, errorOf, hear, messages, startPair, startSingle, textOf } from "./setup.ts";

/** The bodies that came in, without what does not matter here. */
function bodiesAt({ requests }: Provider): unknown[] {
  return requests.map(({ body }) => {
    const { messages: _, ...rest } = body as Record<string, unknown>;
    return rest;
  });
}

const refusing = (
  param: string,
  message = `Unsupported parameter: '${param}' is not supported with this model.`,
): Step => ({
  status: 400,
  body: { error: { message, type: "invalid_request_error", param, code: "unsupported_parameter" } },
});

const single = { router: { retry: { maxRetries: 1, minDelayMs: 0 } } };

describe("a fallback", () => {
  it("gets the request as it takes it, and the record says so", async () => {
    await using pair = await startPair({
      a: [503, 503],
      targets: { b: { fit: { rename: { max_tokens: "max_completion_tokens" }, drop: ["temperature"] } } },
    });
    const completion = await pair.router.chat.completions.create({ ...call, max_tokens: 9, temperature: 0 });
    expect(bodiesAt(pair.a)[0]).toEqual({ model: "a", max_tokens: 9, temperature: 0 });
    expect(bodiesAt(pair.b)).toEqual([{ model: "b", max_completion_tokens: 9 }]);
    const { attempts } = pair.router.recordOf(completion);
    expect(attempts.map(({ fitted }) => fitted)).toEqual([
      undefined,
      undefined,
      [
        { param: "max_tokens", how: "renamed", to: "max_completion_tokens", why: "the target's fit" },
        { param: "temperature", how: "dropped", why: "the target's fit" },
      ],
    ]);
  });

  it("gets ids of tool calls that it takes", async () => {
    await using pair = await startPair({ a: [503, 503], targets: { b: { fit: { toolCallIds: { length: 9 } } } } });
    const tool_calls = [{ id: "call_abc", type: "function" as const, function: { name: "f", arguments: "{}" } }];
    await pair.router.chat.completions.create({
      model: "main",
      messages: [
        ...messages,
        { role: "assistant", content: null, tool_calls },
        { role: "tool", tool_call_id: "call_abc", content: "42" },
      ],
    });
    const [sent] = pair.b.requests.map(
      ({ body }) => body as { messages: { tool_calls?: { id: string }[]; tool_call_id?: string }[] },
    );
    const id = sent?.messages[1]?.tool_calls?.[0]?.id;
    expect(id).toMatch(/^[a-z0-9]{9}$/);
    expect(sent?.messages[2]?.tool_call_id).toBe(id);
  });
});

describe("a target that is first", () => {
  it("gets the request as it takes it, and the caller's own body stays as it is", async () => {
    await using one = await startSingle({ targets: { a: { fit: { drop: ["seed"] } } } });
    const body = { ...call, seed: 1 };
    await one.router.chat.completions.create(body);
    expect(bodiesAt(one.a)).toEqual([{ model: "a" }]);
    expect(body.seed).toBe(1);
  });

  it.each([
    ["the call names it as its model", { model: "a", messages }, {}],
    ["a hint names it", call, { tier: "main", target: "a" }],
  ])("gets what the caller wrote when %s", async (_, body, hints) => {
    await using one = await startSingle({ targets: { a: { fit: { drop: ["seed"] } } } });
    await one.router.with(hints).chat.completions.create({ ...body, seed: 1 });
    expect(bodiesAt(one.a)).toEqual([{ model: "a", seed: 1 }]);
  });

  it("gets what the caller wrote with fit: false, for it or for the router", async () => {
    await using one = await startSingle({ targets: { a: { fit: { drop: ["seed"] } } }, router: { fit: false } });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    one.router.update({ fit: true, targets: { a: { fit: false } } });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    expect(bodiesAt(one.a)).toEqual([
      { model: "a", seed: 1 },
      { model: "a", seed: 1 },
    ]);
  });

  it("gets what the caller wrote when the router stands aside", async () => {
    await using one = await startSingle({ targets: { a: { fit: { drop: ["seed"] } } }, router: { retry: false } });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    expect(bodiesAt(one.a)).toEqual([{ model: "a", seed: 1 }]);
  });
});

describe("a target that refuses a parameter by name", () => {
  it("is tried again at once without it", async () => {
    await using one = await startSingle({ a: [refusing("seed")], ...single });
    const completion = await one.router.chat.completions.create({ ...call, seed: 1 });
    expect(bodiesAt(one.a)).toEqual([{ model: "a", seed: 1 }, { model: "a" }]);
    const { attempts } = one.router.recordOf(completion);
    expect(attempts.map(({ failure, fitted }) => [failure, fitted?.[0]?.how])).toEqual([
      ["bad_request", undefined],
      [undefined, "dropped"],
    ]);
  });

  it("is tried again though it may not be retried", async () => {
    await using one = await startSingle({ a: [refusing("seed")], router: { retry: { maxRetries: 0 } } });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    expect(one.a.hits()).toBe(2);
  });

  it("is sent the next call without it", async () => {
    await using one = await startSingle({ a: [refusing("seed")], ...single });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    await one.router.chat.completions.create({ ...call, seed: 2 });
    expect(bodiesAt(one.a).slice(1)).toEqual([{ model: "a" }, { model: "a" }]);
  });

  it("is told of, with how long that is remembered", async () => {
    await using one = await startSingle({ a: [refusing("seed")], ...single });
    const completion = await one.router.chat.completions.create({ ...call, seed: 1 });
    await one.router.chat.completions.create({ ...call, seed: 2 });
    const { requestId } = one.router.recordOf(completion);
    expect(one.events.of("parameter:learnt")).toEqual([
      { requestId, target: "a", param: "seed", as: undefined, until: expect.any(Number) },
    ]);
  });

  it("is sent a cap under its other name", async () => {
    const words =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    await using one = await startSingle({ a: [refusing("max_tokens", words)], ...single });
    await one.router.chat.completions.create({ ...call, max_tokens: 9 });
    expect(bodiesAt(one.a)[1]).toEqual({ model: "a", max_completion_tokens: 9 });
    expect(one.events.of("parameter:learnt")).toMatchObject([{ param: "max_tokens", as: "max_completion_tokens" }]);
  });

  it("is tried again for a stream", async () => {
    await using one = await startSingle({ a: [refusing("seed")], ...single });
    expect((await hear(one.router, { seed: 1 })).text).toContain("This is a");
  });

  it("is tried again when it is a fallback", async () => {
    await using pair = await startPair({ a: [503, 503], b: [refusing("seed")] });
    expect(textOf(await pair.router.chat.completions.create({ ...call, seed: 1 }))).toContain("This is b");
    expect(pair.b.hits()).toBe(2);
  });

  it("teaches its breaker nothing", async () => {
    await using one = await startSingle({
      a: [refusing("seed")],
      router: { breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    expect(one.router.health().targets["a"]?.breaker).toBe("closed");
  });

  it("is remembered over update(), and forgotten with another model", async () => {
    await using one = await startSingle({ a: [refusing("seed")], ...single });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    one.router.update({ slowMs: 5_000 });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    one.router.update({ targets: { a: { model: "other" } } });
    await one.router.chat.completions.create({ ...call, seed: 1 });
    expect(bodiesAt(one.a).slice(2)).toEqual([{ model: "a" }, { model: "other", seed: 1 }]);
  });
});

describe("a refusal goes to the caller untouched", () => {
  it.each(["messages", "model", "tools", "response_format", "stop", "n"])("when it names %s", async (param) => {
    await using one = await startSingle({ a: [refusing(param)], ...single });
    const error = await errorOf(one.router.chat.completions.create({ ...call, [param]: messages }));
    expect([error.status, error.message, one.a.hits()]).toEqual([400, expect.stringContaining(`'${param}'`), 1]);
  });

  it("when it names what was not sent", async () => {
    await using one = await startSingle({ a: [refusing("seed")], ...single });
    await errorOf(one.router.chat.completions.create(call));
    expect(one.a.hits()).toBe(1);
  });

  it("when the target goes on refusing the same", async () => {
    await using one = await startSingle({ ...single });
    one.a.fail("a", refusing("seed"));
    const error = await errorOf(one.router.chat.completions.create({ ...call, seed: 1 }));
    expect([error.status, one.a.hits()]).toEqual([400, 2]);
  });

  it("when the target refuses a cap under both names", async () => {
    await using one = await startSingle({ a: [refusing("max_tokens"), refusing("max_completion_tokens")], ...single });
    const error = await errorOf(one.router.chat.completions.create({ ...call, max_tokens: 9 }));
    expect([error.status, one.a.hits()]).toEqual([400, 2]);
  });

  it("after three parameters in one call", async () => {
    const params = ["seed", "user", "store", "logit_bias"];
    await using one = await startSingle({ a: params.map((param) => refusing(param)), ...single });
    const error = await errorOf(
      one.router.chat.completions.create({ ...call, seed: 1, user: "u", store: true, logit_bias: { 1: 1 } }),
    );
    expect([error.message, one.a.hits()]).toEqual([expect.stringContaining("'logit_bias'"), 4]);
  });

  it("when the caller named the target", async () => {
    await using one = await startSingle({ a: [refusing("seed")], ...single });
    await errorOf(one.router.chat.completions.create({ model: "a", messages, seed: 1 }));
    expect(one.a.hits()).toBe(1);
  });

  it.each([{ fit: false }, { retry: false }] as const)("with %o", async (options) => {
    await using one = await startSingle({ a: [refusing("seed")], router: options });
    await errorOf(one.router.chat.completions.create({ ...call, seed: 1 }, { maxRetries: 0 }));
    expect(one.a.hits()).toBe(1);
  });
});

describe("explain()", () => {
  it("says what would be changed, by rule and by what was refused", async () => {
    await using pair = await startPair({ a: [refusing("seed")], targets: { b: { fit: { drop: ["seed"] } } } });
    await pair.router.chat.completions.create({ ...call, seed: 1 });
    const { targets, summary } = await pair.router.explain({ ...call, seed: 1 });
    expect(targets.map(({ fitted }) => fitted)).toEqual([
      [{ param: "seed", how: "dropped", why: "the target has refused it" }],
      [{ param: "seed", how: "dropped", why: "the target's fit" }],
    ]);
    expect(summary).toContain("For a: seed dropped (the target has refused it).");
  });

  it("says nothing where nothing would be", async () => {
    await using pair = await startPair();
    expect((await pair.router.explain(call)).targets[0]).not.toHaveProperty("fitted");
  });
});
