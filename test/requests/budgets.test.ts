import { describe, expect, it } from "vitest";
import { call, errorOf, startSingle } from "./setup.ts";

const usage = { prompt_tokens: 100_000, completion_tokens: 100_000, total_tokens: 200_000 };

describe("a budget", () => {
  it("refuses a call when it is spent", async () => {
    await using single = await startSingle({
      a: { models: { a: { usage } } },
      targets: { a: { price: 1 } },
      router: { budgets: { all: { limitUsd: 0.2, per: "day" } } },
    });
    await single.router.chat.completions.create(call);
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "budget_spent", status: 429, budget: "all" });
  });
});
