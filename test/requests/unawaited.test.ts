import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import OpenAI from "openai";
import { OpenAI as OpenAI6 } from "openai6";
import { describe, expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import { startProvider } from "../../src/testing/index.ts";
import { call, errorOf } from "./setup.ts";

/** What the program prints. */
async function printed(...args: readonly string[]): Promise<string[]> {
  const program = fileURLToPath(new URL("unawaited.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
  return stdout.trim().split("\n");
}

describe.each(["7", "6"])("with budgets and limits, and openai %s, a call that fails", (version) => {
  it.each([
    ["refused", /^unhandled: 400/],
    ["unsigned", /^unhandled: no signature$/],
  ])("is an unhandled rejection when nobody waits for it: %s", { timeout: 30_000 }, async (how, words) => {
    const [unhandled, ...others] = await printed(how, version);
    expect(unhandled).toMatch(words);
    expect(others).toEqual(["done"]);
  });

  it.each([
    ["refused", /^caught: 400/],
    ["unsigned", /^caught: no signature$/],
  ])("is none when it is waited for: %s", { timeout: 30_000 }, async (how, words) => {
    const [caught, ...others] = await printed(how, version, "caught");
    expect(caught).toMatch(words);
    expect(others).toEqual(["done"]);
  });
});

describe.each([
  ["7", OpenAI],
  ["6", OpenAI6 as unknown as typeof OpenAI],
])("a request of openai %s that is never sent", (_, Client) => {
  it.each([
    ["create()", (client: OpenAI) => client.chat.completions.create(call)],
    ["post()", (client: OpenAI) => client.post("/chat/completions", { body: call })],
    ["request()", (client: OpenAI) => client.request({ method: "post", path: "/chat/completions", body: call })],
  ])("gives back what it held: %s", async (_name, make) => {
    await using provider = await startProvider();
    const router = new ModelRouter({
      client: new Client({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
      targets: { a: { limits: { concurrency: 1 } } },
      tiers: { main: ["a"] },
      waiting: false,
    });
    const unsigned = { value: () => Promise.reject(new Error("no signature")), configurable: true };
    Object.defineProperty(router.openai, "prepareRequest", unsigned);
    expect((await errorOf(make(router.openai))).message).toBe("no signature");
    Object.defineProperty(router.openai, "prepareRequest", { value: async () => undefined });
    await make(router.openai);
    expect(provider.hits()).toBe(1);
  });
});
