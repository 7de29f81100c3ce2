import { expect, it } from "vitest";
import { similarityClassifier } from "../../src/classify/similarity.ts";
import { ConfigError } from "../../src/errors.ts";
import type { RoutingRequest } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";
import { type Asked, startModel } from "./start-model.ts";

const signal = new AbortController().signal;
const ask = (content: string): RoutingRequest => requestOf({ messages: [{ role: "user", content }] });
const examples = { cheap: ["small talk", "a greeting"], premium: ["a proof", "an analysis"] };

/** A model for which texts with the same first letter as a word are alike: it counts three letters. */
const vectorOf = (text: string) => ["a", "g", "p"].map((letter) => text.split(letter).length - 1);
const embeddings = ({ body }: Asked) => ({
  data: body.input.map((text, index) => ({ index, embedding: vectorOf(text) })),
});

function classifierFor(model: Awaited<ReturnType<typeof startModel>>, options = {}) {
  return similarityClassifier({ client: model.client, model: "small", examples, ...options });
}

it("sends a prompt to the tier whose examples it is most like", async () => {
  await using model = await startModel(embeddings);
  const classifier = classifierFor(model, { examples: { cheap: ["ggg"], premium: ["ppp"] } });
  const decision = await classifier.classify(ask("pppg"), signal);
  expect(decision).toMatchObject({
    tier: "premium",
    reason: 'like the examples of "premium" (0.95), next "cheap" (0.32)',
  });
  expect(decision?.confidence).toBeGreaterThan(0.9);
});

it("is not sure of a prompt between two tiers", async () => {
  await using model = await startModel(embeddings);
  const classifier = classifierFor(model, { examples: { cheap: ["ggg"], premium: ["ppp"] } });
  expect(await classifier.classify(ask("pg"), signal)).toMatchObject({ confidence: 0.5 });
});

it("says nothing of a prompt that is like none", async () => {
  await using model = await startModel(embeddings);
  const classifier = classifierFor(model, { examples: { cheap: ["ggg"], premium: ["ppp"] } });
  expect(await classifier.classify(ask("aaa"), signal)).toBeUndefined();
});

it("takes another threshold", async () => {
  await using model = await startModel(embeddings);
  const classifier = classifierFor(model, { examples: { cheap: ["ggg"], premium: ["ppp"] }, threshold: 0.96 });
  expect(await classifier.classify(ask("pppg"), signal)).toBeUndefined();
});

it("counts only the nearest examples of a tier", async () => {
  await using model = await startModel(embeddings);
  const all = { premium: ["ppp", "aaa", "aaa"], cheap: ["ggp"] };
  const nearest = classifierFor(model, { examples: all, nearest: 1 });
  const mean = classifierFor(model, { examples: all, nearest: 3 });
  expect(await nearest.classify(ask("p"), signal)).toMatchObject({ tier: "premium" });
  expect(await mean.classify(ask("p"), signal)).toMatchObject({ tier: "cheap" });
});

it("asks for nothing before the first call", async () => {
  await using model = await startModel(embeddings);
  classifierFor(model);
  expect(model.asked).toEqual([]);
});

it("embeds the examples once, in one request that concurrent first calls share", async () => {
  await using model = await startModel(embeddings);
  const classifier = classifierFor(model);
  await Promise.all(["p", "g", "a"].map(async (prompt) => classifier.classify(ask(prompt), signal)));
  await classifier.classify(ask("ap"), signal);
  const inputs = model.asked.map(({ body }) => body.input.join());
  expect(inputs.filter((input) => input === "small talk,a greeting,a proof,an analysis")).toHaveLength(1);
  expect(inputs).toHaveLength(5);
});

it("sends examples in batches, and keeps them with their tiers", async () => {
  await using model = await startModel(embeddings);
  const classifier = classifierFor(model, { examples: { cheap: ["g", "gg", "ggg"], premium: ["p", "pp"] }, batch: 2 });
  expect(await classifier.classify(ask("pppp"), signal)).toMatchObject({ tier: "premium" });
  const sizes = model.asked.map(({ body }) => body.input.length);
  expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2]);
});

it("puts embeddings that come in another order with their texts", async () => {
  await using model = await startModel((asked) => ({ data: embeddings(asked).data.toReversed() }));
  const classifier = classifierFor(model, { examples: { cheap: ["ggg"], premium: ["ppp"] } });
  expect(await classifier.classify(ask("p"), signal)).toMatchObject({ tier: "premium" });
});

it("embeds the examples again at the next call when that failed", async () => {
  let broken = true;
  await using model = await startModel((asked) => (broken && asked.body.input.length > 1 ? 500 : embeddings(asked)));
  const classifier = classifierFor(model);
  await expect(classifier.classify(ask("p"), signal)).rejects.toThrow("out of order");
  broken = false;
  expect(await classifier.classify(ask("p"), signal)).toMatchObject({ tier: "premium" });
});

it("goes on embedding the examples when the first caller leaves", async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await using model = await startModel(async (asked) => {
    if (asked.body.input.length > 1) await released;
    return embeddings(asked);
  });
  const classifier = classifierFor(model);
  const controller = new AbortController();
  const first = classifier.classify(ask("p"), controller.signal);
  controller.abort();
  await expect(first).rejects.toThrow("aborted");
  release();
  expect(await classifier.classify(ask("p"), signal)).toMatchObject({ tier: "premium" });
  expect(model.asked.filter(({ body }) => body.input.length > 1)).toHaveLength(1);
});

it("gives up embedding the examples at its time limit", async () => {
  await using model = await startModel((asked) =>
    asked.body.input.length > 1 ? new Promise(() => {}) : embeddings(asked),
  );
  const classifier = classifierFor(model, { loadTimeoutMs: 50 });
  await expect(classifier.classify(ask("p"), signal)).rejects.toThrow("aborted");
});

it("ends embedding the examples when it is closed", async () => {
  await using model = await startModel((asked) =>
    asked.body.input.length > 1 ? new Promise(() => {}) : embeddings(asked),
  );
  const classifier = classifierFor(model);
  const decision = classifier.classify(ask("p"), signal);
  await classifier.close?.();
  await expect(decision).rejects.toThrow("aborted");
});

it.each([
  ["too few embeddings", { data: [] }],
  ["no embeddings", {}],
])("fails when the model gives %s", async (_what, answer) => {
  await using model = await startModel(() => answer);
  await expect(classifierFor(model).classify(ask("p"), signal)).rejects.toThrow("another number of embeddings");
});

it("fails when prompt and examples are not of the same length", async () => {
  await using model = await startModel(({ body }) => ({
    data: body.input.map((_text, index) => ({ index, embedding: Array(body.input.length).fill(1) })),
  }));
  await expect(classifierFor(model).classify(ask("p"), signal)).rejects.toThrow("can not be compared");
});

it("takes an embedding of zeros for like nothing", async () => {
  await using model = await startModel(embeddings);
  expect(await classifierFor(model).classify(ask("xyz"), signal)).toBeUndefined();
});

it("compares the beginning and the end of a long prompt", async () => {
  await using model = await startModel(embeddings);
  await classifierFor(model, { maxChars: 11 }).classify(ask(`pppp${"g".repeat(5_000)}aaaa`), signal);
  expect(model.asked.map(({ body }) => body.input.join())).toContain("ppp\n...\naaa");
});

it.each([
  ["a call without text", requestOf({ messages: [] })],
  ["embeddings", requestOf({ input: "Why?" }, {}, "embeddings")],
])("says nothing of %s, and asks nobody", async (_what, request) => {
  await using model = await startModel(embeddings);
  expect(classifierFor(model).classify(request, signal)).toBeUndefined();
  expect(model.asked).toEqual([]);
});

it.each([{}, { cheap: [] }])("refuses the examples %j", async (none) => {
  await using model = await startModel(embeddings);
  expect(() => classifierFor(model, { examples: none })).toThrow(ConfigError);
});
