// Prints what becomes of a call and of a stream at every fault that the simulator has, and of one whose caller leaves.
import { ModelRouter } from "modelrouter";
import { faultNames, startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const messages = [{ role: "user", content: "What is 2 + 2?" }];
const clocks = { headersMs: 1_000, firstContentMs: 1_000, idleMs: 1_000 };

async function outcomeOf(provider, fault, stream) {
  provider.reset();
  provider.fail("small", fault);
  const client = new OpenAI({ baseURL: provider.url, apiKey: "test-key" });
  const tiers = { cheap: ["small", "large"] };
  const router = new ModelRouter({ client, tiers, retry: { maxRetries: 0 }, timeouts: clocks });
  let attempts = [];
  router.on("request:end", ({ record }) => {
    attempts = record.attempts.map(({ target, failure, status }) => ({ target, failure, status }));
  });
  try {
    const given = await router.chat.completions.create({ model: "auto", messages, stream });
    if (stream) for await (const _ of given) continue;
    return { answered: true, attempts };
  } catch (error) {
    return { answered: false, code: error.code, attempts };
  } finally {
    await router.close();
  }
}

async function leaves(provider) {
  provider.reset();
  provider.setModel("small", { reply: "and so on ".repeat(10_000), chunkDelayMs: 5 });
  const client = new OpenAI({ baseURL: provider.url, apiKey: "test-key" });
  const router = new ModelRouter({ client, tiers: { cheap: ["small"] } });
  for await (const _ of await router.chat.completions.create({ model: "auto", messages, stream: true })) break;
  await provider.idle();
  return { aborted: provider.requests.at(-1).aborted };
}

const provider = await startProvider();
const outcomes = {};
// One token a second is not worth the wait.
for (const fault of faultNames.filter((name) => name !== "trickle")) {
  outcomes[fault] = await outcomeOf(provider, fault, false);
  outcomes[`${fault}, stream`] = await outcomeOf(provider, fault, true);
}
outcomes["a caller who leaves"] = await leaves(provider);
await provider.close();
for (const [fault, outcome] of Object.entries(outcomes)) console.log(fault, JSON.stringify(outcome));
