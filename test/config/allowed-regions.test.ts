import { describe, expect, it } from "vitest";
import { allowedRegionsOf, resolveResidency } from "../../src/config/allowed-regions.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { faultsOf, optionsOf } from "./options-of.ts";

const none = resolveResidency([]);

describe("where a call may be sent", () => {
  it("is anywhere when no rule is for it", () => {
    const rules = resolveResidency([{ tags: { tenant: "acme" }, allowedRegions: ["eu-*"] }]);
    expect([allowedRegionsOf({}, none), allowedRegionsOf({ tags: { team: "acme" } }, rules)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    [["eu-west-1"], "eu-west-1", true],
    [["eu-west-1"], "eu-west-2", false],
    [["eu-*"], "eu-west-2", true],
    [["us-east-1", "eu-*"], "eu-west-2", true],
    [["EU-*"], "eu-west-2", false],
    [["*"], "anything", true],
    [["*"], undefined, false],
  ])("%j has %s: %s", (allowedRegions, region, has) => {
    expect(allowedRegionsOf({ allowedRegions }, none)?.has(region)).toBe(has);
  });

  it("is one region by the hint region, whose name is no pattern", () => {
    const allowed = allowedRegionsOf({ region: "eu-*" }, none);
    expect([allowed?.has("eu-west-1"), allowed?.has("eu-*"), allowed?.by]).toEqual([false, true, "hints.region"]);
  });

  it("is what all rules allow", () => {
    const rules = resolveResidency([
      { allowedRegions: ["eu-*", "us-east-1"] },
      { tags: { tenant: "a*" }, allowedRegions: ["*-1"] },
    ]);
    const allowed = allowedRegionsOf({ tags: { tenant: "acme" }, allowedRegions: ["eu-west-1", "us-east-1"] }, rules);
    expect(allowed?.by).toBe("residency[0] and residency[1] (tag tenant=a*) and hints.allowedRegions");
    expect(["eu-west-1", "us-east-1", "eu-west-2"].map((region) => allowed?.has(region))).toEqual([true, true, false]);
  });

  it("is told in the narrowest names", () => {
    const rules = resolveResidency([{ allowedRegions: ["eu-*", "us-*"] }]);
    expect(allowedRegionsOf({ allowedRegions: ["eu-west-1", "ap-*"] }, rules)?.names).toEqual(["eu-west-1"]);
  });

  it.each([
    [{ tenant: "acme", kind: "x" }, true],
    [{ tenant: "acme" }, false],
    [{}, false],
  ])("asks all tags of a rule: %j", (tags, held) => {
    const rules = resolveResidency([{ tags: { tenant: "acme", kind: "*" }, allowedRegions: ["eu-*"] }]);
    expect(allowedRegionsOf({ tags }, rules) !== undefined).toBe(held);
  });

  it("takes no property that every object has for a tag", () => {
    const rules = resolveResidency([{ tags: { constructor: "*" }, allowedRegions: ["eu-*"] }]);
    expect(allowedRegionsOf({ tags: {} }, rules)).toBeUndefined();
  });
});

describe("rules are refused", () => {
  const must = 'must be a list of regions such as ["eu-west-1", "eu-central-*"]';

  it.each([
    [{ residency: {} }, "residency: must be an array of rules with allowedRegions, got an object"],
    [{ residency: [{}] }, `residency[0].allowedRegions: ${must}`],
    [{ residency: [{ allowedRegions: [] }] }, "residency[0].allowedRegions: must name at least one region"],
    [{ residency: [{ allowedRegions: ["eu-1", " "] }] }, 'residency[0].allowedRegions: has no region of the name " "'],
    [
      { residency: [{ allowedRegions: ["eu-1", 5] }] },
      `residency[0].allowedRegions: ${must}, and has something else in it`,
    ],
    [
      { residency: [{ tags: { a: 1 }, allowedRegions: ["eu-1"] }] },
      "residency[0].tags.a: must be a string, got a number",
    ],
    [
      { residency: [{ tag: {}, allowedRegions: ["eu-1"] }] },
      'residency[0].tag: is not an option (did you mean "tags"?)',
    ],
    [{ preferredRegions: "eu-1" }, `preferredRegions: ${must}`],
    [
      { tiers: { cheap: { targets: ["a-1"], preferredRegions: [] } } },
      "tiers.cheap.preferredRegions: must name at least one region",
    ],
  ])("%j", (changes, fault) => {
    expect(faultsOf(() => resolveConfig(optionsOf(changes)))).toEqual([fault]);
  });
});
