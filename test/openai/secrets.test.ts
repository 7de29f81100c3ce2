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
