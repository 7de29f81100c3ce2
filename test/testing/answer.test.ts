import { describe, expect, it } from "vitest";
import { Simulator } from "../../src/testing/simulator.ts";
import type { SimulatorOptions } from "../../src/testing/provider-options.ts";
import type { AnswerPlan } from "../../src/testing/answer-plan.ts";

function plans(options: SimulatorOptions, count = 1): AnswerPlan[] {
  const simulator = new Simulator(options);
  const raw = {
    method: "POST",
    url: new URL("http://localhost/v1/chat/completions"),
    headers: {},
    rawBody: JSON.stringify({ model: "m", messages: [], stream: true }),
  };
  return Array.from({ length: count }, () => simulator.answer(simulator.receive(raw)));
}

const waits = ({ pieces }: AnswerPlan): number[] => [...pieces].map(({ waitMs }) => waitMs);

const delays = (seed: number) => plans({ latencyMs: [10, 20], seed }, 5).map(({ delayMs }) => delayMs);

describe("planAnswer", () => {
  it.each([
    ["the step's", { latencyMs: 1, models: { m: { latencyMs: 2 } }, script: [{ delayMs: 3 }] }, 3],
    ["the model's", { latencyMs: 1, models: { m: { latencyMs: 2 } } }, 2],
    ["the simulator's", { latencyMs: 1 }, 1],
    ["no", {}, 0],
  ])("takes %s latency", (_, options, delayMs) => {
    expect(plans(options)[0]?.delayMs).toBe(delayMs);
  });

  it("waits for the first content so long that it comes after ttftMs, headers included", () => {
    const [plan] = plans({ models: { m: { latencyMs: 30, ttftMs: 100, chunkDelayMs: 5, reply: "a b" } } });
    expect(waits(plan!)).toEqual([0, 70, 5, 0, 0]);
  });

  it("draws from a range the same lengths for the same seed", () => {
    expect(delays(7)).toEqual(delays(7));
    expect(delays(7)).not.toEqual(delays(8));
    expect(delays(7).every((delayMs) => delayMs >= 10 && delayMs < 20)).toBe(true);
  });
});
