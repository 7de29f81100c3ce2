import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AlarmClock, type Alarm } from "../../src/lib/alarm-clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function alarms(
  clock: AlarmClock,
  delays: Readonly<Record<string, number>>,
): { rung: string[]; of: Map<string, Alarm> } {
  const rung: string[] = [];
  const of = new Map<string, Alarm>();
  for (const [name, ms] of Object.entries(delays)) {
    const alarm = { ring: () => void rung.push(name) };
    of.set(name, alarm);
    clock.set(alarm, performance.now() + ms);
  }
  return { rung, of };
}

it("rings each alarm at its time, with one timer", () => {
  const clock = new AlarmClock();
  const { rung } = alarms(clock, { late: 300, early: 100, middle: 200 });
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(99);
  const before = [...rung];
  vi.advanceTimersByTime(102);
  expect([before, rung]).toEqual([[], ["early", "middle"]]);
  vi.advanceTimersByTime(200);
  expect(rung).toEqual(["early", "middle", "late"]);
});

it("has no timer when no alarm is set", () => {
  const clock = new AlarmClock();
  const { of } = alarms(clock, { a: 100 });
  clock.delete(of.get("a") as Alarm);
  expect([vi.getTimerCount(), clock.size]).toEqual([0, 0]);
});

it("sets an alarm to another time, and takes it out for Infinity", () => {
  const clock = new AlarmClock();
  const { rung, of } = alarms(clock, { a: 100, b: 100 });
  clock.set(of.get("a") as Alarm, performance.now() + 500);
  clock.set(of.get("b") as Alarm, Infinity);
  vi.advanceTimersByTime(400);
  const before = [...rung];
  vi.advanceTimersByTime(200);
  expect([before, rung]).toEqual([[], ["a"]]);
});

it("tells when an alarm will ring", () => {
  const clock = new AlarmClock();
  const { of } = alarms(clock, { a: 100 });
  expect(clock.dueAt(of.get("a") as Alarm)).toBe(performance.now() + 100);
  expect(clock.dueAt({ ring: () => undefined })).toBe(Infinity);
});

it("lets an alarm set itself again while it rings", () => {
  const clock = new AlarmClock();
  let rings = 0;
  const alarm = {
    ring() {
      rings += 1;
      if (rings < 3) clock.set(alarm, performance.now() + 100);
    },
  };
  clock.set(alarm, performance.now() + 100);
  vi.advanceTimersByTime(1_000);
  expect([rings, vi.getTimerCount()]).toEqual([3, 0]);
});
