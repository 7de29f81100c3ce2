import OpenAI from "openai";
import { expectTypeOf, it } from "vitest";
import { firstSure } from "../../src/classify/first-sure.ts";
import { heuristicClassifier } from "../../src/classify/heuristic.ts";
import { judgeClassifier } from "../../src/classify/judge.ts";
import { priorityClassifier } from "../../src/classify/priority.ts";
import { rulesClassifier } from "../../src/classify/rules.ts";
import { similarityClassifier } from "../../src/classify/similarity.ts";
import { splitClassifier } from "../../src/classify/split.ts";
import { taskClassifier } from "../../src/classify/task.ts";
import type { Classifier } from "../../src/glossary.ts";

const client = new OpenAI({ apiKey: "key" });

it("know the tiers of their defaults", () => {
  expectTypeOf(taskClassifier()).toEqualTypeOf<Classifier<"premium" | "cheap">>();
  expectTypeOf(priorityClassifier()).toEqualTypeOf<Classifier<"premium" | "cheap">>();
  expectTypeOf(heuristicClassifier()).toEqualTypeOf<Classifier<"cheap" | "balanced" | "premium">>();
});

it("know the tiers they were given, beside the defaults that stay", () => {
  expectTypeOf(taskClassifier({ otherwise: "balanced" })).toEqualTypeOf<Classifier<"premium" | "cheap" | "balanced">>();
  expectTypeOf(taskClassifier({ tiers: { legal: "large" } })).toEqualTypeOf<Classifier<"large">>();
  expectTypeOf(heuristicClassifier({ premium: "large" })).toEqualTypeOf<Classifier<"cheap" | "balanced" | "large">>();
});

it("infer tiers from their options", () => {
  expectTypeOf(splitClassifier({ a: 1, b: 2 })).toEqualTypeOf<Classifier<"a" | "b">>();
  expectTypeOf(rulesClassifier([{ when: {}, tier: "a" }])).toEqualTypeOf<Classifier<"a">>();
  expectTypeOf(judgeClassifier({ client, model: "m", tiers: { a: "" } })).toEqualTypeOf<Classifier<"a">>();
  expectTypeOf(similarityClassifier({ client, model: "m", examples: { a: [] } })).toEqualTypeOf<Classifier<"a">>();
});

it("pass for a classifier of any tiers", () => {
  expectTypeOf(heuristicClassifier()).toExtend<Classifier>();
});

it("compose with others", () => {
  expectTypeOf(
    firstSure<"cheap" | "balanced" | "premium">([taskClassifier(), heuristicClassifier()]),
  ).toExtend<Classifier>();
});
