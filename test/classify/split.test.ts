import { describe, expect, it } from "vitest";
import { splitClassifier, type SplitClassifierOptions } from "../../src/classify/split.ts";
import { ConfigError } from "../../src/errors.ts";
import type { Hints, JsonObject } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const signal = new AbortController().signal;
const weights = { cheap: 80, balanced: 15, premium: 5 };

function tierOf(hints: Hints, options?: SplitClassifierOptions, body: JsonObject = {}): string | undefined {
  const decision = splitClassifier(weights, options).classify(requestOf({ messages: [], ...body }, hints), signal);
  return decision instanceof Promise ? undefined : decision?.tier;
}

function sharesOver(keys: readonly string[], options?: SplitClassifierOptions): Record<string, number> {
  const shares = { cheap: 0, balanced: 0, premium: 0 };
  const classifier = splitClassifier(weights, options);
  for (const user of keys) {
    const decision = classifier.classify(requestOf({ messages: [] }, { user }), signal);
    if (decision !== undefined && !(decision instanceof Promise)) shares[decision.tier] += 100 / keys.length;
  }
  return shares;
}

describe("shares", () => {
  it.each([
    ["numbered users", (at: number) => `user-${at}`],
    ["bare numbers", (at: number) => String(at)],
    ["users that differ at the beginning", (at: number) => `${at}@example.com`],
    ["long names that differ in one character", (at: number) => "a".repeat(200) + String.fromCodePoint(0x4e00 + at)],
  ])("come out as weighted over 20,000 %s", (_what, keyOf) => {
    const shares = sharesOver(Array.from({ length: 20_000 }, (_, at) => keyOf(at)));
    expect(shares["cheap"]).toBeCloseTo(80, -0.5);
    expect(shares["balanced"]).toBeCloseTo(15, -0.5);
    expect(shares["premium"]).toBeCloseTo(5, -0.5);
  });

  it("are those of the draw when a call has no key", () => {
    const drawn = [0, 0.7999, 0.8, 0.9499, 0.95, 0.9999].map((place) => tierOf({}, { random: () => place }));
    expect(drawn).toEqual(["cheap", "cheap", "balanced", "balanced", "premium", "premium"]);
  });

  it("are named in the reason", () => {
    const decision = splitClassifier({ a: 1, b: 2 }).classify(requestOf({}, { user: "u1" }), signal);
    expect(decision).toMatchObject({
      confidence: 1,
      reason: expect.stringMatching(/^split: (33\.33|66\.67) % of the traffic$/),
    });
  });

  it("need not add up to 100, and a weight of 0 gets nothing", () => {
    const classifier = splitClassifier({ never: 0, always: 0.1, neither: 0 }, { random: () => 0.999_999 });
    expect(classifier.classify(requestOf({}), signal)).toMatchObject({ tier: "always" });
  });
});

function fail(): never {
  throw new Error("a call with a key draws no lot");
}

describe("keys", () => {
  const users = Array.from({ length: 200 }, (_, at) => `user-${at}`);

  it("keep a user on one tier, also after a restart", () => {
    const first = users.map((user) => tierOf({ user }, { random: fail }));
    expect(users.map((user) => tierOf({ user }, { random: fail }))).toEqual(first);
  });

  it("draw other users with another salt", () => {
    const first = users.map((user) => tierOf({ user }, { salt: "first" }));
    expect(users.map((user) => tierOf({ user }, { salt: "second" }))).not.toEqual(first);
  });

  it.each(["user", "safety_identifier"])("are read from the body's %s where the hint is missing", (field) => {
    const byHint = users.map((user) => tierOf({ user }));
    expect(users.map((user) => tierOf({}, { random: fail }, { [field]: user }))).toEqual(byHint);
  });

  it("are conversations when asked to", () => {
    const byHint = users.map((conversation) => tierOf({ conversation }, { by: "conversation", random: fail }));
    const byBody = users.map((id) => tierOf({}, { by: "conversation", random: fail }, { conversation: { id } }));
    const byName = users.map((id) => tierOf({}, { by: "conversation", random: fail }, { conversation: id }));
    expect(byBody).toEqual(byHint);
    expect(byName).toEqual(byHint);
    expect(new Set(byHint).size).toBeGreaterThan(1);
  });

  it("are what a function says", () => {
    const byUser = users.map((user) => tierOf({ user }));
    const byTeam = users.map((team) =>
      tierOf({ tags: { team } }, { by: ({ hints }) => hints.tags?.["team"], random: fail }),
    );
    expect(byTeam).toEqual(byUser);
  });
});

it.each([
  {},
  { cheap: 0 },
  { cheap: -1, premium: 2 },
  { cheap: Number.NaN },
  { cheap: Infinity },
  { cheap: "80" },
  null,
])("refuses the bad %j", (bad) => {
  expect(() => splitClassifier(bad as never)).toThrow(ConfigError);
});
