import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DrillSchedule } from "../../src/drill/schedule.ts";

const hourMs = 3_600_000;
const drill = { target: "a", share: 0.01, forMs: 1, everyMs: 10 * hourMs };

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("DrillSchedule", () => {
  it("begins the first drill at a random moment, and the next ones so much later, a tenth more or less", () => {
    vi.spyOn(Math, "random").mockReturnValueOnce(0.3).mockReturnValueOnce(0).mockReturnValueOnce(1);
    const begin = vi.fn<() => void>();
    const schedule = new DrillSchedule([drill], begin);
    vi.advanceTimersByTime(3 * hourMs);
    expect(begin).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(9 * hourMs);
    expect(begin).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(11 * hourMs - 1);
    expect(begin).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    expect(begin).toHaveBeenCalledTimes(3);
    schedule.close();
  });

  it("begins none when it was closed", () => {
    const begin = vi.fn<() => void>();
    new DrillSchedule([drill], begin).close();
    vi.advanceTimersByTime(100 * hourMs);
    expect(begin).not.toHaveBeenCalled();
  });
});
