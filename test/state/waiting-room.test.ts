import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WaitingRoom, type Obstacle, type Waiter } from "../../src/state/waiting-room.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const newcomer = { isBatch: false, seniority: Infinity };

function roomFor(maxWaiting = 1_000): WaitingRoom {
  return new WaitingRoom({ maxWaiting: () => maxWaiting });
}

/** A limit that has enough in so many ms; `undefined` when that depends on others. */
function obstacle(room: WaitingRoom, inMs?: number, key = "limit"): Obstacle {
  return {
    key,
    dueAt: inMs === undefined ? undefined : performance.now() + inMs,
    isFirm: inMs !== undefined,
    frees: room.frees,
  };
}

interface Joining {
  readonly isBatch?: boolean;
  readonly inMs?: number;
  readonly key?: string;
  readonly giveUpMs?: number;
}

/** Has a call wait, and notes when it is woken. */
function join(room: WaitingRoom, [name, woken]: readonly [string, string[]], joining: Joining = {}): Waiter {
  const { isBatch = false, inMs, key, giveUpMs = Infinity } = joining;
  const waiter = room.join(isBatch, [obstacle(room, inMs, key)], performance.now() + giveUpMs);
  if (waiter === undefined) throw new Error("It can not wait.");
  waiter.listen(() => void woken.push(name));
  return waiter;
}

describe("a call that waits", () => {
  it("is called when there may be enough", () => {
    const room = roomFor();
    const woken: string[] = [];
    join(room, ["a", woken], { inMs: 500 });
    vi.advanceTimersByTime(499);
    const before = [...woken];
    vi.advanceTimersByTime(3);
    expect([before, woken]).toEqual([[], ["a"]]);
  });

  it("is called when something is freed", () => {
    const room = roomFor();
    const woken: string[] = [];
    join(room, ["a", woken], { inMs: 60_000 });
    room.freed(["another limit"]);
    const before = [...woken];
    room.freed(["limit"]);
    expect([before, woken]).toEqual([[], ["a"]]);
  });

  it("is called now and then when nobody knows when there is enough: another process may have freed it", () => {
    const room = roomFor();
    const woken: string[] = [];
    join(room, ["a", woken]);
    vi.advanceTimersByTime(150);
    expect(woken).toEqual(["a"]);
  });

  it("is called at once when something was freed since it was refused", () => {
    const room = roomFor();
    const woken: string[] = [];
    const refused = obstacle(room, 60_000);
    room.freed(["limit"]);
    room.join(false, [refused], Infinity)?.listen(() => void woken.push("a"));
    vi.advanceTimersByTime(2);
    expect(woken).toEqual(["a"]);
  });

  it("calls the next when it goes", () => {
    const room = roomFor();
    const woken: string[] = [];
    const first = join(room, ["a", woken], { inMs: 60_000 });
    join(room, ["b", woken], { inMs: 60_000 });
    room.freed(["limit"]);
    room.leave(first);
    expect([woken, room.size]).toEqual([["a", "b"], 1]);
  });

  it("is called again when something was freed while it tried in vain", () => {
    const room = roomFor();
    const woken: string[] = [];
    const waiter = join(room, ["a", woken], { inMs: 60_000 });
    room.freed(["limit"]);
    const found = obstacle(room, 60_000);
    room.freed(["limit"]);
    room.stay(waiter, [found]);
    waiter.listen(() => void woken.push("a again"));
    vi.advanceTimersByTime(2);
    expect(woken).toEqual(["a", "a again"]);
  });

  it("goes over to the line of another limit that is in its way, and keeps its place there", () => {
    const room = roomFor();
    const woken: string[] = [];
    const first = join(room, ["a", woken], { inMs: 60_000 });
    join(room, ["b", woken], { inMs: 60_000, key: "other" });
    room.freed(["limit"]);
    room.stay(first, [obstacle(room, 60_000, "other")]);
    first.listen(() => void woken.push("a again"));
    room.freed(["other"]);
    expect(woken).toEqual(["a", "a again"]);
  });

  it("calls the next when it goes over to another line", () => {
    const room = roomFor();
    const woken: string[] = [];
    const first = join(room, ["a", woken], { inMs: 60_000 });
    join(room, ["b", woken], { inMs: 60_000 });
    room.freed(["limit"]);
    room.stay(first, [obstacle(room, 60_000, "other")]);
    expect(woken).toEqual(["a", "b"]);
  });

  it("is told when it has waited long enough, and is not called then", () => {
    const room = roomFor();
    const woken: string[] = [];
    const waiter = join(room, ["a", woken], { giveUpMs: 50 });
    vi.advanceTimersByTime(60);
    expect([woken, waiter.isOver, waiter.isCalled]).toEqual([["a"], true, false]);
  });

  it("leaves no timer behind", () => {
    const room = roomFor();
    const waiter = join(room, ["a", []]);
    room.leave(waiter);
    expect([vi.getTimerCount(), room.size]).toEqual([0, 0]);
  });

  it("can leave twice", () => {
    const room = roomFor();
    const waiter = join(room, ["a", []]);
    room.leave(waiter);
    room.leave(waiter);
    expect(room.size).toBe(0);
  });
});

describe("a waiting room", () => {
  it("takes so many calls for a limit", () => {
    const room = roomFor(1);
    join(room, ["a", []]);
    expect(room.join(false, [obstacle(room)], Infinity)).toBeUndefined();
    expect(room.join(false, [obstacle(room, undefined, "other")], Infinity)).toBeDefined();
  });

  it("keeps places for interactive calls however many of a batch wait", () => {
    const room = roomFor(1);
    join(room, ["batch", []], { isBatch: true });
    expect(room.join(false, [obstacle(room)], Infinity)).toBeDefined();
  });

  it("takes no call for which there can not be enough in time", () => {
    const room = roomFor();
    expect(room.join(false, [obstacle(room, 500)], performance.now() + 400)).toBeUndefined();
  });

  it("takes a call for which something may come back in time", () => {
    const room = roomFor();
    const tokens = { ...obstacle(room, 500), isFirm: false };
    expect(room.join(false, [tokens], performance.now() + 400)).toBeDefined();
  });

  it("takes a call that is in a hurry behind one that waits for nobody knows how long", () => {
    const room = roomFor();
    join(room, ["a", []]);
    const behind = room.inTheWay(["limit"], newcomer);
    expect(behind).toMatchObject({ dueAt: undefined, isFirm: false });
    expect(room.join(false, [behind!], performance.now() + 40)).toBeDefined();
  });

  it("takes a call for which one of two limits may have enough in time", () => {
    const room = roomFor();
    const obstacles = [obstacle(room, 500), obstacle(room, 300, "other")];
    expect(room.join(false, obstacles, performance.now() + 400)).toBeDefined();
  });

  it("has new calls wait behind those that wait, and says until when", () => {
    const room = roomFor();
    const free = room.inTheWay(["limit"], newcomer);
    join(room, ["a", []], { inMs: 500 });
    expect(free).toBeUndefined();
    expect(room.inTheWay(["other", "limit"], newcomer)).toMatchObject({
      key: "limit",
      dueAt: performance.now() + 500,
    });
    expect(room.inTheWay(["other"], newcomer)).toBeUndefined();
  });

  it("calls interactive calls before those of batches", () => {
    const room = roomFor();
    const woken: string[] = [];
    join(room, ["batch", woken], { isBatch: true });
    join(room, ["interactive", woken]);
    room.freed(["limit"]);
    expect(woken).toEqual(["interactive"]);
  });
});
