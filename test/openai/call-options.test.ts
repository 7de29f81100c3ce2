import { describe, expect, it } from "vitest";
import { headersOf, sorted } from "../../src/openai/call-options.ts";

describe("the headers of a call", () => {
  it.each<readonly [string, unknown]>([
    ["an object", { "X-One": "1", "x-two": "2" }],
    ["Headers", new Headers({ "X-One": "1", "x-two": "2" })],
    [
      "pairs",
      [
        ["X-One", "1"],
        ["x-two", "2"],
      ],
    ],
    ["the client's own form", { values: new Headers({ "X-One": "1", "x-two": "2" }), nulls: new Set() }],
  ])("are read from %s", (_, given) => {
    expect([...headersOf(given)]).toEqual([
      ["x-one", "1"],
      ["x-two", "2"],
    ]);
  });

  it.each([undefined, null, 5, "text"])("are none by %j", (given) => {
    expect(headersOf(given).size).toBe(0);
  });

  it("may take a default header away by a null", () => {
    expect([...headersOf({ "X-One": null })]).toEqual([["x-one", null]]);
  });

  it("may take a default header away in the client's own form", () => {
    expect([...headersOf({ values: new Headers(), nulls: new Set(["x-one"]) })]).toEqual([["x-one", null]]);
  });

  it("leave out what is undefined", () => {
    expect(headersOf({ "x-one": undefined }).size).toBe(0);
  });
});

describe("hints among headers", () => {
  it("are parted from what goes on to providers", () => {
    const { headers, hintHeaders } = sorted(headersOf({ "X-Router-Tier": "cheap", "x-one": "1" }));
    expect([[...headers], [...(hintHeaders ?? [])]]).toEqual([[["x-one", "1"]], [["x-router-tier", "cheap"]]]);
  });

  it("are none where there are none, and nothing is copied", () => {
    const given = headersOf({ "x-one": "1" });
    const { headers, hintHeaders } = sorted(given);
    expect([headers === given, hintHeaders]).toEqual([true, undefined]);
  });
});
