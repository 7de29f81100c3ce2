import * as z from "zod";
import { describe, expect, it } from "vitest";
import {
  acceptSchema,
  AnswerNotAcceptedError,
  ModelRouter,
  type AcceptOption,
  type CheckedAnswer,
  type Hints,
} from "../../src/index.ts";
import { faults, type Behaviour, type Step } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, hear, startPair, startSingle, textOf, type Pair } from "./setup.ts";

const isB: AcceptOption = ({ text }) => text.includes("b,") || "it is not from b";

const no = (): string => "the router's";
const tierNo = (): string => "the tier's";
const faulty = (): never => {
  throw new TypeError("n is not a function");
};
const never = (): Promise<boolean> => new Promise(() => undefined);

/** A pair whose first target says nothing good. */
function startBad(accept: AcceptOption, a: Behaviour = { reply: "Hm." }): Promise<Pair> {
  return startPair({ a: { models: { a } }, b: { models: { b: { reply: '{"n":1}' } } }, router: { accept } });
}

describe("an answer that is not accepted", () => {
  it("falls back to the next target", async () => {
    await using pair = await startBad("json");
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toBe('{"n":1}');
  });

  it("is not asked for again at the same target", async () => {
    await using pair = await startBad("json");
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 1]);
  });

  it("is recorded with its reason, its usage and its cost", async () => {
    await using pair = await startBad("json");
    pair.router.update({ prices: { a: 1, b: 1 } });
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    const [first, second] = record.attempts;
    expect(first).toMatchObject({
      target: "a",
      status: 200,
      failure: "not_accepted",
      detail: "not accepted by json: the text is not JSON",
      usage: { completionTokens: expect.any(Number) },
    });
    expect(record.costUsd).toBeCloseTo((first?.costUsd ?? NaN) + (second?.costUsd ?? NaN), 12);
  });

  it("has its usage estimated when its provider tells none", async () => {
    await using pair = await startBad("json", { reply: "Hm.", usage: false });
    const { attempts } = pair.router.recordOf(await pair.router.chat.completions.create(call));
    expect(attempts[0]?.usage).toMatchObject({ completionTokens: 1, estimated: true });
  });

  it("tells its reason when the next target takes over", async () => {
    await using pair = await startBad("json");
    await pair.router.chat.completions.create(call);
    expect(pair.events.of("fallback:start")).toMatchObject([
      { from: "a", to: "b", failure: "not_accepted", detail: "not accepted by json: the text is not JSON" },
    ]);
  });

  it("says nothing against its target", async () => {
    await using pair = await startPair({ router: { accept: isB, breaker: { failureThreshold: 1, errorRate: 0 } } });
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["a"]).toMatchObject({ breaker: "closed" });
  });

  it("has keys blacked out of its reason", async () => {
    await using pair = await startPair({
      router: { accept: ({ text }) => text.includes("b,") || "sk-key-of-a leaked" },
    });
    const { attempts } = pair.router.recordOf(await pair.router.chat.completions.create(call));
    expect(attempts[0]?.detail).toBe("not accepted by accept: [redacted] leaked");
    expect(pair.events.of("fallback:start")[0]?.detail).toBe("not accepted by accept: [redacted] leaked");
  });
});

describe("an answer that is accepted", () => {
  it("is the very object that the checks have seen", async () => {
    let seen: unknown;
    await using single = await startSingle({
      router: {
        accept: ({ body }) => {
          seen = body;
          return true;
        },
      },
    });
    expect(await single.router.chat.completions.create(call)).toBe(seen);
  });

  it("has its text parsed once for all checks", async () => {
    const parsed: unknown[] = [];
    const keep = (answer: CheckedAnswer): boolean => parsed.push(answer.json()) > 0;
    await using single = await startSingle({
      a: { models: { a: { reply: '{"n":1}' } } },
      router: { accept: [keep, keep] },
    });
    await single.router.chat.completions.create(call);
    expect(parsed[0]).toBe(parsed[1]);
  });
});

describe("checks", () => {
  it.each<[string, AcceptOption]>([
    ["return false", () => false],
    ["give a promise of false", async () => false],
    ["return a reason", () => "no"],
    ["return nothing", (() => undefined) as never],
    ["throw", () => JSON.parse("{")],
    ["reject", () => Promise.reject(new Error("no"))],
    ["come behind one that accepts", [() => true, () => "no"]],
    ["are the schema of zod", acceptSchema(z.object({ n: z.string() }))],
  ])("that %s do not accept", async (_, accept) => {
    await using single = await startSingle({ a: { models: { a: { reply: '{"n":1}' } } }, router: { accept } });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "not_accepted" });
  });

  it.each<[string, AcceptOption]>([
    ["return true", () => true],
    ["give a promise of true", async () => true],
    ["are none", []],
    ["are off", false],
    ["are the schema of zod", acceptSchema(z.object({ n: z.number() }))],
  ])("that %s accept", async (_, accept) => {
    await using single = await startSingle({ a: { models: { a: { reply: '{"n":1}' } } }, router: { accept } });
    await expect(single.router.chat.completions.create(call)).resolves.toBeDefined();
  });

  it("say what they threw", async () => {
    await using single = await startSingle({ router: { accept: faulty } });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error.message).toBe(
      'No answer of tier "main" was accepted: a: not accepted by faulty: it threw TypeError: n is not a function.',
    );
  });

  it("look at every choice", async () => {
    const seen: string[] = [];
    const choices = ["x", "y"].map((content, index) => ({ index, message: { content }, finish_reason: "stop" }));
    await using single = await startSingle({
      a: [{ body: { choices } }],
      router: { accept: ({ text }) => seen.push(text) > 0 },
    });
    await single.router.chat.completions.create({ ...call, n: 2 });
    expect(seen).toEqual(["x", "y"]);
  });

  it("look at Responses", async () => {
    await using pair = await startPair({ router: { accept: isB } });
    const response = await pair.router.responses.create({ model: "main", input: "Hi?" });
    expect(response.output_text).toContain("b,");
  });

  it("look at completions", async () => {
    await using pair = await startPair({ router: { accept: isB } });
    const completion = await pair.router.completions.create({ model: "main", prompt: "Hi?" });
    expect(completion.choices[0]?.text).toContain("b,");
  });

  it("leave embeddings alone", async () => {
    await using single = await startSingle({ router: { accept: () => false } });
    await expect(single.router.embeddings.create({ model: "main", input: "x" })).resolves.toBeDefined();
  });

  it("look at answers of a single target whose retries are the client's", async () => {
    await using single = await startSingle({ router: { accept: () => false, retry: false } });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect([error.name, single.a.hits()]).toEqual(["AnswerNotAcceptedError", 1]);
  });
});

async function reasonFor(hints: Hints, options: object = {}): Promise<string | undefined> {
  await using single = await startSingle({ router: { accept: no, ...options } });
  const error = await errorOf(single.router.with(hints).chat.completions.create(call)).catch(() => undefined);
  return error?.message;
}

describe("what holds for a call", () => {
  it("is the router's accept", async () => {
    expect(await reasonFor({})).toContain("not accepted by no: the router's");
  });

  it("is the tier's before it", async () => {
    expect(await reasonFor({}, { tiers: { main: { targets: ["a"], accept: tierNo } } })).toContain("the tier's");
  });

  it("is the view's before both", async () => {
    expect(await reasonFor({ accept: () => "the call's" })).toContain("the call's");
  });

  it("is nothing when the view switches it off", async () => {
    expect(await reasonFor({ accept: false })).toBeUndefined();
  });

  it("is nothing when the tier switches it off", async () => {
    expect(await reasonFor({}, { tiers: { main: { targets: ["a"], accept: false } } })).toBeUndefined();
  });

  it("is the router's for a call that names a target", async () => {
    await using single = await startSingle({ router: { accept: no } });
    const error = await errorOf(single.router.chat.completions.create({ ...call, model: "a" }));
    expect(error).toMatchObject({ code: "not_accepted" });
  });

  it("is what a header names", async () => {
    await using single = await startSingle();
    const headers = { "x-router-accept": "notEmpty, json" };
    const error = await errorOf(single.router.chat.completions.create(call, { headers }));
    expect(error).toMatchObject({ code: "not_accepted" });
  });

  it("can be changed in a running router", async () => {
    await using single = await startSingle();
    single.router.update({ accept: "json" });
    expect(await errorOf(single.router.chat.completions.create(call))).toMatchObject({ code: "not_accepted" });
  });

  it("is explained", async () => {
    await using single = await startSingle({ router: { accept: ["json", no] } });
    const { accept, summary } = await single.router.explain(call);
    expect(accept).toEqual(["json", "no"]);
    expect(summary).toContain("An answer is given out when it passes json, no.");
  });

  it("can be written down as data", async () => {
    await using single = await startSingle();
    await using router = ModelRouter.fromConfig(
      { client: "own", tiers: { main: { targets: ["a"], accept: ["json", "notEmpty"] } } },
      { clients: { own: clientOf(single.a) } },
    );
    expect(await errorOf(router.chat.completions.create(call))).toMatchObject({ code: "not_accepted" });
  });
});

describe("the error when no answer was accepted", () => {
  it("is typed, and carries what was tried and the last answer", async () => {
    await using pair = await startPair({ router: { accept: "json" } });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(AnswerNotAcceptedError);
    expect(error).toMatchObject({
      code: "not_accepted",
      attempts: [{ failure: "not_accepted" }, { failure: "not_accepted" }],
      answer: { text: "This is b, played by the provider simulator." },
    });
  });

  it("comes also when the others failed otherwise", async () => {
    await using pair = await startPair({ b: [500, 500], router: { accept: () => false } });
    expect(await errorOf(pair.router.chat.completions.create(call))).toBeInstanceOf(AnswerNotAcceptedError);
  });

  it("does not show the answer where it is printed", async () => {
    await using single = await startSingle({ a: { models: { a: { reply: "a secret" } } }, router: { accept: "json" } });
    const error = await errorOf(single.router.chat.completions.create(call));
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("a secret");
  });

  it("is an answer with status 502 to who calls by fetch", async () => {
    await using single = await startSingle({ router: { accept: "json" } });
    const response = await single.router.fetch(`${single.a.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(call),
    });
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([502, "false"]);
    expect(await response.json()).toMatchObject({ error: { code: "not_accepted" } });
  });
});

describe("a check that takes its time", () => {
  it("is given up at the deadline, and its target is not to blame", async () => {
    await using single = await startSingle({
      router: { accept: never, deadlineMs: 1_000, breaker: { failureThreshold: 1, errorRate: 0 } },
    });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "deadline_exceeded", attempts: [{ failure: "not_accepted" }] });
    expect(single.router.health().targets["a"]?.breaker).toBe("closed");
  });

  it("is given up when the caller aborts", async () => {
    await using single = await startSingle({ router: { accept: never } });
    const controller = new AbortController();
    const pending = errorOf(single.router.chat.completions.create(call, { signal: controller.signal }));
    await single.a.received(1);
    await single.a.idle();
    controller.abort();
    expect((await pending).constructor.name).toBe("APIUserAbortError");
  });

  it("is given up when the router is closed", async () => {
    const single = await startSingle({ router: { accept: never } });
    const pending = errorOf(single.router.chat.completions.create(call));
    await single.a.received(1);
    await single.a.idle();
    await single[Symbol.asyncDispose]();
    expect(await pending).toMatchObject({ code: "router_closed" });
  });
});

describe("a stream that is to be accepted", () => {
  it("is handed over as it came once it is complete", async () => {
    await using bare = await startSingle();
    await using checked = await startSingle({ router: { accept: "notEmpty" } });
    const { chunks } = await hear(bare.router);
    const heard = await hear(checked.router);
    const created = heard.chunks[0]?.created ?? 0;
    expect(heard.chunks).toEqual(chunks.map((chunk) => Object.assign(chunk, { created })));
  });

  it("gives way to the next target with nothing given out", async () => {
    await using pair = await startPair({ router: { accept: isB } });
    const { text } = await hear(pair.router);
    expect(text).toBe("This is b, played by the provider simulator.");
  });

  it("works with the helpers of the client", async () => {
    await using pair = await startPair({ router: { accept: isB } });
    const stream = pair.router.chat.completions.stream(call);
    expect(textOf(await stream.finalChatCompletion())).toContain("b,");
  });

  it("is checked by what its events come to", async () => {
    const seen: CheckedAnswer[] = [];
    await using single = await startSingle({ router: { accept: (answer) => seen.push(answer) > 0 } });
    await hear(single.router);
    expect(seen).toMatchObject([
      { text: "This is a, played by the provider simulator.", finishReason: "stop", toolCalls: [], endpoint: "chat" },
    ]);
  });

  it("is checked with its tool calls", async () => {
    const seen: CheckedAnswer[] = [];
    const toolCalls = [{ name: "look", arguments: { at: "the sea" } }];
    await using single = await startSingle({
      a: { models: { a: { toolCalls } } },
      router: { accept: ["notEmpty", (answer) => seen.push(answer) > 0] },
    });
    await hear(single.router);
    expect(seen[0]?.toolCalls).toEqual([{ name: "look", arguments: '{"at":"the sea"}' }]);
  });

  it("of Responses is checked by what it completes to", async () => {
    await using pair = await startPair({ router: { accept: isB } });
    const stream = await pair.router.responses.create({ model: "main", input: "Hi?", stream: true });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect([types[0], types.at(-1), pair.b.hits()]).toEqual(["response.created", "response.completed", 1]);
  });

  it("of completions is checked", async () => {
    await using pair = await startPair({ router: { accept: isB } });
    const stream = await pair.router.completions.create({ model: "main", prompt: "Hi?", stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    expect(text).toContain("b,");
  });

  it.each<[string, Step, string]>([
    ["is reset", faults.cutStream({ afterChunks: 2 }), "invalid_response"],
    ["ends early", faults.endStream({ afterChunks: 2 }), "invalid_response"],
    ["tells an error", faults.errorEvent({ afterChunks: 2 }), "invalid_response"],
    ["stalls", faults.stallStream({ afterChunks: 2 }), "timeout"],
  ])("and %s in its middle is failed over", async (_, step, failure) => {
    await using pair = await startPair({
      a: [step, step],
      router: { accept: "notEmpty" },
      targets: { a: { timeouts: { idleMs: 200 } } },
    });
    const { text, error } = await hear(pair.router);
    expect([text, error]).toEqual(["This is b, played by the provider simulator.", undefined]);
    expect(pair.events.of("request:end")[0]?.record.attempts[0]).toMatchObject({ target: "a", failure });
  });

  it("leaves the next target its share of the deadline", async () => {
    await using pair = await startPair({
      a: [faults.stallStream({ afterChunks: 2 })],
      router: { accept: "notEmpty", deadlineMs: 3_000 },
    });
    const { text } = await hear(pair.router);
    expect(text).toBe("This is b, played by the provider simulator.");
  });
});
