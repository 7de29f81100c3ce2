import { describe, expect, it } from "vitest";
import { kindOfRefusal } from "../../src/openai/refusals.ts";

const error = (fields: object): string => JSON.stringify({ error: fields });

describe("what a status means", () => {
  it.each([
    [400, "bad_request"],
    [401, "credentials_refused"],
    [402, "quota_exhausted"],
    [403, "credentials_refused"],
    [404, "model_not_found"],
    [405, "bad_request"],
    [408, "server_error"],
    [409, "server_error"],
    [413, "context_length"],
    [422, "bad_request"],
    [425, "server_error"],
    [429, "rate_limited"],
    [500, "server_error"],
    [503, "server_error"],
    [529, "server_error"],
  ])("by itself: %i is %s", (status, kind) => {
    expect(kindOfRefusal(status, "")).toBe(kind);
  });
});

describe("what a provider says", () => {
  it.each<readonly [number, object, string]>([
    [429, { code: "insufficient_quota" }, "quota_exhausted"],
    [429, { type: "insufficient_quota" }, "quota_exhausted"],
    [429, { message: "You exceeded your current quota, please check your plan" }, "quota_exhausted"],
    [429, { code: "insufficient_user_quota" }, "quota_exhausted"],
    [429, { message: "Rate limit reached for requests" }, "rate_limited"],
    [403, { message: "Insufficient Balance" }, "quota_exhausted"],
    [403, { code: "billing_not_active" }, "quota_exhausted"],
    [403, { message: "insufficient credits" }, "quota_exhausted"],
    [403, { message: "Your request was flagged by moderation" }, "content_filter"],
    [400, { code: "billing_hard_limit_reached" }, "quota_exhausted"],
    [400, { code: "context_length_exceeded" }, "context_length"],
    [400, { message: "This model's maximum context length is 8192 tokens." }, "context_length"],
    [400, { message: "prompt is too long: 200001 tokens > 200000 maximum" }, "context_length"],
    [400, { code: "content_filter" }, "content_filter"],
    [400, { code: "content_policy_violation" }, "content_filter"],
    [400, { innererror: { code: "ResponsibleAIPolicyViolation" } }, "content_filter"],
    [400, { message: "Invalid value for temperature" }, "bad_request"],
    [404, { message: "The model does not exist" }, "model_not_found"],
    [404, { message: "Previous response with id 'resp_1' not found." }, "bad_request"],
    [404, { message: "Conversation with id 'conv_1' not found." }, "bad_request"],
    [500, { code: "insufficient_quota" }, "server_error"],
  ])("with %i: %j is %s", (status, fields, kind) => {
    expect(kindOfRefusal(status, error(fields))).toBe(kind);
  });

  it("is looked for only at the beginning of a long body", () => {
    expect(kindOfRefusal(429, `${"x".repeat(5_000)}insufficient_quota`)).toBe("rate_limited");
  });
});
