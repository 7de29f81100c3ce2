import { describe, expect, it } from "vitest";
import { fastestStrategy } from "../../src/plan/fastest.ts";
import { orderOf, requestWith, targetNamed } from "./planning.ts";

const targets = ["a", "b", "c"].map((id) => targetNamed(id));
const states = {
  a: { latencyP50Ms: 300, ttftP50Ms: 10 },
  b: { latencyP50Ms: 100, ttftP50Ms: 30 },
  c: { latencyP50Ms: 200, ttftP50Ms: 20 },
};

describe("fastestStrategy", () => {
  it("puts the target with the lower median latency first", () => {
    expect(orderOf(fastestStrategy(), { targets: targets.slice(0, 2), states })).toEqual(["b", "a"]);
  });

  it("goes by the median TTFT for streams", () => {
    const request = requestWith({ stream: true });
    expect(orderOf(fastestStrategy(), { targets: targets.slice(0, 2), states, request })).toEqual(["a", "b"]);
  });

  it.each([
    { picked: "the fastest and another", randoms: [0, 0], order: ["b", "c", "a"] },
    { picked: "another and the fastest", randoms: [0.9, 0], order: ["b", "c", "a"] },
    { picked: "the two slower ones", randoms: [0.5, 0.9], order: ["c", "b", "a"] },
  ])("of three targets lets the faster of two picked go first: $picked", ({ randoms, order }) => {
    expect(orderOf(fastestStrategy(), { targets, states, randoms })).toEqual(order);
  });

  it("tries an idle target without measurements first", () => {
    const fresh = { ...states, c: {} };
    expect(orderOf(fastestStrategy(), { targets, states: fresh, randoms: [0.5, 0.9] })).toEqual(["c", "b", "a"]);
  });

  it("puts a target without measurements last while a call to it is under way", () => {
    const fresh = { a: { inFlight: 1 }, b: states.b, c: states.c };
    expect(orderOf(fastestStrategy(), { targets, states: fresh })).toEqual(["b", "c", "a"]);
  });

  it("takes a target as not measured for streams that has served other calls only", () => {
    const fresh = { a: { ttftP50Ms: 10 }, b: { latencyP50Ms: 1 } };
    const request = requestWith({ stream: true });
    expect(orderOf(fastestStrategy(), { targets: targets.slice(0, 2), states: fresh, request })).toEqual(["b", "a"]);
  });

  it("keeps the order of the tier while nothing is measured", () => {
    expect(orderOf(fastestStrategy(), { targets, randoms: [0.9, 0.9] })).toEqual(["a", "b", "c"]);
  });
});
