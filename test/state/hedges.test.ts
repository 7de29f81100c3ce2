import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hedges } from "../../src/state/hedges.ts";

function earn(hedges: Hedges, calls: number, share = 0.05): void {
  for (let call = 0; call < calls; call += 1) hedges.earn("main", share);
}

describe("second attempts", () => {
  it("are not made before their share of the calls comes to one", () => {
    const hedges = new Hedges();
    earn(hedges, 19);
    expect(hedges.take("main")).toBe(false);
    earn(hedges, 1);
    expect(hedges.take("main")).toBe(true);
  });

  it("are made one by one", () => {
    const hedges = new Hedges();
    earn(hedges, 20);
    hedges.take("main");
    expect(hedges.take("main")).toBe(false);
  });

  it("are saved up for bad times, ten at the most", () => {
    const hedges = new Hedges();
    earn(hedges, 1_000);
    const taken = Array.from({ length: 20 }, () => hedges.take("main")).filter(Boolean);
    expect(taken).toHaveLength(10);
  });

  it("may be taken anew when they were given back", () => {
    const hedges = new Hedges();
    earn(hedges, 20);
    hedges.take("main");
    hedges.giveBack("main");
    expect(hedges.maySpend("main")).toBe(true);
  });

  it("are counted for each tier by itself", () => {
    const hedges = new Hedges();
    earn(hedges, 20);
    expect(hedges.take("other")).toBe(false);
  });

  it("may be one beside each call", () => {
    const hedges = new Hedges();
    earn(hedges, 1, 1);
    expect(hedges.take("main")).toBe(true);
  });

  it("are never more than their share of the calls, whenever they are asked for", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1_000, maxLength: 1_000 }),
        fc.constantFrom(0, 0.01, 0.05, 0.1, 0.3, 1),
        (asks, share) => {
          const hedges = new Hedges();
          let made = 0;
          asks.forEach((isAsked, index) => {
            hedges.earn("main", share);
            if (isAsked && hedges.take("main")) made += 1;
            expect(made).toBeLessThanOrEqual((index + 1) * share + 1e-6);
          });
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("what is counted of them", () => {
  it("is what was made, how it ended, and why none was", () => {
    const hedges = new Hedges();
    for (const outcome of ["won", "won", "outrun", "failed", "gave_up"] as const) {
      hedges.started();
      hedges.ended(outcome);
    }
    hedges.refused("load");
    hedges.refused("limits");
    hedges.refused("limits");
    expect(hedges.stats()).toEqual({
      started: 5,
      won: 2,
      outrun: 1,
      failed: 1,
      gaveUp: 1,
      refused: { load: 1, limits: 2, no_target: 0 },
    });
  });
});
