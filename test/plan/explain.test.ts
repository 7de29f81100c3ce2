import { describe, expect, it } from "vitest";
import type { Chain } from "../../src/glossary.ts";
import { explain } from "../../src/plan/explain.ts";
import { targetNamed } from "./planning.ts";

const decision = { tier: "premium", confidence: 0.9, reason: "the prompt asks to compare", by: "heuristic" };
const pro = targetNamed("pro", { model: "Pro/deepseek-ai/DeepSeek-V3.2", client: "pro", region: "eu-west-1" });
const plain = targetNamed("Qwen/Qwen3-32B");
const leftOut = [
  { target: "small", reason: "context_window", detail: "takes 10 tokens, and the call needs about 20" },
] as const;
const chain: Chain = { targets: [pro, plain], leftOut, lastResort: false };

describe("explain", () => {
  it("tells the decision, the order and who is left out, a line each", () => {
    expect(explain(decision, chain).summary).toBe(
      [
        'Tier "premium", decided by heuristic (90 % sure): the prompt asks to compare.',
        "Would be tried in this order:",
        '1. pro as model Pro/deepseek-ai/DeepSeek-V3.2 on client "pro" in eu-west-1',
        '2. Qwen/Qwen3-32B on client "default"',
        "Left out: small (takes 10 tokens, and the call needs about 20).",
      ].join("\n"),
    );
  });

  it("says when only the last resort is left", () => {
    const { summary } = explain(decision, { targets: [plain], leftOut: [], lastResort: true });
    expect(summary).toContain("No target can be called now; the one that is due first would be tried:");
  });

  it("says when no target can serve", () => {
    const { summary } = explain(decision, { targets: [], leftOut, lastResort: false });
    expect(summary).toContain("No target of this tier can serve the request.");
  });

  it("gives the same as data that survive JSON", () => {
    const explanation = explain(decision, chain);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual({
      summary: explanation.summary,
      tier: "premium",
      decidedBy: "heuristic",
      reason: "the prompt asks to compare",
      confidence: 0.9,
      targets: [
        { target: "pro", model: "Pro/deepseek-ai/DeepSeek-V3.2", client: "pro", region: "eu-west-1" },
        { target: "Qwen/Qwen3-32B", model: "Qwen/Qwen3-32B", client: "default" },
      ],
      leftOut,
      deferred: [],
      lastResort: false,
    });
  });
});
