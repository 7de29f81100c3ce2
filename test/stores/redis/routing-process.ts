/**
 * One of several processes that route calls to the same targets:
 * `node routing-process.ts <redis> <provider> <name> <calls> <hangsAt>`. Says `open` when it found the breaker of `broken` open, and
 * at the end what happened, as JSON. From the call `hangsAt` on its answers never arrive, and it says `holding` for each.
 */
import { Redis } from "ioredis";
import OpenAI from "openai";
import { isRouterError, ModelRouter } from "../../../src/index.ts";
import { redisStore } from "../../../src/stores/redis.ts";
import { callsAtOnce, capUsd, cooldownMs, maxTokens, price, requestsPerMinute } from "./routed-models.ts";

const [redis = "", provider = "", name = "", calls = "", hangsAt = "Infinity"] = process.argv.slice(2);

/** What one process saw. */
export interface Report {
  /** By target. */
  answered: Record<string, number>;
  /** By the code of the error. */
  refused: Record<string, number>;
  limitsReached: number;
  storeFailures: number;
}

const report: Report = { answered: {}, refused: {}, limitsReached: 0, storeFailures: 0 };
const connection = new Redis(redis);
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider, apiKey: "sk-of-all", fetch: fetchOrHang }),
  targets: { broken: { price }, limited: { price, limits: { requestsPerMinute } }, spare: { price } },
  tiers: { main: ["broken", "limited", "spare"] },
  budgets: { all: { limitUsd: capUsd, per: "month", rolling: true } },
  breaker: { failureThreshold: 3, errorRate: 0, cooldownMs },
  retry: { maxRetries: 0 },
  waiting: false,
  store: redisStore(connection),
});
router.on("breaker:open", ({ learnt }) => !learnt && console.log("open"));
router.on("limit:reached", () => (report.limitsReached += 1));
router.on("store:failed", () => (report.storeFailures += 1));

// As in a server, several calls are under way at once.
let next = 0;
await Promise.all(Array.from({ length: callsAtOnce }, work));
await router.drain();
await connection.quit();
console.log(JSON.stringify(report));

async function work(): Promise<void> {
  while (next < Number(calls)) {
    next += 1;
    await call(next);
  }
}

async function call(number: number): Promise<void> {
  const messages = [{ role: "user" as const, content: `Call ${number} of ${name}.` }];
  try {
    const completion = await router.chat.completions.create({ model: "main", messages, max_tokens: maxTokens });
    count(report.answered, router.recordOf(completion).target ?? "none");
  } catch (error) {
    if (!isRouterError(error)) throw error;
    count(report.refused, error.code);
  }
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

async function fetchOrHang(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (next < Number(hangsAt) || !response.ok) return response;
  await response.text();
  console.log("holding");
  // Until it is killed.
  return new Promise(() => setTimeout(() => undefined, 600_000));
}
