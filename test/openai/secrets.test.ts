import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { Secrets } from "../../src/openai/secrets.ts";

const clientOf = (apiKey: string, options: object = {}): OpenAI => new OpenAI({ apiKey, ...options });

describe("redact()", () => {
  it("blacks out the keys of clients, wherever they stand", () => {
    const { redact } = new Secrets([clientOf("sk-one-key"), clientOf("sk-two-key")]);
    expect(redact("sk-one-key and sk-two-key and sk-one-key")).toBe("[redacted] and [redacted] and [redacted]");
  });

  it("leaves everything else as it is", () => {
    const { redact } = new Secrets([clientOf("sk-one-key")]);
    expect(redact("nothing of the kind")).toBe("nothing of the kind");
  });

  it("leaves words alone that are too short for keys", () => {
    const { redact } = new Secrets([clientOf("test")]);
    expect(redact("this is a test")).toBe("this is a test");
  });

  it("blacks out admin keys", () => {
    const { redact } = new Secrets([clientOf("sk-one-key", { adminAPIKey: "sk-admin-key" })]);
    expect(redact("sk-admin-key")).toBe("[redacted]");
  });

  it.each([
    ["authorization", "Bearer sk-sent-key"],
    ["authorization", "bearer sk-sent-key"],
    ["authorization", "sk-sent-key"],
    ["api-key", "sk-sent-key"],
    ["x-api-key", "sk-sent-key"],
    ["x-goog-api-key", "sk-sent-key"],
  ])("blacks out what was sent in %s: %s", (name, value) => {
    const secrets = new Secrets([]);
    secrets.saw({ [name]: value });
    expect(secrets.redact("got sk-sent-key.")).toBe("got [redacted].");
  });

  it("blacks out what looks like a credential by its name and length, and no ordinary word", () => {
    const secrets = new Secrets([]);
    secrets.saw({
      "ocp-apim-subscription-key": "0123456789abcdef",
      "x-max-tokens": "100000",
      "x-auth-mode": "standard",
    });
    expect(secrets.redact("0123456789abcdef at 100000, standard")).toBe("[redacted] at 100000, standard");
  });

  it.each([
    ["as JSON escapes it", String.raw`\u0073k\u002Done-k\u0065y`],
    ["as URLs escape it", "%73k%2Done-key"],
    ["in base64", btoa("sk-one-key")],
    ["in base64 behind something else", btoa("user:sk-one-key")],
    ["in base64 for URLs", btoa("?:sk-one-key").replaceAll("/", "_")],
  ])("blacks out a key %s", (_, text) => {
    const { redact } = new Secrets([clientOf("sk-one-key")]);
    expect(redact(`got ${text}.`)).toMatch(/^got [\w=]{0,8}\[redacted\][\w=]{0,4}\.$/);
  });

  it("blacks keys out of an error and its causes", () => {
    const cause = Object.assign(new Error("sk-one-key"), { data: "x: sk-one-key", code: 5 });
    const error = new Error("failed", { cause });
    cause.cause = error;
    new Secrets([clientOf("sk-one-key")]).clean(error);
    expect([cause.message, cause.data, cause.code]).toEqual(["[redacted]", "x: [redacted]", 5]);
  });

  it("knows keys that a client got after the secrets were made", () => {
    const client = clientOf("sk-old-key");
    const { redact } = new Secrets([client]);
    client.apiKey = "sk-new-key";
    expect(redact("sk-new-key")).toBe("[redacted]");
  });

  it("blacks out a whole key also when another key is the beginning of it", () => {
    const { redact } = new Secrets([clientOf("ga_1234567"), clientOf("ga_1234567_pro_secret")]);
    expect(redact("ga_1234567_pro_secret")).toBe("[redacted]");
  });
});
