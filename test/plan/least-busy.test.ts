import { describe, expect, it } from "vitest";
import { leastBusyStrategy } from "../../src/plan/least-busy.ts";
import { orderOf, targetNamed } from "./planning.ts";

const targets = ["a", "b", "c"].map((id) => targetNamed(id));

describe("leastBusyStrategy", () => {
  it("puts the targets with fewer calls in flight first", () => {
    const states = { a: { inFlight: 3 }, b: { inFlight: 1 }, c: { inFlight: 2 } };
    expect(orderOf(leastBusyStrategy(), { targets, states })).toEqual(["b", "c", "a"]);
  });

  it("keeps the order of the tier among equally busy targets", () => {
    const states = { a: { inFlight: 1 }, b: { inFlight: 0 }, c: { inFlight: 0 } };
    expect(orderOf(leastBusyStrategy(), { targets, states })).toEqual(["b", "c", "a"]);
  });
});
