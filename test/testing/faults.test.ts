import { InternalServerError } from "openai";
import { describe, expect, it } from "vitest";
import { errorBody } from "../../src/testing/error-body.ts";
import { faults } from "../../src/testing/faults.ts";
import { startProvider } from "../../src/testing/start-provider.ts";
import type { Step } from "../../src/testing/step.ts";
import { clientOf, messages } from "./clients.ts";
import { carry, contentsIn, dataIn, post } from "./on-the-wire.ts";

const reply = "one two three four";

/** What the wire carries for a stream request that meets a fault. */
async function streamed(fault: Step): ReturnType<typeof carry> {
  await using provider = await startProvider({ script: [fault], models: { m: { reply } } });
  return await carry(provider, { stream: true });
}

describe("statuses", () => {
  it.each([400, 401, 402, 403, 404, 408, 409, 413, 422, 425, 429, 500, 502, 503, 504, 529])(
    "sends %i with an error in OpenAI's form",
    async (status) => {
      await using provider = await startProvider(status);
      const response = await post(provider, {});
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual(errorBody(status));
    },
  );

  it.each([
    ["insufficientQuota", faults.insufficientQuota, { status: 429, code: "insufficient_quota" }],
    ["paymentRequired", faults.paymentRequired, { status: 402, code: "insufficient_balance" }],
    ["unauthorized", faults.unauthorized, { status: 401, code: "invalid_api_key" }],
    ["forbidden", faults.forbidden, { status: 403, code: "permission_denied" }],
    ["modelNotFound", faults.modelNotFound, { status: 404, code: "model_not_found" }],
    ["contextLengthExceeded", faults.contextLengthExceeded, { status: 400, code: "context_length_exceeded" }],
    ["requestTooLarge", faults.requestTooLarge, { status: 413, code: "request_too_large" }],
    ["contentFilter", faults.contentFilter, { status: 400, code: "content_filter" }],
    ["badRequest", faults.badRequest, { status: 400, code: null }],
  ])("makes the openai client throw for %s", async (_, fault, error) => {
    await using provider = await startProvider(fault);
    const call = clientOf(provider).chat.completions.create({ model: "m", messages });
    await expect(call).rejects.toMatchObject({ ...error, requestID: "req_000001" });
  });

  it.each([
    ["seconds", { retryAfterS: 2 }, { "retry-after": "2" }],
    ["milliseconds", { retryAfterMs: 1500 }, { "retry-after-ms": "1500" }],
    ["a date", { retryAfterDate: new Date(0) }, { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }],
  ])("says in %s when to come back", async (_, options, headers) => {
    await using provider = await startProvider(faults.rateLimited(options));
    const response = await post(provider, {});
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
  });

  it("leaves open when to come back", async () => {
    await using provider = await startProvider(faults.rateLimited());
    const { headers } = await post(provider, {});
    expect([headers.has("retry-after"), headers.has("retry-after-ms")]).toEqual([false, false]);
  });

  it("repeats the caller's key in the body and in a header", async () => {
    await using provider = await startProvider(faults.keyEcho);
    const response = await post(provider, {}, { headers: { authorization: "Bearer sk-secret" } });
    expect(response.headers.get("x-received-authorization")).toBe("Bearer sk-secret");
    expect(await response.text()).toContain("sk-secret");
  });
});

describe("connections", () => {
  it("resets one before any answer", async () => {
    await using provider = await startProvider(faults.reset);
    expect(await carry(provider, {})).toEqual({ head: "", body: "", code: "ECONNRESET" });
  });

  it("closes one before any answer", async () => {
    await using provider = await startProvider(faults.close);
    expect(await carry(provider, {})).toEqual({ head: "", body: "", code: undefined });
  });

  it("resets one after the headers", async () => {
    await using provider = await startProvider(faults.resetAfterHeaders);
    const { head, body, code } = await carry(provider, {});
    expect([head.split("\r\n")[0], body, code]).toEqual(["HTTP/1.1 200 OK", "", "ECONNRESET"]);
  });

  it("resets one in the middle of the body", async () => {
    await using provider = await startProvider(faults.resetMidBody);
    const { body, code } = await carry(provider, {});
    expect(code).toBe("ECONNRESET");
    expect(body).toMatch(/^\{"id":"chatcmpl-1".*[^}]$/);
  });

  it.each([
    ["nothing", faults.hang],
    ["the headers", faults.hangAfterHeaders],
    ["half of the body", faults.hangMidBody],
  ])("keeps one open after %s until the caller goes", async (_, fault) => {
    await using provider = await startProvider(fault);
    const controller = new AbortController();
    const reading = post(provider, {}, { signal: controller.signal }).then((response) => response.text());
    await provider.received(1);
    controller.abort();
    await expect(reading).rejects.toThrow(/aborted/);
    await provider.idle();
    expect(provider.requests[0]?.aborted).toBe(true);
  });
});

describe("bodies that are no answer", () => {
  it.each([
    ["emptyBody", faults.emptyBody, ""],
    ["html", faults.html, /^<!doctype html>/],
    ["notJson", faults.notJson, /^upstream/],
    ["errorIn200", faults.errorIn200, /^\{"error":/],
  ])("sends %s with status 200, whole and to a stream request", async (_, fault, text) => {
    await using provider = await startProvider(fault, fault);
    for (const stream of [false, true]) {
      const response = await post(provider, { stream });
      expect(response.status).toBe(200);
      expect(await response.text()).toMatch(text);
    }
  });

  it("announces more than it sends", async () => {
    await using provider = await startProvider(faults.cutBody());
    const { head, body, code } = await carry(provider, {});
    const announced = Number(/content-length: (\d+)/.exec(head)?.[1]);
    expect([code, body.length]).toEqual([undefined, Math.floor(announced / 2)]);
  });

  it("cuts a body in chunks before the last chunk", async () => {
    await using provider = await startProvider(faults.cutBody({ chunked: true }));
    const { head, body } = await carry(provider, {});
    expect(head).toContain("transfer-encoding: chunked");
    expect(body).not.toMatch(/0\r\n\r\n$/);
  });

  it("ends half a body as though it were whole", async () => {
    await using provider = await startProvider(faults.cutBody({ how: "end" }));
    const text = await (await post(provider, {})).text();
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });
});

describe("streams", () => {
  it("sends role, content, finish and [DONE] when nothing is wrong", async () => {
    const { body } = await streamed(200);
    expect(contentsIn(body)).toEqual(["one", " two", " three", " four"]);
    expect(dataIn(body)).toHaveLength(7);
    expect(dataIn(body).at(-1)).toBe("[DONE]");
  });

  it("sends an empty one", async () => {
    const { head, body } = await streamed(faults.emptyStream);
    expect(head).toContain("content-type: text/event-stream");
    expect(dataIn(body)).toEqual([]);
  });

  it("sends a lone [DONE]", async () => {
    expect(dataIn((await streamed(faults.loneDone)).body)).toEqual(["[DONE]"]);
  });

  it("ends one after the role", async () => {
    const { body, code } = await streamed(faults.roleOnly);
    expect(code).toBeUndefined();
    expect(dataIn(body)).toEqual([expect.stringContaining('"role":"assistant"')]);
  });

  it("sends keep-alives and nothing else until the caller goes", async () => {
    await using provider = await startProvider(faults.keepAlivesOnly({ everyMs: 1 }));
    const reader = (await post(provider, { stream: true })).body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (text.length < 40) text += (await reader.read()).value;
    await reader.cancel();
    await provider.idle();
    expect(text.replaceAll(": keep-alive\n\n", "")).toBe("");
  });

  it.each([0, 2])("resets one after %i chunks", async (afterChunks) => {
    const { body, code } = await streamed(faults.cutStream({ afterChunks }));
    expect(code).toBe("ECONNRESET");
    expect(contentsIn(body)).toEqual(["one", " two"].slice(0, afterChunks));
  });

  it("closes one without an end", async () => {
    const { body, code } = await streamed(faults.cutStream({ afterChunks: 1, how: "close" }));
    expect(code).toBeUndefined();
    expect(body).not.toMatch(/0\r\n\r\n$/);
  });

  it("ends one without a finish_reason and without [DONE]", async () => {
    const { body } = await streamed(faults.endStream({ afterChunks: 3 }));
    expect(contentsIn(body)).toEqual(["one", " two", " three"]);
    expect(body).toMatch(/0\r\n\r\n$/);
    expect(body).not.toContain('"finish_reason":"');
  });

  it.each([0, 2])("stalls one after %i chunks until the caller goes", async (afterChunks) => {
    await using provider = await startProvider({
      script: [faults.stallStream({ afterChunks })],
      models: { m: { reply } },
    });
    const reader = (await post(provider, { stream: true })).body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (dataIn(text).length < afterChunks + 1) text += (await reader.read()).value;
    await reader.cancel();
    await provider.idle();
    expect(contentsIn(text)).toHaveLength(afterChunks);
    expect(provider.requests[0]?.aborted).toBe(true);
  });

  it.each([0, 2])("tells of an error after %i chunks", async (afterChunks) => {
    const { body } = await streamed(faults.errorEvent({ afterChunks, code: "overloaded" }));
    expect(contentsIn(body)).toHaveLength(afterChunks);
    expect(JSON.parse(dataIn(body).at(-1)!)).toMatchObject({ error: { type: "server_error", code: "overloaded" } });
  });

  it("slips an event that is not JSON among the others", async () => {
    const { body } = await streamed(faults.garbageEvent({ afterChunks: 2 }));
    expect(dataIn(body)[3]).toBe("{oops");
    expect(contentsIn(body)).toHaveLength(4);
  });

  it("leaves [DONE] out", async () => {
    const { body } = await streamed(faults.missingDone);
    expect(body).toContain('"finish_reason":"stop"');
    expect(body).not.toContain("[DONE]");
  });

  it("leaves finish_reason out", async () => {
    const { body } = await streamed(faults.missingFinish);
    expect(dataIn(body).at(-1)).toBe("[DONE]");
    expect(body).not.toContain('"finish_reason":"');
  });

  it.each([
    ["CRLF line ends", faults.crlf],
    ["writes of one byte", faults.splitWrites()],
    ["writes of seven bytes", faults.splitWrites({ bytes: 7 })],
    ["one write", faults.oneWrite],
  ])("gives the openai client the whole text in %s", async (_, fault) => {
    await using provider = await startProvider({ script: [fault], models: { m: { reply: "schön 🙂 日本" } } });
    const content = await clientOf(provider).chat.completions.stream({ model: "m", messages }).finalContent();
    expect(content).toBe("schön 🙂 日本");
  });

  it("frames each byte by itself with writes of one byte", async () => {
    const { body } = await streamed(faults.splitWrites());
    expect(body).toMatch(/^(?:1\r\n[^]\r\n)+0\r\n\r\n$/);
  });

  it("frames each event by itself when nothing is said of writes", async () => {
    const { body } = await streamed(200);
    expect(body.match(/^[0-9a-f]+\r\ndata: .*\n\n\r\n/gm)).toHaveLength(7);
  });

  it("uses CRLF throughout", async () => {
    await using provider = await startProvider(faults.crlf);
    const text = await (await post(provider, { stream: true })).text();
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });
});

describe("catalogue", () => {
  it("can be spread and changed", async () => {
    await using provider = await startProvider({ ...faults.html, status: 503 });
    const call = clientOf(provider).chat.completions.create({ model: "m", messages });
    await expect(call).rejects.toThrow(InternalServerError);
  });
});
