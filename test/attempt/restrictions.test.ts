import { describe, expect, it } from "vitest";
import { AttemptFailure } from "../../src/attempt/failure.ts";
import { Restrictions } from "../../src/attempt/restrictions.ts";
import type { ResolvedTarget } from "../../src/config/resolved.ts";
import type { FailureKind } from "../../src/index.ts";

function targetOf(id: string, rest: Partial<ResolvedTarget> = {}): ResolvedTarget {
  return { id, model: id, client: "default", contextWindow: undefined, ...rest } as ResolvedTarget;
}

function after(
  kind: FailureKind,
  target: ResolvedTarget,
  options: { promptTokens?: number; filter?: boolean } = {},
): Restrictions {
  const restrictions = new Restrictions({
    fallbackOnContentFilter: options.filter ?? false,
    promptTokens: () => options.promptTokens ?? 1_000,
  });
  restrictions.add(target, new AttemptFailure(kind, "no"));
  return restrictions;
}

describe("a failure that any other target may mend", () => {
  it.each(["connection", "server_error", "invalid_response", "timeout", "rate_limited", "model_not_found"] as const)(
    "is %s",
    (kind) => {
      const restrictions = after(kind, targetOf("a"));
      expect([restrictions.over, restrictions.allow(targetOf("b"))]).toEqual([false, true]);
    },
  );
});

describe("a failure that nobody can mend", () => {
  it.each(["bad_request", "content_filter", "aborted", "stream_interrupted"] as const)("is %s", (kind) => {
    expect(after(kind, targetOf("a")).over).toBe(true);
  });

  it("is no content filter where other targets may be asked", () => {
    expect(after("content_filter", targetOf("a"), { filter: true }).over).toBe(false);
  });

  it("is a bad request even there", () => {
    expect(after("bad_request", targetOf("a"), { filter: true }).over).toBe(true);
  });
});

describe("a failure of a key", () => {
  it.each(["credentials_refused", "quota_exhausted"] as const)("rules other targets of its client out: %s", (kind) => {
    const restrictions = after(kind, targetOf("a"));
    expect([restrictions.allow(targetOf("b")), restrictions.allow(targetOf("c", { client: "pro" }))]).toEqual([
      false,
      true,
    ]);
  });
});

describe("a prompt that is too long", () => {
  const a = targetOf("a", { contextWindow: 8_000 });

  it.each([
    [4_000, false],
    [8_000, false],
    [8_001, true],
    [undefined, false],
  ])("leaves a target with a window of %s: %s", (contextWindow, allowed) => {
    expect(after("context_length", a).allow(targetOf("b", { contextWindow }))).toBe(allowed);
  });

  it("for an undeclared window leaves windows larger than the prompt", () => {
    const restrictions = after("context_length", targetOf("a"), { promptTokens: 5_000 });
    const allowed = [5_000, 5_001].map((contextWindow) => restrictions.allow(targetOf("b", { contextWindow })));
    expect(allowed).toEqual([false, true]);
  });

  it("keeps the largest window that was too small", () => {
    const restrictions = after("context_length", a);
    restrictions.add(targetOf("b", { contextWindow: 4_000 }), new AttemptFailure("context_length", "no"));
    expect(restrictions.allow(targetOf("c", { contextWindow: 6_000 }))).toBe(false);
  });

  it("is not over: a larger window may come", () => {
    expect(after("context_length", a).over).toBe(false);
  });
});
