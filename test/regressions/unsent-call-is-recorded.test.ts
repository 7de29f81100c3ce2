import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { memoryStore, ModelRouter, type RouteRecord, type Store } from "../../src/index.ts";
import { startProvider } from "../../src/testing/index.ts";
import { call, clientOf, errorOf } from "../requests/setup.ts";

function recordsOf(router: ModelRouter): readonly RouteRecord[] {
  const records: RouteRecord[] = [];
  router.on("request:end", ({ record }) => records.push(record));
  return records;
}

describe("a call that its client prepares and then does not send", () => {
  it("ends in its record when a hook of the client throws", async () => {
    class Unsigned extends OpenAI {
      protected override prepareRequest(): Promise<void> {
        throw new Error("no signature");
      }
    }
    await using provider = await startProvider();
    const client = new Unsigned({ baseURL: provider.url, apiKey: "sk-test-key-1" });
    await using router = new ModelRouter({ client, tiers: { main: ["a"] } });
    const records = recordsOf(router);
    const error = await errorOf(router.chat.completions.create(call));
    expect(records).toMatchObject([{ outcome: "failed", attempts: [] }]);
    expect(router.recordOf(error)).toBe(records[0]);
    expect(router.stats()).toMatchObject({ calls: 1, failed: 1 });
  });

  it("ends in its record when it is aborted in the moment in which a limit lets it in", async () => {
    const aborting = new AbortController();
    const books = memoryStore();
    const store: Store = {
      ...books,
      async take(request) {
        aborting.abort();
        return books.take(request);
      },
    };
    await using provider = await startProvider();
    await using router = new ModelRouter({
      client: clientOf(provider),
      targets: { a: { limits: { concurrency: 1 } } },
      tiers: { main: ["a"] },
      store,
    });
    const records = recordsOf(router);
    await errorOf(router.chat.completions.create(call, { signal: aborting.signal }));
    expect(records).toMatchObject([{ outcome: "aborted", attempts: [] }]);
    expect(provider.hits()).toBe(0);
  });
});
