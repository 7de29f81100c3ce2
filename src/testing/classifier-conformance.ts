import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Awaitable, Classifier, Decision, JsonObject, RoutingRequest } from "../glossary.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { oddBodies } from "./odd-bodies.ts";
import { requestOf } from "./request-of.ts";

/** Options of {@link classifierConformance}. */
export interface ClassifierConformanceOptions {
  /** The tiers the classifier may name. */
  tiers: readonly string[];
  /** The time limit of a classifier without its own `timeoutMs`, in milliseconds. @defaultValue 50, as in the router */
  timeoutMs?: number | undefined;
  /** Whether the same request gets the same answer each time; a classifier that draws lots does not. @defaultValue true */
  repeatable?: boolean | undefined;
}

type Check = (classifier: Classifier, options: ClassifierConformanceOptions) => Awaitable<void>;

/**
 * The cases that every classifier must pass. Each run makes a classifier of its own and closes it again.
 * @param makeClassifier - makes the classifier under test
 */
export function classifierConformance(
  makeClassifier: () => Awaitable<Classifier>,
  options: ClassifierConformanceOptions,
): readonly ConformanceCase[] {
  const caseOf = (name: string, check: Check): ConformanceCase => ({
    name,
    async run() {
      const classifier = await makeClassifier();
      try {
        await check(classifier, options);
      } finally {
        await classifier.close?.();
      }
    },
  });
  const survivals = [...oddBodies].map(([what, bodyOf]) =>
    caseOf(`answers a request with ${what}`, (classifier, { tiers }) => survives(classifier, tiers, bodyOf())),
  );
  const repeats = options.repeatable === false ? [] : [caseOf("gives the same request the same answer", isRepeatable)];
  return [
    caseOf("has a name, and a time limit above 0 if any", isNamed),
    caseOf("answers with nothing, or with a known tier, a confidence from 0 to 1 and a reason", answersWell),
    caseOf("leaves the request as it is", changesNothing),
    caseOf("settles when the signal is aborted already", settlesWhenAborted),
    caseOf("settles when the signal is aborted while it decides", settlesOnAbort),
    caseOf("answers many requests at once", answersAtOnce),
    caseOf("decides on 1 MB within its time limit", keepsItsLimit),
    ...repeats,
    ...survivals,
  ];
}

const never = new AbortController().signal;

function isNamed({ name, timeoutMs = 1 }: Classifier): void {
  assert.ok(typeof name === "string" && name !== "", "The classifier needs a name.");
  assert.ok(timeoutMs > 0, `Its timeoutMs must be above 0, it is ${timeoutMs}.`);
}

async function answersWell(classifier: Classifier, { tiers }: ClassifierConformanceOptions): Promise<void> {
  for (const request of ordinaryRequests()) assertAnswer(await classifier.classify(request, never), tiers);
}

async function survives(classifier: Classifier, tiers: readonly string[], body: JsonObject): Promise<void> {
  assertAnswer(await classifier.classify(requestOf(body, { user: "u1" }), never), tiers);
  assert.ok(!("polluted" in {}), "It must not write to Object.prototype.");
}

async function changesNothing(classifier: Classifier): Promise<void> {
  for (const request of ordinaryRequests()) {
    const before = structuredClone({ body: request.body, hints: request.hints });
    // Frozen, so that a change also fails where it is made.
    deepFreeze(request.body);
    deepFreeze(request.hints);
    await classifier.classify(request, never);
    assert.deepEqual({ body: request.body, hints: request.hints }, before, "It must not change the request.");
  }
}

async function settlesWhenAborted(classifier: Classifier, options: ClassifierConformanceOptions): Promise<void> {
  await settles(classifier, AbortSignal.abort(), options);
}

async function settlesOnAbort(classifier: Classifier, options: ClassifierConformanceOptions): Promise<void> {
  const controller = new AbortController();
  const settled = settles(classifier, controller.signal, options);
  controller.abort();
  await settled;
}

async function answersAtOnce(classifier: Classifier, { tiers }: ClassifierConformanceOptions): Promise<void> {
  const requests = Array.from({ length: 20 }, (_, at) => question(`What is ${at} times ${at}?`));
  const answers = await Promise.all(requests.map(async (request) => classifier.classify(request, never)));
  for (const answer of answers) assertAnswer(answer, tiers);
}

async function keepsItsLimit(classifier: Classifier, options: ClassifierConformanceOptions): Promise<void> {
  const limitMs = limitOf(classifier, options);
  // What is done once, such as loading examples, is not what is measured.
  await classifier.classify(question("Are you ready?"), never);
  const request = question("A long story goes on. ".repeat(50_000));
  const startedAt = performance.now();
  await classifier.classify(request, never);
  const tookMs = Math.round(performance.now() - startedAt);
  assert.ok(tookMs <= limitMs, `It took ${tookMs} ms for 1 MB, its limit is ${limitMs} ms.`);
}

async function isRepeatable(classifier: Classifier): Promise<void> {
  for (const request of ordinaryRequests()) {
    const first = await classifier.classify(request, never);
    assert.deepEqual(await classifier.classify(request, never), first, "It must answer the same twice.");
  }
}

async function settles(
  classifier: Classifier,
  signal: AbortSignal,
  options: ClassifierConformanceOptions,
): Promise<void> {
  const limitMs = limitOf(classifier, options);
  const stop = new AbortController();
  // It may answer or reject: both let go of the caller.
  const answered = ask(classifier, signal).then(
    () => true,
    () => true,
  );
  const tooLong = delay(limitMs, false, { signal: stop.signal }).catch(() => false);
  const inTime = await Promise.race([answered, tooLong]);
  stop.abort();
  assert.ok(inTime, `It went on for ${limitMs} ms after the signal was aborted.`);
}

async function ask(classifier: Classifier, signal: AbortSignal): Promise<Decision | undefined> {
  return classifier.classify(question("Why is the sky blue?"), signal);
}

function limitOf(classifier: Classifier, { timeoutMs = 50 }: ClassifierConformanceOptions): number {
  return Math.min(classifier.timeoutMs ?? timeoutMs, 60_000);
}

function assertAnswer(answer: Decision | undefined, tiers: readonly string[]): void {
  if (answer === undefined) return;
  const { tier, confidence, reason } = answer;
  assert.ok(tiers.includes(tier), `It named the tier ${JSON.stringify(tier)}, known are ${tiers.join(", ")}.`);
  assert.ok(confidence >= 0 && confidence <= 1, `A confidence is a number from 0 to 1, it gave ${confidence}.`);
  assert.ok(typeof reason === "string" && reason !== "", "A decision needs a reason.");
}

function ordinaryRequests(): readonly RoutingRequest[] {
  const hints = { user: "u1", conversation: "c1", task: "critical_analysis", priority: "premium", tags: { team: "a" } };
  return [
    question("What is the capital of France?"),
    question("Compare quicksort and mergesort, step by step."),
    requestOf({ model: "auto", messages: [{ role: "user", content: "Translate: good morning" }] }, hints),
    requestOf({ model: "auto", input: "法国的首都是哪里？", stream: true }, hints),
    requestOf({ model: "auto", prompt: "Once upon a time" }, hints),
    requestOf({ model: "auto", input: ["a text to embed"] }, hints, "embeddings"),
  ];
}

function question(content: string): RoutingRequest {
  return requestOf({ model: "auto", messages: [{ role: "user", content }] }, { user: "u1" });
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
