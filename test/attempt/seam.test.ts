import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Seam } from "../../src/attempt/seam.ts";

const given = "Once upon a time there was";

/** What a seam lets through of pieces. */
function through(pieces: readonly string[], { sent = given, space = "" } = {}): string {
  const seam = new Seam({ sent, space });
  return pieces.map((piece) => seam.take(piece)).join("") + seam.end();
}

/** A text in pieces, cut anywhere. */
const cut = (text: string): fc.Arbitrary<string[]> =>
  fc.array(fc.nat({ max: text.length }), { maxLength: 6 }).map((places) => {
    const ends = [...places.toSorted((one, other) => one - other), text.length];
    return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
  });

describe("a continuation", () => {
  it("that only goes on comes through as it is, however it is cut", () => {
    fc.assert(
      fc.property(cut(" a router, once upon a time."), (pieces) => {
        expect(through(pieces)).toBe(pieces.join(""));
      }),
    );
  });

  it("that repeats the text so far loses just that, however it is cut", () => {
    fc.assert(
      fc.property(cut(`${given} a router.`), (pieces) => {
        expect(through(pieces)).toBe(" a router.");
      }),
    );
  });

  it("that begins like the text and is another one comes through", () => {
    expect(through(["Once ", "upon a hill"])).toBe("Once upon a hill");
  });

  it("that ends while it may be a repetition comes through", () => {
    expect(through(["Once ", "upon"])).toBe("Once upon");
  });

  it("that is the text so far and nothing else has nothing new", () => {
    expect(through([given])).toBe("");
  });

  it("goes straight through once it is past the seam", () => {
    const seam = new Seam({ sent: given, space: "" });
    expect([seam.take(" a"), seam.take(given)]).toEqual([" a", given]);
  });

  it("holds back what may be a repetition, and no more", () => {
    const seam = new Seam({ sent: given, space: "" });
    expect([seam.take("Once"), seam.take(" again")]).toEqual(["", "Once again"]);
  });

  it("of a text too short to tell is no use when it begins with it", () => {
    expect(() => through(["ha", "ha"], { sent: "ha" })).toThrow(/too short/);
  });

  it("of a short text that goes on with something else comes through", () => {
    expect(through(["ho"], { sent: "ha" })).toBe("ho");
  });
});

describe("white space that was given out and not sent", () => {
  const spaced = { sent: given, space: " " };

  it.each([
    [[" a router"], "a router"],
    [["a router"], "a router"],
    [[" ", "a router"], "a router"],
    [[given, " a router"], "a router"],
    [["\na router"], "\na router"],
  ])("does not come twice: %j", (pieces, text) => {
    expect(through(pieces, spaced)).toBe(text);
  });
});
