import { APIConnectionError } from "openai";
import { describe, expect, it } from "vitest";
import {
  AllTargetsFailedError,
  AllTargetsOutError,
  InvalidResponseError,
  RouterClosedError,
  RouterTimeoutError,
} from "../../src/errors.ts";
import { routerErrorResponse } from "../../src/respond/router-error-response.ts";

function give(error: Error, final = true): Response {
  return routerErrorResponse(error, new Headers(), final);
}

describe("an error of the router as an answer", () => {
  it.each<readonly [Error, number, string]>([
    [new AllTargetsOutError("x", {}), 503, "all_targets_out"],
    [new AllTargetsFailedError("x", { status: 529 }), 529, "all_targets_failed"],
    [new AllTargetsFailedError("x", { status: 200 }), 503, "all_targets_failed"],
    [new AllTargetsFailedError("x", {}), 503, "all_targets_failed"],
    [new RouterTimeoutError("x", "deadline_exceeded", {}), 504, "deadline_exceeded"],
    [new RouterTimeoutError("x", "attempt_timeout", {}), 504, "attempt_timeout"],
    [new InvalidResponseError("x", {}), 502, "invalid_response"],
    [new RouterClosedError("x"), 503, "router_closed"],
    [new APIConnectionError({ message: "x" }), 502, "connection_error"],
  ])("%s has the status %i and the code %s", async (error, status, code) => {
    const response = give(error);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { message: error.message, type: "router_error", param: null, code },
    });
  });

  it("says when to come back, in whole seconds", () => {
    expect(give(new AllTargetsOutError("x", { retryAfterMs: 1_200 })).headers.get("retry-after")).toBe("2");
  });

  it("does not say when to come back where nobody knows", () => {
    expect(give(new AllTargetsOutError("x", {})).headers.has("retry-after")).toBe(false);
  });

  it("tells the client not to try again where the router has", () => {
    expect(give(new RouterClosedError("x")).headers.get("x-should-retry")).toBe("false");
  });

  it("leaves it to the client where the router stands aside", () => {
    expect(give(new RouterClosedError("x"), false).headers.has("x-should-retry")).toBe(false);
  });
});
