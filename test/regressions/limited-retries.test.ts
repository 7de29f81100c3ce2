import { expect, it } from "vitest";
import { call, errorOf, startSingle } from "../requests/setup.ts";

it("makes no more attempts than its retries allow, however often a limit comes between two of them", async () => {
  const calls = 6;
  await using single = await startSingle({
    targets: { a: { limits: { concurrency: 1 } } },
    router: { breaker: false, retryBudget: false, retry: { maxRetries: 2, minDelayMs: 5 } },
  });
  single.a.fail("a", 500);
  await Promise.all(Array.from({ length: calls }, () => errorOf(single.router.chat.completions.create(call))));
  const records = single.events.of("request:end").map(({ record }) => record);
  expect(records.map(({ attempts }) => attempts.length)).toEqual(Array.from({ length: calls }, () => 3));
  expect(single.events.of("fallback:start")).toEqual([]);
});
