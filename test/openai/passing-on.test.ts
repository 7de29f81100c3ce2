import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { passedFromFetch, passedToOther, passedToOwn } from "../../src/openai/passing-on.ts";
import { Secrets } from "../../src/openai/secrets.ts";

const secrets = new Secrets([new OpenAI({ apiKey: "sk-one-key" })]);

function passedOn(headers: Record<string, string | null>): Parameters<typeof passedToOwn>[0] {
  return { headers: new Map(Object.entries(headers)), query: undefined, fetchOptions: undefined };
}

const credentials = [
  "authorization",
  "api-key",
  "x-api-key",
  "x-goog-api-key",
  "cookie",
  "openai-organization",
  "openai-organisation",
  "openai-project",
  "x-auth-token",
  "x-amz-security-token",
  "x-signature",
  "x-client-secret",
  "proxy-authorization",
  "x-account-id",
  "x-password",
  "x-session-id",
  "host",
];

describe("what goes to another client's target", () => {
  it.each(credentials)("is not %s", (name) => {
    expect(passedToOther(passedOn({ [name]: "x", "x-trace": "t" }), secrets)).toEqual({ "x-trace": "t" });
  });

  it("is nothing that holds a known key, whatever its name", () => {
    expect(passedToOther(passedOn({ "x-innocent": "with sk-one-key in it" }), secrets)).toEqual({});
  });

  it("is no null: what is taken away here may be needed there", () => {
    expect(passedToOther(passedOn({ "x-default": null }), secrets)).toEqual({});
  });

  it.each(["traceparent", "x-request-priority", "x-ghost", "hostname"])("is %s", (name) => {
    expect(passedToOther(passedOn({ [name]: "x" }), secrets)).toEqual({ [name]: "x" });
  });
});

it("passes everything to another target of the same client", () => {
  const headers = { authorization: "Bearer x", "x-trace": "t", "x-default": null };
  expect(passedToOwn(passedOn(headers))).toEqual(headers);
});

it.each(["traceparent", "tracestate", "baggage", "x-request-id", "X-Client-Request-Id"])(
  "passes %s on from fetch level",
  (name) => {
    const headers = new Headers({ [name]: "1", authorization: "Bearer x", "x-custom": "c", accept: "*/*" });
    expect([...passedFromFetch(headers).keys()]).toEqual([name.toLowerCase()]);
  },
);
