import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { feedbackClassifier } from "../../src/classify/feedback.ts";
import { firstSure } from "../../src/classify/first-sure.ts";
import { heuristicClassifier } from "../../src/classify/heuristic.ts";
import { judgeClassifier } from "../../src/classify/judge.ts";
import { priorityClassifier } from "../../src/classify/priority.ts";
import { rulesClassifier } from "../../src/classify/rules.ts";
import { similarityClassifier } from "../../src/classify/similarity.ts";
import { splitClassifier } from "../../src/classify/split.ts";
import { taskClassifier } from "../../src/classify/task.ts";
import type { Classifier } from "../../src/glossary.ts";
import { classifierConformance } from "../../src/testing/classifier-conformance.ts";
import { type Asked, startModel } from "./start-model.ts";

const tiers = { cheap: "small talk", balanced: "the rest", premium: "thought" };
let model: Awaited<ReturnType<typeof startModel>>;

beforeAll(async () => {
  model = await startModel(({ path, body }: Asked) => {
    if (path !== "/v1/embeddings") return { choices: [{ message: { role: "assistant", content: "cheap" } }] };
    return { data: body.input.map((_text, index) => ({ index, embedding: [1, index] })) };
  });
});
afterAll(() => model[Symbol.asyncDispose]());

const makers: Record<string, () => Classifier> = {
  task: taskClassifier,
  "task, with a tier for the rest": () => taskClassifier({ otherwise: "balanced" }),
  priority: priorityClassifier,
  heuristic: heuristicClassifier,
  rules: () =>
    rulesClassifier([
      { when: { contains: "?", maxChars: 100 }, tier: "cheap" },
      { when: {}, tier: "premium" },
    ]),
  split: () => splitClassifier({ cheap: 80, balanced: 15, premium: 5 }),
  judge: () => judgeClassifier({ client: model.client, model: "small", tiers }),
  similarity: () =>
    similarityClassifier({ client: model.client, model: "small", examples: { cheap: ["Hi"], premium: ["Prove it"] } }),
  feedback: () =>
    feedbackClassifier({
      tiers: ["cheap", "premium"],
      state: { cheap: { seen: 99, weights: { question: 9 } }, premium: { seen: 99, weights: { always: 9 } } },
      explore: 0,
    }),
  "first-sure": () => firstSure<string>([taskClassifier(), heuristicClassifier()]),
};

describe.each(Object.entries(makers))("%s", (_name, make) => {
  const cases = classifierConformance(make, { tiers: Object.keys(tiers), timeoutMs: 1_000 });
  it.each(cases)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
