import { beforeEach, afterEach, describe, expect, it, vi } from "vitest";
import { LearntParams } from "../../src/state/learnt-params.ts";

const target = { id: "a", model: "m" };
const client = {};
const seed = { param: "seed", why: "refused" };
const hourMs = 3_600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("LearntParams", () => {
  it("keeps what a target has refused for a day", () => {
    const learnt = new LearntParams();
    expect(learnt.learn(target, client, seed)).toBe(Date.now() + 24 * hourMs);
    vi.advanceTimersByTime(24 * hourMs - 1);
    expect(learnt.of(target, client)).toEqual([seed]);
    vi.advanceTimersByTime(1);
    expect(learnt.of(target, client)).toEqual([]);
  });

  it("knows nothing of other targets, models and clients", () => {
    const learnt = new LearntParams();
    learnt.learn(target, client, seed);
    expect(learnt.of({ id: "b", model: "m" }, client)).toEqual([]);
    expect(learnt.of({ id: "a", model: "n" }, client)).toEqual([]);
    expect(learnt.of(target, {})).toEqual([]);
  });

  it("keeps different values of one parameter apart", () => {
    const learnt = new LearntParams();
    learnt.learn(target, client, { ...seed, value: "1" });
    learnt.learn(target, client, { ...seed, value: "2" });
    learnt.learn(target, client, { ...seed, value: "2" });
    expect(learnt.of(target, client).map(({ value }) => value)).toEqual(["1", "2"]);
  });

  it("keeps fifty of a target, the latest", () => {
    const learnt = new LearntParams();
    for (let count = 0; count < 60; count += 1) learnt.learn(target, client, { param: `p${count}`, why: "" });
    const kept = learnt.of(target, client).map(({ param }) => param);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([50, "p10", "p59"]);
  });

  it("keeps a thousand targets, those used last", () => {
    const learnt = new LearntParams();
    for (let count = 0; count <= 1_000; count += 1) learnt.learn({ id: `t${count}`, model: "m" }, client, seed);
    expect(learnt.of({ id: "t0", model: "m" }, client)).toEqual([]);
    expect(learnt.of({ id: "t1", model: "m" }, client)).toEqual([seed]);
  });
});
