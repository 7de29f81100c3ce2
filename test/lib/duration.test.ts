import { expect, it } from "vitest";
import { durationMsOf } from "../../src/lib/duration.ts";

const now = Date.parse("2026-10-30T12:00:00Z");

it.each([
  ["20ms", 20],
  ["1s", 1_000],
  ["6m0s", 360_000],
  ["1h2m3.5s", 3_723_500],
  ["2m59.56s", 179_560],
  ["1d", 86_400_000],
  ["30", 30_000],
  ["0.5", 500],
  ["0", 0],
  [" 1s ", 1_000],
])("reads %s", (text, ms) => {
  expect(durationMsOf(text, now)).toBeCloseTo(ms);
});

it.each([
  ["seconds since the epoch", String(now / 1_000 + 30)],
  ["milliseconds since the epoch", String(now + 30_000)],
  ["an ISO date", "2026-10-30T12:00:30Z"],
])("reads %s as a time", (_, text) => {
  expect(durationMsOf(text, now)).toBe(30_000);
});

it("takes a time that has passed for now", () => {
  expect(durationMsOf("2026-10-30T11:00:00Z", now)).toBe(0);
});

it.each(["", " ", "soon", "1x", "s", "-", "1s!"])("reads nothing in %j", (text) => {
  expect(durationMsOf(text, now)).toBeUndefined();
});
