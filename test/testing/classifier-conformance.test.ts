import { expect, it } from "vitest";
import type { Classifier, Decision } from "../../src/glossary.ts";
import { classifierConformance } from "../../src/testing/classifier-conformance.ts";

const good: Decision = { tier: "cheap", confidence: 1, reason: "as told" };

/** Names of the cases that a classifier fails. */
async function failedBy(classifier: Classifier, options = {}): Promise<readonly string[]> {
  const cases = classifierConformance(() => classifier, { tiers: ["cheap"], ...options });
  const results = await Promise.allSettled(cases.map(async ({ run }) => run()));
  return cases.filter((_case, at) => results[at]?.status === "rejected").map(({ name }) => name);
}

const answering = (answer: unknown): Classifier => ({ name: "answering", classify: () => answer as Decision });
const answersWell = "answers with nothing, or with a known tier, a confidence from 0 to 1 and a reason";

it.each([
  ["a decision", good],
  ["nothing", undefined],
])("passes a classifier that gives %s", async (_what, answer) => {
  expect(await failedBy(answering(answer))).toEqual([]);
});

it.each([
  ["an unknown tier", { ...good, tier: "premum" }],
  ["a confidence above 1", { ...good, confidence: 80 }],
  ["no confidence", { tier: "cheap", reason: "as told" }],
  ["no reason", { ...good, reason: "" }],
])("fails a classifier that gives %s", async (_what, answer) => {
  expect(await failedBy(answering(answer))).toContain(answersWell);
});

const meddling: Classifier = {
  name: "meddling",
  classify({ body }) {
    Object.assign(body, { temperature: 0 });
    return good;
  },
};

it("fails a classifier that changes the request", async () => {
  expect(await failedBy(meddling)).toEqual(["leaves the request as it is"]);
});

const naive: Classifier = {
  name: "naive",
  classify({ body }) {
    const [message] = body["messages"] as { content: string }[];
    return message?.content.includes("?") === true ? good : undefined;
  },
};

it("fails a classifier that trips over an odd body", async () => {
  expect(await failedBy(naive)).toContain("answers a request with an empty body");
});

const deaf: Classifier = {
  name: "deaf",
  timeoutMs: 100,
  classify: ({ prompt }) => (prompt.includes("sky") ? new Promise(() => {}) : good),
};

it("fails a classifier that ignores the signal", async () => {
  expect(await failedBy(deaf)).toEqual([
    "settles when the signal is aborted already",
    "settles when the signal is aborted while it decides",
  ]);
});

it("fails a classifier that decides otherwise each time, unless it may", async () => {
  let calls = 0;
  const classify: Classifier["classify"] = () => ({ ...good, reason: `call ${(calls += 1)}` });
  expect(await failedBy({ name: "moody", classify })).toEqual(["gives the same request the same answer"]);
  expect(await failedBy({ name: "moody", classify }, { repeatable: false })).toEqual([]);
});

const slow: Classifier = {
  name: "slow",
  timeoutMs: 100,
  classify({ inputChars }) {
    const until = performance.now() + (inputChars > 1_000_000 && inputChars < 2_000_000 ? 150 : 0);
    while (performance.now() < until);
    return good;
  },
};

it("fails a classifier that takes too long for 1 MB", async () => {
  expect(await failedBy(slow)).toEqual(["decides on 1 MB within its time limit"]);
});

it.each([
  ["without a name", { name: "" }, "needs a name"],
  ["with a time limit of 0", { timeoutMs: 0 }, "must be above 0"],
])("fails a classifier %s", async (_what, odd, message) => {
  const [first] = classifierConformance(() => ({ ...answering(good), ...odd }), { tiers: ["cheap"] });
  await expect(first?.run()).rejects.toThrow(message);
});

it("closes the classifier after each case, also after one that fails", async () => {
  let open = 0;
  const make = () => {
    open += 1;
    return { ...answering({ tier: "premum" }), close: () => void (open -= 1) };
  };
  const cases = classifierConformance(make, { tiers: ["cheap"] });
  await Promise.allSettled(cases.map(async ({ run }) => run()));
  expect(open).toBe(0);
});
