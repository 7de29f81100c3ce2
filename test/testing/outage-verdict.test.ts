import { describe, expect, it } from "vitest";
import { faultsOf, type TierOutline } from "../../src/testing/outage-verdict.ts";
import type { Outcome, Scenario } from "../../src/testing/rehearsal.ts";
import { receive } from "../../src/testing/received-request.ts";
import { replyOf, type SentRequest } from "../../src/testing/rehearsal-upstream.ts";

const outline: TierOutline = {
  allowed: new Map([
    ["a", "default"],
    ["b", "default"],
    ["c", "other"],
  ]),
  secrets: new Map([
    ["default", ["ga_1"]],
    ["other", ["ga_1_pro"]],
  ]),
};

const received = receive({ method: "POST", url: new URL("http://localhost/v1"), headers: {}, rawBody: "{}" }, 1);

function sent(target: string, key = "ga_1", client = "default"): SentRequest {
  const headers = { authorization: `Bearer ${key}` };
  return { ...received, target, client, headers };
}

function faults(outcome: Partial<Outcome>, scenario: Partial<Scenario> = {}): readonly string[] {
  const answered: Outcome = {
    pieces: [replyOf("b")],
    mended: undefined,
    error: undefined,
    record: undefined,
    requests: [sent("a"), sent("b")],
    waitMs: 0,
  };
  const out: Scenario = {
    tier: "main",
    scopes: ["target"],
    what: "a",
    out: new Set(["a"]),
    fault: "unavailable",
    stream: false,
  };
  return faultsOf({ ...answered, ...outcome }, { ...out, ...scenario }, outline);
}

const error = new Error("no");
const pieces = [""];

describe("an answer", () => {
  it("is right when it is the text of one target", () => {
    expect(faults({})).toEqual([]);
  });

  it.each([
    ["cut", replyOf("b").slice(0, -1)],
    ["doubled", replyOf("b") + replyOf("b")],
    ["spliced", replyOf("a").slice(0, 20) + replyOf("b")],
    ["empty", ""],
    ["that of a target that was not asked", replyOf("c")],
  ])("is wrong when the text is %s", (_, wrong) => {
    expect(faults({ pieces: [wrong] })).toEqual([expect.stringContaining("the text is not that of one target")]);
  });

  it("is right when another target goes on, where it may", () => {
    const [begun, rest] = [replyOf("a").slice(0, 9), replyOf("b").slice(9)];
    expect(faults({ pieces: [begun, rest] })).toEqual([]);
    expect(faults({ pieces: [begun, rest.slice(0, -1)] })).toHaveLength(1);
    expect(faults({ pieces: [rest, rest] })).toHaveLength(1);
  });

  it("is wrong when a target was called that may not serve", () => {
    expect(faults({ requests: [sent("b"), sent("d")] })).toEqual(["d was called, which may not serve"]);
  });

  it("is wrong when a credential reached another client, and not for a key that begins like it", () => {
    expect(faults({ requests: [sent("b"), sent("c", "ga_1_pro", "other")] })).toEqual([]);
    const stray = 'a request of the client "other" carried a credential of "default"';
    expect(faults({ requests: [sent("b"), sent("c", "ga_1", "other")] })).toEqual([stray]);
  });
});

describe("an error", () => {
  it("is wrong while another target could answer", () => {
    expect(faults({ error, pieces })).toEqual(["nobody answered, while b and c could"]);
  });

  it("is right when nothing else could", () => {
    expect(faults({ error, pieces }, { out: new Set(["a", "b", "c"]) })).toEqual([]);
  });

  it("is right for a fault of the request", () => {
    expect(faults({ error, pieces }, { fault: "badRequest" })).toEqual([]);
  });

  it("is wrong for a fault of the key while another client could answer", () => {
    expect(faults({ error, pieces }, { fault: "unauthorized" })).toEqual(["nobody answered, while c could"]);
    expect(faults({ error, pieces }, { fault: "unauthorized", out: new Set(["a", "c"]) })).toEqual([]);
  });

  it("is right behind the beginning of a stream that broke, and wrong before it", () => {
    const broken = { fault: "cutStream", stream: true } as const;
    expect(faults({ error, pieces: [replyOf("a").slice(0, 9)] }, broken)).toEqual([]);
    expect(faults({ error, pieces }, broken)).toEqual(["nobody answered, while b and c could"]);
  });

  it("is wrong behind the beginnings of two", () => {
    const broken = { fault: "cutStream", stream: true } as const;
    const spliced = replyOf("a").slice(0, 24) + replyOf("b").slice(0, 24);
    expect(faults({ error, pieces: [spliced] }, broken)).toEqual([
      expect.stringContaining("the text is not that of one target"),
    ]);
  });
});
