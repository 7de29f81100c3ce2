import { expect, it } from "vitest";
import { regionTests } from "../../src/config/allowed-regions.ts";
import { plan } from "../../src/plan/plan.ts";
import { planningWith, requestWith, targetNamed } from "./planning.ts";

const targets = [
  targetNamed("nowhere"),
  targetNamed("us-1", { region: "us-east-1" }),
  targetNamed("eu-1", { region: "eu-west-1" }),
  targetNamed("us-2", { region: "us-east-1" }),
  targetNamed("eu-2", { region: "eu-central-1" }),
];

function order(names: readonly string[], hints = {}): readonly string[] {
  const request = requestWith({ hints });
  const chain = plan(planningWith({ request, targets, preferredRegions: regionTests(names) }));
  return chain.targets.map(({ id }) => id);
}

it.each([
  [
    ["eu-west-1", "us-east-1"],
    ["eu-1", "us-1", "us-2", "nowhere", "eu-2"],
  ],
  [["eu-*"], ["eu-1", "eu-2", "nowhere", "us-1", "us-2"]],
  [["ap-*"], ["nowhere", "us-1", "eu-1", "us-2", "eu-2"]],
  [
    ["eu-central-1", "*"],
    ["eu-2", "us-1", "eu-1", "us-2", "nowhere"],
  ],
])("%j goes first, and within a region the order stays", (names, ids) => {
  expect(order(names)).toEqual(ids);
});

it("gives way to the target that the caller names", () => {
  expect(order(["eu-*"], { target: "us-2" })[0]).toBe("us-2");
});

it("goes before what the strategy says", () => {
  const backwards = { name: "backwards", order: <T>(given: readonly T[]) => given.toReversed() };
  const chain = plan(planningWith({ targets, strategy: backwards, preferredRegions: regionTests(["us-*"]) }));
  expect(chain.targets.map(({ id }) => id)).toEqual(["us-2", "us-1", "eu-2", "eu-1", "nowhere"]);
});
