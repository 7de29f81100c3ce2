import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Calendar, isTimeZone, type CalendarUnit } from "../../src/lib/calendar.ts";

const hourMs = 3_600_000;

function endAfter(unit: CalendarUnit, timeZone: string, time: string): string {
  return new Date(new Calendar(unit, timeZone).endAfter(Date.parse(time))).toISOString();
}

const cases: readonly (readonly [CalendarUnit, string, string, string])[] = [
  ["day", "UTC", "2026-10-30T18:00:00Z", "2026-10-31T00:00:00.000Z"],
  ["day", "UTC", "2026-10-30T00:00:00Z", "2026-10-31T00:00:00.000Z"],
  ["day", "UTC", "2026-10-30T23:59:59.999Z", "2026-10-31T00:00:00.000Z"],
  ["month", "UTC", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00.000Z"],
  ["hour", "UTC", "2026-10-30T18:30:00Z", "2026-10-30T19:00:00.000Z"],
  ["day", "Europe/Berlin", "2026-10-30T23:30:00Z", "2026-10-31T23:00:00.000Z"],
  ["day", "Asia/Kolkata", "2026-10-30T18:29:59Z", "2026-10-30T18:30:00.000Z"],
  ["hour", "Asia/Kolkata", "2026-10-30T18:00:00Z", "2026-10-30T18:30:00.000Z"],
  // Clocks go back at 01:00 UTC: the day has 25 hours, and the hour from two to three comes twice.
  ["day", "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-25T23:00:00.000Z"],
  ["hour", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00.000Z"],
  ["hour", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00.000Z"],
  // Clocks go forward at midnight: the day begins at one.
  ["day", "Africa/Cairo", "2026-04-23T12:00:00Z", "2026-04-23T22:00:00.000Z"],
  ["month", "America/New_York", "2026-03-15T00:00:00Z", "2026-04-01T04:00:00.000Z"],
];

it.each(cases)("the %s in %s of %s ends at %s", (...[unit, zone, time, end]) => {
  expect(endAfter(unit, zone, time)).toBe(end);
});

const zones = Intl.supportedValuesOf("timeZone");
const longestMs = { hour: hourMs, day: 25 * hourMs, month: (31 * 24 + 1) * hourMs } as const;

const moment = {
  zone: fc.constantFrom(...zones),
  unit: fc.constantFrom<CalendarUnit>("hour", "day", "month"),
  time: fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2034, 0, 1) }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
};

describe("the end of a stretch of a calendar", () => {
  it("is the same from every moment within it, and not too far", () => {
    fc.assert(
      fc.property(fc.record(moment), ({ zone, unit, time, share }) => {
        const calendar = new Calendar(unit, zone);
        const end = calendar.endAfter(time);
        const later = time + Math.floor(share * (end - 1 - time));
        expect(end).toBeGreaterThan(time);
        expect(end - time).toBeLessThanOrEqual(longestMs[unit]);
        expect(calendar.endAfter(later)).toBe(end);
        expect(calendar.endAfter(end)).toBeGreaterThan(end);
      }),
      { numRuns: 300 },
    );
  });

  it("is where the clock on the wall shows another day", () => {
    fc.assert(
      fc.property(fc.record(moment), ({ zone, time }) => {
        const shown = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short" });
        const end = new Calendar("day", zone).endAfter(time);
        expect(shown.format(end - 1)).toBe(shown.format(time));
        expect(shown.format(end)).not.toBe(shown.format(time));
      }),
      { numRuns: 300 },
    );
  });
});

it("knows which time zones there are", () => {
  expect(["UTC", "Europe/Berlin", "Mars/Olympus", ""].map(isTimeZone)).toEqual([true, true, false, false]);
});
