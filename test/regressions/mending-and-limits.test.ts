import OpenAI from "openai";
import { expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import { faults, startProvider } from "../../src/testing/index.ts";
import { call, hear, next } from "../requests/setup.ts";

it("ends a stream that broke, and had waited for limits before, when the next target fails too", async () => {
  await using provider = await startProvider({
    models: {
      a: { script: [{ delayMs: 60 }, faults.cutStream({ afterChunks: 2 })] },
      b: { script: [500] },
    },
  });
  await using router = new ModelRouter({
    client: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
    tiers: { main: ["a", "b"] },
    clientLimits: { default: { concurrency: 1 } },
    retry: { maxRetries: 0 },
    onStreamBreak: "restart",
  });
  const waiting = next(router, "wait:start");
  const first = router.chat.completions.create(call);
  const second = hear(router);
  await waiting;
  await first;
  expect((await second).error?.code).toBe("stream_interrupted");
  expect(provider.requests.map(({ model }) => model)).toEqual(["a", "a", "b"]);
});
