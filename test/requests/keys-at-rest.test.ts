import { AuthenticationError } from "openai";
import { describe, expect, it } from "vitest";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, errorOf, startPair, textOf, type Pair } from "./setup.ts";

/** A tier with two targets on the key of server `a`, and a third on another key. */
function startThree(...script: Step[]): Promise<Pair> {
  return startPair({ a: script, router: { tiers: { main: ["a", "a-too", "b"] } } });
}

const refusals: readonly (readonly [string, Step, string])[] = [
  ["401", faults.unauthorized, "credentials_refused"],
  ["403", faults.forbidden, "credentials_refused"],
  ["402", faults.paymentRequired, "quota_exhausted"],
  ["429 insufficient_quota", faults.insufficientQuota, "quota_exhausted"],
];

describe.each(refusals)("a key that is refused with %s", (_, step, reason) => {
  it("is not tried with another target", async () => {
    await using pair = await startThree(step);
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
    expect([pair.a.hits("a"), pair.a.hits("a-too")]).toEqual([1, 0]);
  });

  it("is left alone by the next call", async () => {
    await using pair = await startThree(step);
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([1, 2]);
  });

  it("puts every target of its client out, and no other", async () => {
    await using pair = await startThree(step);
    await pair.router.chat.completions.create(call);
    const { targets } = pair.router.health();
    expect(Object.entries(targets).map(([id, { out }]) => [id, out])).toEqual([
      ["a", reason],
      ["b", undefined],
      ["a-too", reason],
    ]);
  });

  it("is told of", async () => {
    await using pair = await startThree(step);
    await pair.router.chat.completions.create(call);
    expect(pair.events.of("target:rest")).toMatchObject([{ target: undefined, client: "default", reason }]);
  });
});

describe("a key at rest", () => {
  it("is tried when nothing else is left", async () => {
    await using pair = await startPair({ a: [401], b: [401, 401] });
    await errorOf(pair.router.chat.completions.create(call));
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a");
  });

  it("is back once it is accepted", async () => {
    await using pair = await startPair({ a: [401], b: [401] });
    await errorOf(pair.router.chat.completions.create(call));
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["a"]?.healthy).toBe(true);
  });

  it("stays at rest when it is refused again", async () => {
    await using pair = await startPair({ a: [401, 401], b: [401] });
    await errorOf(pair.router.chat.completions.create(call));
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(pair.router.health().targets["a"]?.out).toBe("credentials_refused");
  });
});

describe("a model that the provider does not know", () => {
  it("rests alone: another target of the same key serves", async () => {
    await using pair = await startThree(faults.modelNotFound);
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a-too");
  });

  it("is not asked for again while it rests", async () => {
    await using pair = await startThree(faults.modelNotFound);
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create(call);
    expect([pair.a.hits("a"), pair.a.hits("a-too")]).toEqual([1, 2]);
  });

  it("is told of", async () => {
    await using pair = await startThree(faults.modelNotFound);
    await pair.router.chat.completions.create(call);
    expect(pair.events.of("target:rest")).toMatchObject([
      { target: "a", client: "default", reason: "model_not_found" },
    ]);
  });
});
