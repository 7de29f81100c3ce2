import { describe, expect, it } from "vitest";
import { refused } from "../../src/respond/refused.ts";

const redact = (text: string): string => text.replaceAll("sk-key", "[redacted]");

function give(
  options: { status?: number; text?: string; headers?: Record<string, string>; final?: boolean } = {},
): Response {
  const { status = 400, text = "{}", headers = {}, final = true } = options;
  const response = new Response(text, { status, headers });
  return refused({ response, text }, { headers: new Headers(response.headers), final, redact });
}

describe("a provider's refusal", () => {
  it("keeps its status, body and headers", async () => {
    const given = give({ status: 422, text: '{"error":{"message":"no"}}', headers: { "x-request-id": "r1" } });
    expect([given.status, given.headers.get("x-request-id"), await given.text()]).toEqual([
      422,
      "r1",
      '{"error":{"message":"no"}}',
    ]);
  });

  it("has no content type where the provider has sent none", () => {
    const given = refused(
      { response: new Response(null, { status: 400 }), text: "no" },
      { headers: new Headers(), final: true, redact },
    );
    expect(given.headers.has("content-type")).toBe(false);
  });

  it("is passed on without a body where its status allows none", async () => {
    const given = refused(
      { response: new Response(null, { status: 304 }), text: "" },
      { headers: new Headers(), final: true, redact },
    );
    expect([given.status, given.body]).toEqual([304, null]);
  });

  it("has keys blacked out in its body", async () => {
    expect(await give({ text: "bad sk-key!" }).text()).toBe("bad [redacted]!");
  });

  it("has keys blacked out in its headers", () => {
    expect(give({ headers: { "x-received": "Bearer sk-key" } }).headers.get("x-received")).toBe("Bearer [redacted]");
  });

  it("tells the client not to try again where the router has", () => {
    expect(give({ headers: { "x-should-retry": "true" } }).headers.get("x-should-retry")).toBe("false");
  });

  it("leaves it to the client whether to try again where the router stands aside", () => {
    expect(give({ final: false }).headers.has("x-should-retry")).toBe(false);
  });
});
