import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/index.ts";
import { addsUsage, bodyFor } from "../../src/openai/target-body.ts";

const body = { model: "auto", messages: [], seed: 7 };

function input(rest: Partial<Parameters<typeof bodyFor>[0]> = {}): Parameters<typeof bodyFor>[0] {
  return { endpoint: "chat", body, stream: false, wantsUsage: true, ...rest };
}

describe("the body for a target", () => {
  it("has its model", () => {
    expect(bodyFor(input(), { model: "m", params: undefined })).toEqual({ ...body, model: "m" });
  });

  it("has its parameters below the caller's own", () => {
    const params = { seed: 1, top_p: 0.5, model: "ignored" };
    expect(bodyFor(input(), { model: "m", params })).toEqual({ ...body, model: "m", top_p: 0.5 });
  });

  it("is the caller's own where nothing changes", () => {
    expect(bodyFor(input(), { model: "auto", params: undefined })).toBe(body);
  });

  it("leaves the caller's body as it was", () => {
    const frozen = Object.freeze({ ...body });
    bodyFor(input({ body: frozen, stream: true }), { model: "m", params: { top_p: 1 } });
    expect(frozen).toEqual(body);
  });

  it("asks a stream for its usage", () => {
    expect(bodyFor(input({ stream: true }), { model: "m", params: undefined })).toEqual({
      ...body,
      model: "m",
      stream_options: { include_usage: true },
    });
  });

  it("keeps the stream options of the caller", () => {
    const given = { ...body, stream_options: { include_obfuscation: false } };
    expect(bodyFor(input({ body: given, stream: true }), { model: "m", params: undefined })["stream_options"]).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
  });
});

describe("whether a stream's usage is asked for", () => {
  it.each<readonly [Endpoint, boolean]>([
    ["chat", true],
    ["completions", true],
    ["responses", false],
    ["embeddings", false],
  ])("by endpoint %s: %s", (endpoint, asks) => {
    expect(addsUsage(input({ endpoint, stream: true }))).toBe(asks);
  });

  it.each([true, false])("is not where the caller said include_usage: %s", (include_usage) => {
    const given = { ...body, stream_options: { include_usage } };
    expect(addsUsage(input({ body: given, stream: true }))).toBe(false);
  });

  it("is not where nothing streams", () => {
    expect(addsUsage(input())).toBe(false);
  });

  it("is not where the router does not want it", () => {
    expect(addsUsage(input({ stream: true, wantsUsage: false }))).toBe(false);
  });

  it("is where stream options are null", () => {
    expect(addsUsage(input({ body: { ...body, stream_options: null }, stream: true }))).toBe(true);
  });
});
