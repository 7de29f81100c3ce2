import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance } from "../../src/lib/edit-distance.ts";

describe("editDistance", () => {
  it.each([
    ["premium", "premium", 0],
    ["premum", "premium", 1],
    ["premiumm", "premium", 1],
    ["premiam", "premium", 1],
    ["permium", "premium", 1],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
  ])("finds %j and %j %i apart", (from, to, distance) => {
    expect(editDistance(from, to, 5)).toBe(distance);
  });

  it("is Infinity beyond the limit", () => {
    expect(editDistance("kitten", "sitting", 2)).toBe(Infinity);
  });

  it("is Infinity when the lengths alone are further apart than the limit", () => {
    expect(editDistance("a", "abcd", 2)).toBe(Infinity);
  });

  it("is the same in both directions", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (from, to) => {
        expect(editDistance(from, to, 8)).toBe(editDistance(to, from, 8));
      }),
    );
  });

  it("with a limit says what it says without one, or Infinity", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.nat(8), (from, to, limit) => {
        const exact = editDistance(from, to, 8);
        expect(editDistance(from, to, limit)).toBe(exact <= limit ? exact : Infinity);
      }),
    );
  });
});
