import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import { faultsOf, optionsOf, someClient } from "./options-of.ts";

const config = resolveConfig(
  optionsOf({
    clients: { pro: someClient() },
    clientRules: { "Pro/*": "pro" },
    tiers: { cheap: ["small-1"], premium: ["big-1", "gpt-4o"] },
    targets: { eu: { model: "small-1", region: "eu-west-1" } },
    prices: { "other-1": 3 },
    slowMs: 100,
    deadlineMs: 1000,
    aliases: {
      "gpt-4o": "auto",
      "gpt-4": "gpt-4o",
      mini: "cheap",
      pinned: "small-1",
      european: "eu",
      foreign: "other-1",
      moved: "gpt-4o",
    },
  }),
);

describe("the model of a call", () => {
  it("auto asks the classifiers", () => {
    expect(config.meaningOf("auto")).toEqual({ kind: "auto" });
  });

  it("can be the name of a tier", () => {
    expect(config.meaningOf("premium")).toEqual({ kind: "tier", tier: config.tiers.get("premium") });
  });

  it.each(["small-1", "big-1", "eu"])("can be the id of a target: %s", (id) => {
    expect(config.meaningOf(id)).toEqual({ kind: "target", target: config.targets.get(id) });
  });

  it.each([
    ["gpt-4o", "auto"],
    ["gpt-4", "auto"],
    ["moved", "auto"],
    ["mini", "cheap"],
    ["pinned", "small-1"],
    ["european", "eu"],
    ["foreign", "other-1"],
  ])("can be an alias: %s means %s", (alias, meaning) => {
    expect(config.meaningOf(alias)).toBe(config.meaningOf(meaning));
  });

  it("can be any other model id, which goes to the wrapped client as it is", () => {
    expect(config.meaningOf("other-1")).toMatchObject({
      kind: "other",
      target: {
        id: "other-1",
        model: "other-1",
        client: "default",
        price: 3,
        weight: 1,
        resilience: { deadlineMs: 1000 },
      },
    });
  });

  it("follows the rules for clients when it is another model id", () => {
    expect(config.meaningOf("Pro/unknown")).toMatchObject({ kind: "other", target: { client: "pro" } });
  });

  it("can differ from a name in upper and lower case, and is then another model id", () => {
    expect(config.meaningOf("Cheap")).toMatchObject({ kind: "other", target: { id: "Cheap" } });
  });

  it("gives the same target for the same other model id every time", () => {
    expect(config.meaningOf("other-2")).toBe(config.meaningOf("other-2"));
  });

  it("keeps the 1,000 other model ids that were used last", () => {
    const { meaningOf } = resolveConfig(optionsOf());
    const first = meaningOf("m0");
    const second = meaningOf("m1");
    for (let index = 2; index < 1000; index++) meaningOf(`m${index}`);
    expect(meaningOf("m0")).toBe(first);
    meaningOf("m1000");
    expect(meaningOf("m0")).toBe(first);
    expect(meaningOf("m1")).not.toBe(second);
  });

  it("is refused when no client may have it", () => {
    const { meaningOf } = resolveConfig(optionsOf({ clientRules: { "small-*": "default" } }));
    expect(faultsOf(() => meaningOf("gpt-4o"))).toEqual([
      'model: the client "default" takes only models that match "small-*", and "gpt-4o" does not',
    ]);
    expect(() => meaningOf("gpt-4o")).toThrow(expect.objectContaining({ code: "invalid_hint" }));
  });
});
