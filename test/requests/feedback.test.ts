import { zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { feedbackClassifier, firstSure, type RouteRecord } from "../../src/index.ts";
import { call, errorOf, hear, next, startFleet, startPair, startSingle, streamingCall, type Single } from "./setup.ts";

/** Good and judged answers of target `a`, without a task. */
function judged({ router }: Pick<Single, "router">): readonly [good: number, of: number] | undefined {
  const [result] = router.report().tasks[0]?.targets ?? [];
  return result && [result.good, result.accuracy.count];
}

describe("router.feedback()", () => {
  it("takes a completion", async () => {
    await using single = await startSingle();
    single.router.feedback(await single.router.chat.completions.create(call), { good: true });
    single.router.feedback(await single.router.chat.completions.create(call), { good: false });
    expect(judged(single)).toEqual([1, 2]);
  });

  it("takes a score", async () => {
    await using single = await startSingle();
    single.router.feedback(await single.router.chat.completions.create(call), { good: 0.25 });
    expect(judged(single)).toEqual([0.25, 1]);
  });

  it("takes what parse() gives", async () => {
    await using single = await startSingle({ a: { models: { a: { reply: '{"answer":42}' } } } });
    const format = zodResponseFormat(z.object({ answer: z.number() }), "answer");
    const answer = await single.router.openai.chat.completions.parse({ ...call, response_format: format });
    single.router.feedback(answer, { good: true });
    expect(judged(single)).toEqual([1, 1]);
  });

  it("takes a stream that has ended", async () => {
    await using single = await startSingle();
    const { stream } = await hear(single.router);
    single.router.feedback(stream ?? {}, { good: true });
    expect(judged(single)).toEqual([1, 1]);
  });

  it("takes a stream that goes on, and counts it once", async () => {
    await using single = await startSingle();
    const stream = await single.router.chat.completions.create(streamingCall);
    single.router.feedback(stream, { good: true });
    for await (const _ of stream) continue;
    expect(judged(single)).toEqual([1, 1]);
  });

  it("takes an answer and a stream of the Responses API", async () => {
    await using single = await startSingle();
    const asked = { model: "main", input: "Hi?" };
    single.router.feedback(await single.router.responses.create(asked), { good: true });
    const stream = await single.router.responses.create({ ...asked, stream: true });
    for await (const _ of stream) continue;
    single.router.feedback(stream, { good: false });
    expect(judged(single)).toEqual([1, 2]);
  });

  it("takes the Response of router.fetch, and the record that ask() gives", async () => {
    await using single = await startSingle();
    const response = await single.router.fetch(`${single.a.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(call),
    });
    single.router.feedback(response, { good: true });
    single.router.feedback((await single.router.ask("Hi?", { tier: "main" })).record, { good: false });
    expect(judged(single)).toEqual([1, 2]);
  });

  it("takes a copy of the record that went through JSON, as the same answer", async () => {
    await using single = await startSingle();
    const answer = await single.router.chat.completions.create(call);
    const copy = JSON.parse(JSON.stringify(single.router.recordOf(answer))) as RouteRecord;
    single.router.feedback(answer, { good: false });
    single.router.feedback(Object.freeze(copy), { good: true });
    expect(judged(single)).toEqual([1, 1]);
  });

  it("takes a record of another process", async () => {
    await using here = await startSingle();
    await using there = await startSingle();
    const { record } = await there.router.ask("Hi?", { tier: "main" });
    here.router.feedback(JSON.parse(JSON.stringify(record)) as RouteRecord, { good: true });
    expect(judged(here)).toEqual([1, 1]);
  });

  it("takes what .stream() has put together, of chat completions and of the Responses API", async () => {
    await using single = await startSingle();
    const chat = single.router.openai.chat.completions.stream({ ...call });
    single.router.feedback(await chat.finalChatCompletion(), { good: true });
    const response = single.router.openai.responses.stream({ model: "main", input: "Hi?" });
    single.router.feedback(await response.finalResponse(), { good: false });
    expect(judged(single)).toEqual([1, 2]);
  });

  it("takes ids and copies of answers that are remembered", async () => {
    await using single = await startSingle({ router: { rememberAnswers: 10 } });
    const answer = await single.router.chat.completions.create(call);
    single.router.feedback(answer.id, { good: false });
    single.router.feedback(JSON.parse(JSON.stringify(answer)) as object, { good: false });
    single.router.feedback(single.router.recordOf(answer).requestId, { good: true });
    const { chunks } = await hear(single.router);
    single.router.feedback(chunks[0]?.id ?? "", { good: true });
    expect(judged(single)).toEqual([2, 2]);
  });

  it("says so when an id is not remembered", async () => {
    await using single = await startSingle();
    const answer = await single.router.chat.completions.create(call);
    for (const given of [answer.id, { ...answer }, "no-such-id"])
      expect(() => single.router.feedback(given, { good: true })).toThrow("set rememberAnswers and give its id");
  });

  it("replaces what was said before", async () => {
    await using single = await startSingle();
    const answer = await single.router.chat.completions.create(call);
    for (const good of [true, false, true]) single.router.feedback(answer, { good });
    expect(judged(single)).toEqual([1, 1]);
  });

  it("judges the target that answered, not those that failed before it", async () => {
    await using pair = await startPair({ a: [500, 500] });
    pair.router.feedback(await pair.router.chat.completions.create(call), { good: true });
    const [task] = pair.router.report().tasks;
    expect(task?.targets.map(({ name, good }) => [name, good])).toEqual([["b", 1]]);
  });

  it("is shown by the record, and told", async () => {
    await using single = await startSingle();
    const view = single.router.with({ task: "titles", tags: { team: "search" } });
    const told = next(single.router, "feedback:give");
    const answer = await view.chat.completions.create(call);
    view.feedback(answer, { good: true });
    const { requestId, feedback } = single.router.recordOf(answer);
    expect(feedback).toBe(1);
    expect(await told).toEqual({
      requestId,
      target: "a",
      tier: "main",
      task: "titles",
      tags: { team: "search" },
      good: 1,
    });
  });

  it("teaches the classifiers that learn", async () => {
    const classifier = feedbackClassifier({ tiers: ["cheap", "premium"] });
    await using fleet = await startFleet({
      tiers: { cheap: ["a"], premium: ["b"] },
      classifier: firstSure([classifier]),
    });
    for (const good of [true, true, false]) {
      const { record } = await fleet.router.ask("Hi?");
      fleet.router.feedback(record, { good });
    }
    expect(classifier.state()["cheap"]?.seen).toBe(3);
  });

  it("says so when the object is none of its answers", async () => {
    await using single = await startSingle();
    const copy = { ...(await single.router.chat.completions.create(call)) };
    for (const given of [copy, {}, single.router, null as never])
      expect(() => single.router.feedback(given, { good: true })).toThrow(
        /feedback\(\) takes what a call of this router gave/,
      );
  });

  it("says so when nobody has answered", async () => {
    await using single = await startSingle({ a: [500, 500] });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(() => single.router.feedback(error, { good: true })).toThrow("no target has answered this call");
  });

  it.each([{}, { good: 2 }, { good: -0.1 }, { good: Number.NaN }, { good: "yes" }, undefined])(
    "says so when %j does not say whether it was good",
    async (feedback) => {
      await using single = await startSingle();
      const answer = await single.router.chat.completions.create(call);
      expect(() => single.router.feedback(answer, feedback as never)).toThrow(RangeError);
      expect(judged(single)).toEqual([0, 0]);
    },
  );
});
