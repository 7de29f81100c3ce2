import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { call, startPair, streamingCall } from "./setup.ts";

describe("the answer that attempt:end tells of", () => {
  it("is there for the attempt that answered, and for no other", async () => {
    await using pair = await startPair({ a: [500], router: { retry: false } });
    const { id } = await pair.router.chat.completions.create(call);
    const told = pair.events.of("attempt:end").map(({ attempt, answer }) => [attempt.target, answer?.id]);
    expect(told).toEqual([
      ["a", undefined],
      ["b", id],
    ]);
  });

  it("has the body that the caller gets", async () => {
    await using pair = await startPair();
    const completion = await pair.router.chat.completions.create(call);
    expect(pair.events.of("attempt:end")[0]?.answer?.body()).toMatchObject({ id: completion.id });
  });

  it("has what the events of a stream come to", async () => {
    await using pair = await startPair({ a: { models: { a: { reply: "Word by word." } } } });
    for await (const _ of await pair.router.chat.completions.create(streamingCall)) continue;
    expect(pair.events.of("attempt:end")[0]?.answer?.body()).toMatchObject({
      choices: [{ message: { role: "assistant", content: "Word by word." }, finish_reason: "stop" }],
    });
  });

  it("shows nothing of the content where it is printed", async () => {
    await using pair = await startPair({ a: { models: { a: { reply: "plugh" } } } });
    await pair.router.chat.completions.create(call);
    for await (const _ of await pair.router.chat.completions.create(streamingCall)) continue;
    const told = pair.events.of("attempt:end");
    const printed = inspect(told, { depth: Infinity, showHidden: true }) + JSON.stringify(told);
    expect(printed).toContain("finishReasons");
    expect(printed).not.toContain("plugh");
  });

  it("shows no key that a provider put in the place of an id", async () => {
    const echo = JSON.stringify({ id: "sk-key-of-a", model: "sk-key-of-a", choices: [{ message: { content: "Hi" } }] });
    await using pair = await startPair({ a: [{ body: echo }] });
    await pair.router.chat.completions.create(call);
    const [told] = pair.events.of("attempt:end");
    expect(told?.answer?.id).toEqual(expect.any(String));
    expect(JSON.stringify(told)).not.toContain("sk-key-of-a");
  });
});
