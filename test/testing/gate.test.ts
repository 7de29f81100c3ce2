import { afterEach, describe, expect, it, vi } from "vitest";
import { startProvider } from "../../src/testing/start-provider.ts";
import { clientOf, messages } from "./clients.ts";

const keys = { ga_standard: { refuses: "Pro/*" }, ga_pro: { allows: "Pro/*" } };

describe("keys", () => {
  it.each([
    ["ga_standard", "Qwen/Qwen3-32B", 200],
    ["ga_standard", "Pro/deepseek-ai/DeepSeek-V3.2", 403],
    ["ga_pro", "Pro/deepseek-ai/DeepSeek-V3.2", 200],
    ["ga_pro", "Qwen/Qwen3-32B", 403],
    ["ga_other", "Qwen/Qwen3-32B", 401],
  ])("answers key %s for model %s with %i", async (key, model, status) => {
    await using provider = await startProvider({ keys });
    const answer = await clientOf(provider, key)
      .chat.completions.create({ model, messages })
      .then(() => 200)
      .catch((error: { status: number }) => error.status);
    expect(answer).toBe(status);
  });

  it("takes a list of keys for any model", async () => {
    await using provider = await startProvider({ keys: ["a"] });
    await expect(clientOf(provider, "a").embeddings.create({ model: "e", input: "x" })).resolves.toBeDefined();
    await expect(clientOf(provider, "b").embeddings.create({ model: "e", input: "x" })).rejects.toMatchObject({
      status: 401,
    });
  });

  it("lists the models for any key that is known", async () => {
    await using provider = await startProvider({ keys, models: { m: {} } });
    expect((await clientOf(provider, "ga_pro").models.list()).data).toHaveLength(1);
  });

  it("spends no step of the script on a request that it refuses", async () => {
    await using provider = await startProvider({ keys: ["a"], script: [503] });
    const statuses: unknown[] = [];
    for (const key of ["b", "a"]) {
      const call = clientOf(provider, key).chat.completions.create({ model: "m", messages });
      statuses.push(await call.catch((error: { status: number }) => error.status));
    }
    expect(statuses).toEqual([401, 503]);
  });
});

describe("requestsPerMinute", () => {
  afterEach(() => void vi.useRealTimers());

  it("refuses what is beyond it, and says when there is room again", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    await using provider = await startProvider({ requestsPerMinute: 2 });
    const ask = () => clientOf(provider).chat.completions.create({ model: "m", messages });
    await ask();
    vi.setSystemTime(1_010_000);
    await ask();
    const refused = await ask().catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 429, code: "rate_limit_exceeded" });
    expect((refused as { headers: Headers }).headers.get("retry-after")).toBe("50");
    vi.setSystemTime(1_060_000);
    await expect(ask()).resolves.toBeDefined();
  });

  it("counts each key by itself", async () => {
    await using provider = await startProvider({ requestsPerMinute: 1 });
    const asks = ["a", "b"].map((key) => clientOf(provider, key).chat.completions.create({ model: "m", messages }));
    expect(await Promise.all(asks)).toHaveLength(2);
  });
});

describe("requests that make no sense", () => {
  it("gives 404 for a URL that it does not know", async () => {
    await using provider = await startProvider();
    const response = await fetch(`${provider.url}/chat/completion`, { method: "POST" });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: "unknown_url" } });
  });

  it.each([
    ["no model", { messages }, "model"],
    ["no messages", { model: "m" }, "messages"],
  ])("gives 400 for %s", async (_, body, param) => {
    await using provider = await startProvider();
    const response = await fetch(`${provider.url}/chat/completions`, { method: "POST", body: JSON.stringify(body) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "missing_required_parameter", param } });
  });
});
