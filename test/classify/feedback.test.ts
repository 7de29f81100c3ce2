import { describe, expect, it } from "vitest";
import { feedbackClassifier, type FeedbackClassifierOptions } from "../../src/classify/feedback.ts";
import { ConfigError } from "../../src/errors.ts";
import type { Hints, RoutingRequest } from "../../src/glossary.ts";
import { LazyRoutingRequest } from "../../src/openai/request.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const signal = new AbortController().signal;
const tiers = ["cheap", "premium"];
const question = "What is the capital of France?";
const riddle = "Prove that there are infinitely many primes.";

let count = 0;
function asking(content: string, hints: Hints = {}): RoutingRequest {
  const body = { messages: [{ role: "user", content }] };
  return new LazyRoutingRequest({ requestId: `r${(count += 1)}`, endpoint: "chat", body, hints, stream: false });
}

function make(options: Partial<FeedbackClassifierOptions> = {}) {
  return feedbackClassifier({ tiers, minFeedback: 20, explore: 0, ...options });
}

/** Feedback on so many questions and riddles on each tier: `cheap` is good at questions only, `premium` at both. */
function taught(options: Partial<FeedbackClassifierOptions> = {}, rounds = 100) {
  const classifier = make(options);
  for (let round = 0; round < rounds; round += 1) {
    for (const content of [question, riddle]) {
      for (const tier of tiers) {
        const request = asking(content);
        void classifier.classify(request, signal);
        classifier.learn({ requestId: request.requestId, tier }, tier === "premium" || content === question);
      }
    }
  }
  return classifier;
}

describe("a classifier that was taught", () => {
  it("sends to the cheapest tier what that is good at", () => {
    expect(taught().classify(asking("What is the capital of Peru?"), signal)).toMatchObject({ tier: "cheap" });
  });

  it("sends to the next tier what the cheapest is not good at", () => {
    expect(taught().classify(asking("Prove the theorem."), signal)).toMatchObject({ tier: "premium" });
  });

  it("says how likely the answer is good", () => {
    const decision = taught().classify(asking(question), signal);
    expect(decision).toMatchObject({ reason: expect.stringMatching(/^9\d % of such answers were good$/) });
  });

  it("says nothing when no tier is likely good enough", () => {
    expect(taught({ target: 0.9999 }).classify(asking(question), signal)).toBeUndefined();
  });

  it("learns that a tier has become bad", () => {
    const classifier = taught();
    for (let round = 0; round < 50; round += 1) {
      const request = asking(question);
      void classifier.classify(request, signal);
      classifier.learn({ requestId: request.requestId, tier: "cheap" }, false);
    }
    expect(classifier.classify(asking(question), signal)).toMatchObject({ tier: "premium" });
  });

  it("learns the same from the same feedback", () => {
    expect(taught().state()).toEqual(taught().state());
  });

  it("goes on from what was kept as JSON", () => {
    const first = taught();
    const second = make({ state: JSON.parse(JSON.stringify(first.state())) });
    const request = asking(riddle);
    expect(second.classify(request, signal)).toEqual(first.classify(request, signal));
    expect(second.state()).toEqual(first.state());
  });

  it("now and then tries the tier below the one chosen", () => {
    let drawn = 1;
    const classifier = taught({ explore: 0.02, random: () => drawn });
    drawn = 0.019;
    const tried = { tier: "cheap", confidence: 1, reason: 'tries "cheap" again, to learn' };
    expect(classifier.classify(asking(riddle), signal)).toEqual(tried);
    drawn = 0.02;
    expect(classifier.classify(asking(riddle), signal)).toMatchObject({ tier: "premium" });
  });

  it("has nothing to try below the cheapest tier", () => {
    const classifier = taught({ explore: 1, random: () => 0 });
    expect(classifier.classify(asking(question), signal)).toMatchObject({
      tier: "cheap",
      confidence: expect.closeTo(1, 0),
    });
  });
});

it("says nothing before the tiers have had enough feedback", () => {
  expect(taught({ minFeedback: 21 }, 10).classify(asking(question), signal)).toBeUndefined();
  expect(taught({ minFeedback: 20 }, 10).classify(asking(question), signal)).toBeDefined();
});

it("learns of a task", () => {
  const classifier = make();
  for (let round = 0; round < 40; round += 1) {
    for (const task of ["titles", "law"]) {
      const request = asking(question, { task });
      void classifier.classify(request, signal);
      classifier.learn({ requestId: request.requestId, tier: "cheap" }, task === "titles");
    }
  }
  expect(classifier.classify(asking(question, { task: "titles" }), signal)).toMatchObject({ tier: "cheap" });
  expect(classifier.classify(asking(question, { task: "law" }), signal)).toBeUndefined();
});

it("learns of features of the user's own", () => {
  const classifier = make({ features: ({ hints }) => ({ night: hints.tags?.["shift"] === "night" ? 1 : 0 }) });
  const request = asking(question, { tags: { shift: "night" } });
  void classifier.classify(request, signal);
  classifier.learn({ requestId: request.requestId, tier: "cheap" }, true);
  expect(classifier.state()).toMatchObject({ cheap: { weights: { night: 0.15 } } });
});

describe("feedback that teaches nothing", () => {
  it("is that on a request it was not asked about", () => {
    expect(make().learn({ requestId: "unknown", tier: "cheap" }, true)).toBe(false);
  });

  it("is that on a tier it does not know", () => {
    const classifier = make();
    const request = asking(question);
    void classifier.classify(request, signal);
    expect(classifier.learn({ requestId: request.requestId, tier: "balanced" }, true)).toBe(false);
  });

  it("is a second one on the same answer", () => {
    const classifier = make();
    const request = asking(question);
    void classifier.classify(request, signal);
    const answer = { requestId: request.requestId, tier: "cheap" };
    expect([classifier.learn(answer, true), classifier.learn(answer, true)]).toEqual([true, false]);
  });

  it("is that on a request so long ago that it was forgotten", () => {
    const classifier = make({ pending: 2 });
    const requests = [asking("a"), asking("b"), asking("c")];
    for (const request of requests) void classifier.classify(request, signal);
    expect(requests.map(({ requestId }) => classifier.learn({ requestId, tier: "cheap" }, true))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

it("says nothing of embeddings", () => {
  expect(taught().classify(requestOf({ input: question }, {}, "embeddings"), signal)).toBeUndefined();
});

it("refuses to choose between no tiers", () => {
  expect(() => make({ tiers: [] })).toThrow(ConfigError);
});
