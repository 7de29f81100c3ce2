import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TargetDoor, type DoorInput } from "../../src/state/door.ts";
import { RestList } from "../../src/state/rest.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  // Cooldowns have no jitter then.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const growth = { maxCooldownMs: 300_000, probeMs: 30_000, rampUpMs: undefined };
const breaker = { failureThreshold: 1, errorRate: 0, windowMs: 60_000, cooldownMs: 30_000, ...growth };

function doorOf(input: Partial<DoorInput> = {}): TargetDoor {
  return new TargetDoor({
    target: "a",
    client: "default",
    breaker,
    rests: new RestList(),
    medians: { latencyMs: () => 12, ttftMs: () => 3 },
    onBreaker: () => undefined,
    ...input,
  });
}

async function fail(door: TargetDoor): Promise<void> {
  door.leave(door.enter()!, "failure");
  await vi.advanceTimersByTimeAsync(0);
}

describe("calls in flight", () => {
  it("are counted while they are inside", () => {
    const door = doorOf();
    const passes = [door.enter(), door.enter(), door.slipIn()];
    const inside = door.inFlight;
    for (const pass of passes) door.leave(pass!, "success");
    expect([inside, door.inFlight]).toEqual([3, 0]);
  });

  it("are not counted when they were refused", async () => {
    const door = doorOf();
    await fail(door);
    expect([door.enter(), door.inFlight]).toEqual([undefined, 0]);
  });

  it("are counted where there is no breaker", () => {
    const door = doorOf({ breaker: false });
    door.enter();
    expect(door.inFlight).toBe(1);
  });
});

describe("why a target is out", () => {
  it("is nothing at first", () => {
    const door = doorOf();
    expect([door.out, door.dueAt]).toEqual([undefined, 0]);
  });

  it("is its breaker", async () => {
    const door = doorOf();
    await fail(door);
    expect([door.out, door.dueAt]).toEqual(["breaker_open", 1_030_000]);
  });

  it("is a rest of its own", () => {
    const door = doorOf();
    door.rest("target", "rate_limited", 1_005_000);
    expect([door.out, door.dueAt]).toEqual(["rate_limited", 1_005_000]);
  });

  it("is a rest of its client, which all targets of the client share", () => {
    const rests = new RestList();
    const [one, other, third] = [
      doorOf({ rests }),
      doorOf({ target: "b", rests }),
      doorOf({ target: "c", client: "pro", rests }),
    ];
    one.rest("client", "credentials_refused", 1_005_000);
    expect([one.out, other.out, third.out]).toEqual(["credentials_refused", "credentials_refused", undefined]);
  });

  it("is the rest before the breaker", async () => {
    const door = doorOf();
    await fail(door);
    door.rest("target", "rate_limited", 1_005_000);
    expect(door.out).toBe("rate_limited");
  });

  it("lasts as long as the longest reason", async () => {
    const door = doorOf();
    await fail(door);
    door.rest("target", "rate_limited", 1_005_000);
    door.rest("client", "quota_exhausted", 1_060_000);
    expect(door.dueAt).toBe(1_060_000);
  });

  it("ends when the rest ends", () => {
    const door = doorOf();
    door.rest("target", "rate_limited", 1_005_000);
    vi.setSystemTime(1_005_000);
    expect([door.out, door.dueAt]).toEqual([undefined, 0]);
  });

  it("is not confused by a target that has the name of a client", () => {
    const rests = new RestList();
    const door = doorOf({ target: "pro", client: "default", rests });
    doorOf({ target: "x", client: "pro", rests }).rest("client", "quota_exhausted", 1_060_000);
    expect(door.out).toBeUndefined();
  });
});

describe("a call that is let in by force", () => {
  it("does not end a rest that came to light while it was inside", () => {
    const door = doorOf();
    door.rest("target", "rate_limited", Date.now() + 5_000);
    const pass = door.force()!;
    door.rest("target", "rate_limited", Date.now() + 9_000);
    door.leave(pass, "success");
    expect([door.out, door.dueAt]).toEqual(["rate_limited", Date.now() + 9_000]);
  });

  it("is an ordinary one while the target is not out", () => {
    const door = doorOf();
    expect([door.force()?.forced, door.force()?.forced]).toEqual([false, false]);
  });

  it("is alone", () => {
    const door = doorOf();
    door.rest("target", "rate_limited", 1_005_000);
    expect([door.force()?.forced, door.force()]).toEqual([true, undefined]);
  });

  it("is alone also where there is no breaker", () => {
    const door = doorOf({ breaker: false });
    door.rest("target", "rate_limited", 1_005_000);
    expect([door.force()?.forced, door.force()]).toEqual([true, undefined]);
  });

  it("ends the rests when it succeeds", () => {
    const door = doorOf();
    door.rest("target", "rate_limited", 1_005_000);
    door.rest("client", "credentials_refused", 1_060_000);
    door.leave(door.force()!, "success");
    expect(door.out).toBeUndefined();
  });

  it.each(["failure", "neutral"] as const)("leaves the rests as they are after %s", (outcome) => {
    const door = doorOf();
    door.rest("target", "rate_limited", 1_005_000);
    door.leave(door.force()!, outcome);
    expect(door.out).toBe("rate_limited");
  });

  it("makes way for the next when it has left", () => {
    const door = doorOf();
    door.rest("target", "rate_limited", 1_005_000);
    door.leave(door.force()!, "neutral");
    expect(door.force()?.forced).toBe(true);
  });

  it("passes an open breaker", async () => {
    const door = doorOf();
    await fail(door);
    expect(door.force()?.ticket?.probe).toBe(true);
  });

  it("closes an open breaker when it succeeds", async () => {
    const door = doorOf();
    await fail(door);
    door.leave(door.force()!, "success");
    expect(door.out).toBeUndefined();
  });
});

it("lets a call slip in past an open breaker, and learns nothing from it", async () => {
  const door = doorOf();
  await fail(door);
  door.leave(door.slipIn(), "success");
  await vi.advanceTimersByTimeAsync(0);
  expect(door.out).toBe("breaker_open");
});

it("shows what was measured", () => {
  const door = doorOf();
  expect([door.latencyP50Ms, door.ttftP50Ms]).toEqual([12, 3]);
});
