import { describe, expect, it } from "vitest";
import type { RoutingRequest } from "../../src/glossary.ts";
import { cheapestStrategy } from "../../src/plan/cheapest.ts";
import { orderOf, requestWith, targetNamed } from "./planning.ts";

const cheapPrompts = targetNamed("cheap-prompts", { price: { promptUsd: 1, completionUsd: 10 } });
const cheapAnswers = targetNamed("cheap-answers", { price: { promptUsd: 5, completionUsd: 2 } });
const targets = [cheapPrompts, cheapAnswers];

function firstFor(request: Partial<RoutingRequest>): string | undefined {
  return orderOf(cheapestStrategy(), { targets, request: requestWith(request) })[0];
}

describe("cheapestStrategy", () => {
  it("puts cheaper targets first", () => {
    const priced = [10, 0.28, 2.5, 0.25].map((price) => targetNamed(`at ${price}`, { price }));
    const order = orderOf(cheapestStrategy(), { targets: priced, request: requestWith({ inputChars: 100 }) });
    expect(order).toEqual(["at 0.25", "at 0.28", "at 2.5", "at 10"]);
  });

  it("weighs the price of the prompt by its length", () => {
    expect(firstFor({ inputChars: 400_000 })).toBe("cheap-prompts");
  });

  it("weighs the price of the completion as 500 tokens when the call sets no limit", () => {
    expect([firstFor({ inputChars: 4 * 999 }), firstFor({ inputChars: 4 * 1001 })]).toEqual([
      "cheap-answers",
      "cheap-prompts",
    ]);
  });

  it.each(["max_tokens", "max_completion_tokens", "max_output_tokens"])(
    "weighs the price of the completion by the call's %s",
    (name) => {
      expect(firstFor({ inputChars: 4_000, body: { [name]: 10 } })).toBe("cheap-prompts");
    },
  );

  it("passes over a limit that is no number", () => {
    expect(firstFor({ inputChars: 4, body: { max_tokens: "none" } })).toBe("cheap-answers");
  });

  it("expects no completion of an embedding", () => {
    expect(firstFor({ endpoint: "embeddings", inputChars: 4 })).toBe("cheap-prompts");
  });

  it("counts the price of the request itself", () => {
    const perCall = targetNamed("per call", { price: { promptUsd: 0, completionUsd: 0, requestUsd: 0.001 } });
    const perToken = targetNamed("per token", { price: 1 });
    const order = orderOf(cheapestStrategy(), { targets: [perCall, perToken] });
    expect(order).toEqual(["per token", "per call"]);
  });

  it("goes by the price of a long prompt where the prompt is one", () => {
    const above = [{ promptTokens: 1_000, promptUsd: 9, completionUsd: 9 }];
    const stepped = targetNamed("stepped", { price: { promptUsd: 1, completionUsd: 1, above } });
    const flat = targetNamed("flat", { price: 2 });
    const firstAt = (inputChars: number) =>
      orderOf(cheapestStrategy(), { targets: [flat, stepped], request: requestWith({ inputChars }) })[0];
    expect([firstAt(4_000), firstAt(4_004)]).toEqual(["stepped", "flat"]);
  });

  it("takes another length for answers without a limit", () => {
    const strategy = cheapestStrategy({ completionTokens: 10 });
    const order = orderOf(strategy, { targets, request: requestWith({ inputChars: 4_000 }) });
    expect(order[0]).toBe("cheap-prompts");
  });

  it("puts targets without a price last, in the order of the tier", () => {
    const mixed = [targetNamed("x"), targetNamed("y"), targetNamed("priced", { price: 10 })];
    expect(orderOf(cheapestStrategy(), { targets: mixed })).toEqual(["priced", "x", "y"]);
  });
});
