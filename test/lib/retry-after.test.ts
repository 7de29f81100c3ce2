import { describe, expect, it } from "vitest";
import { retryAfterMsOf } from "../../src/lib/retry-after.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

function read(headers: Record<string, string>): number | undefined {
  return retryAfterMsOf(new Headers(headers), now);
}

describe("how long a response asks to be left alone", () => {
  it.each<readonly [Record<string, string>, number]>([
    [{ "retry-after": "2" }, 2_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": " 3 " }, 3_000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after-ms": "250" }, 250],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after-ms": "soon", "retry-after": "9" }, 9_000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30_000],
  ])("is read from %j", (headers, ms) => {
    expect(read(headers)).toBe(ms);
  });

  it.each<Record<string, string>>([
    { "retry-after": "-5" },
    { "retry-after-ms": "-5" },
    { "retry-after": "Wed, 31 Dec 2025 23:59:00 GMT" },
  ])("is nothing when it is in the past: %j", (headers) => {
    expect(read(headers)).toBe(0);
  });

  it.each<Record<string, string>>([
    {},
    { "retry-after": "" },
    { "retry-after": "soon" },
    { "retry-after": "Infinity" },
  ])("is unknown by %j", (headers) => {
    expect(read(headers)).toBeUndefined();
  });

  it("counts from now where nothing else is said", () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect(Math.round((retryAfterMsOf(new Headers({ "retry-after": date })) ?? 0) / 10_000)).toBe(6);
  });
});
