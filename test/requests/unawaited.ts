/** A program that makes a call it does not wait for, as the client fails to send it or its provider refuses it. */
import { setImmediate } from "node:timers/promises";
import OpenAI from "openai";
import { OpenAI as OpenAI6 } from "openai6";
import { ModelRouter } from "../../src/index.ts";
import { startProvider } from "../../src/testing/index.ts";

const [, , how, version, isCaught] = process.argv;

process.on("unhandledRejection", (error) => console.log("unhandled:", (error as Error).message));
process.on("rejectionHandled", () => console.log("handled later"));

const provider = await startProvider({ status: 400 });
const Client = version === "6" ? (OpenAI6 as unknown as typeof OpenAI) : OpenAI;
const router = new ModelRouter({
  client: new Client({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
  tiers: { main: ["a"] },
  prices: { a: 1 },
  budgets: { all: { limitUsd: 1, per: "day" } },
  keyLimits: { default: { concurrency: 1 } },
  waiting: false,
});
if (how === "unsigned") {
  Object.defineProperty(router.openai, "prepareRequest", {
    value: () => Promise.reject(new Error("no signature")),
  });
}

const body = { model: "main", messages: [{ role: "user" as const, content: "Hi?" }] };
const ended = new Promise((resolve) => router.once("request:end", resolve));
const promise = router.chat.completions.create(body);
if (isCaught === "caught") await promise.catch((error: unknown) => console.log("caught:", (error as Error).message));
await ended;
// The client has to read the answer, and Node tells of a rejection when its turn is over.
for (let turn = 0; turn < 20; turn += 1) await setImmediate();
await provider.close();
console.log("done");
