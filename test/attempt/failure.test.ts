import { describe, expect, it } from "vitest";
import { AttemptFailure, verdicts } from "../../src/attempt/failure.ts";

describe("the failure table", () => {
  it("retries what may pass by itself, and nothing else", () => {
    const retried = Object.entries(verdicts).filter(([, { retry }]) => retry);
    expect(retried.map(([kind]) => kind)).toEqual(["connection", "server_error", "invalid_response"]);
  });

  it("counts against a target what only the target can have done", () => {
    const counted = Object.entries(verdicts).filter(([, { breaker }]) => breaker === "failure");
    expect(counted.map(([kind]) => kind).toSorted()).toEqual([
      "connection",
      "invalid_response",
      "server_error",
      "stream_interrupted",
      "timeout",
    ]);
  });

  it("never rests what it counts", () => {
    const both = Object.values(verdicts).filter(({ breaker, rests }) => breaker === "failure" && rests !== undefined);
    expect(both).toEqual([]);
  });
});

describe("a failure", () => {
  it("has the status of the provider's answer", () => {
    const refusal = { response: new Response("{}", { status: 418 }), text: "{}" };
    expect(new AttemptFailure("bad_request", "no", { refusal }).status).toBe(418);
  });

  it("has no status where no answer came", () => {
    expect(new AttemptFailure("connection", "no").status).toBeUndefined();
  });

  it("has a cause only where there is one", () => {
    expect([
      "cause" in new AttemptFailure("connection", "no"),
      new AttemptFailure("connection", "no", { cause: 5 }).cause,
    ]).toEqual([false, 5]);
  });
});
