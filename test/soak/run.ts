import { getEventListeners } from "node:events";
import { setImmediate, setTimeout } from "node:timers/promises";
import OpenAI from "openai";
import { isRouterError, ModelRouter, type AttemptRecord, type RouteRecord } from "../../src/index.ts";
import { inputTokensOf } from "../../src/openai/input-tokens.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";
import type { RunCount } from "./counts.ts";
import { costUsd, prices } from "./weather.ts";

// The process with the router. It reports, closes the router and has nothing left to do: it must end by itself.
const [port = 0, calls = 0, inFlight = 0] = process.argv.slice(2).map(Number);
const random = seededRandom(11);
// Short, so that what hangs does not take up the places of those in flight; long for a machine that is busy.
const timeouts = { headersMs: 2_500, firstContentMs: 2_500, idleMs: 2_500, attemptMs: 8_000 };
const baseURL = `http://127.0.0.1:${port}/v1`;
const client = (): OpenAI => new OpenAI({ baseURL, apiKey: "sk-soak" });

const listenersBefore = processListeners();
const router = new ModelRouter({
  client: client(),
  clients: { other: client(), third: client() },
  targets: {
    small: { price: prices["small"], limits: { concurrency: Math.ceil(inFlight * 0.6) } },
    large: { client: "other", price: prices["large"] },
    limited: { client: "third", price: prices["limited"], limits: { requestsPerMinute: 6_000, concurrency: 40 } },
  },
  tiers: { cheap: ["limited", "small", "large"], premium: ["large", "small"] },
  clientLimits: { other: { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000 } },
  retry: { maxRetries: 1, minDelayMs: 20, maxDelayMs: 100 },
  breaker: { failureThreshold: 100, errorRate: 0.7, windowMs: 2_000, cooldownMs: 200 },
  timeouts,
  deadlineMs: 15_000,
  budgets: {
    everything: { limitUsd: 100_000, per: "month" },
    capped: { limitUsd: calls * 2e-6, per: "month", tag: { team: "capped" }, maxOutputTokens: 600 },
    warned: { limitUsd: 0.001, per: "month", tier: "premium", onSpent: "warn" },
  },
});

const attempts = new Uint8Array(calls);
const reportedUsd = new Float64Array(calls);
const givenUp = new Uint8Array(calls);
const errors: Record<string, number> = {};
const untyped: string[] = [];
const garbled: string[] = [];
const unbalanced: string[] = [];
const open = new Set<string>();
const sums = { answered: 0, failed: 0, aborted: 0, costUsd: 0, dueUsd: 0 };
const shared = new AbortController();

router.on("request:start", ({ requestId }) => {
  if (open.has(requestId)) note(unbalanced, `${requestId} began twice`);
  open.add(requestId);
});
router.on("request:end", ({ requestId, record }) => {
  if (!open.delete(requestId)) note(unbalanced, `${requestId} ended twice, or never began`);
  keepBooks(record);
});

function note(list: string[], words: string): void {
  if (list.length < 20) list.push(words);
}

/** An attempt that was cut while the provider was at it: an answer that was on its way may have been counted there. */
const cutHere: ReadonlySet<string> = new Set(["timeout", "aborted"]);

function keepBooks(record: RouteRecord): void {
  const call = Number(record.tags["call"]);
  // Those that are in flight when the router is closed are counted by themselves.
  if (Number.isNaN(call)) return;
  if (record.outcome === "pending") note(unbalanced, `${record.requestId} ended while it was pending`);
  else sums[record.outcome] += 1;
  attempts[call] = record.attempts.length;
  for (const attempt of record.attempts) {
    sums.costUsd += attempt.costUsd ?? 0;
    sums.dueUsd += attempt.costUsd ?? promptUsd(attempt);
    if (cutHere.has(attempt.failure ?? "")) givenUp[call] = 1;
    const { usage } = attempt;
    if (usage === undefined || usage.estimated === true) continue;
    const reported = costUsd(attempt.target, usage.promptTokens, usage.completionTokens);
    reportedUsd[call] = (reportedUsd[call] ?? 0) + reported;
  }
}

/** What a budget counts for an attempt whose cost nobody said: its prompt, when the provider may have begun. */
function promptUsd({ target, failure, status = 200 }: AttemptRecord): number {
  const began = ["timeout", "aborted", "invalid_response", "stream_interrupted"].includes(failure ?? "");
  return status < 300 && began ? costUsd(target, promptTokens, 0) : 0;
}

const messages = [{ role: "user" as const, content: "What is a router, and what is it good for?" }];
const promptTokens = inputTokensOf("chat", { messages });
const reply = /^This is (small|large|limited), played by the provider simulator\.$/;

/** A caller who is told that nobody serves now does not ask again at once. */
const comeBackMs = 100;

async function oneCall(call: number): Promise<void> {
  const dice = random();
  const team = dice < 0.05 ? "capped" : dice < 0.5 ? "a" : "b";
  const view = router.with({ tags: { call: String(call), team }, task: dice < 0.5 ? "x" : "y" });
  const body = { model: random() < 0.2 ? "premium" : "cheap", messages, user: String(call), max_tokens: 600 };
  try {
    if (random() < 0.5) await oneAnswer(view.openai, body);
    else await oneStream(view.openai, body);
  } catch (error) {
    sortOut(error);
    if (isRouterError(error) && error.code === "all_targets_out") await setTimeout(comeBackMs);
  }
}

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

async function oneAnswer(openai: OpenAI, body: Body): Promise<void> {
  const options = random() < 0.2 ? { signal: shared.signal } : {};
  const completion = await openai.chat.completions.create(body, options);
  check(completion.choices[0]?.message.content ?? "");
}

async function oneStream(openai: OpenAI, body: Body): Promise<void> {
  // Some callers have enough after a chunk: some leave the loop, some abort.
  const leaves = random();
  const own = leaves < 0.02 ? new AbortController() : undefined;
  const options = own === undefined ? {} : { signal: own.signal };
  const stream = await openai.chat.completions.create({ ...body, stream: true }, options);
  let text = "";
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? "";
    if (text === "" || (leaves <= 0.98 && own === undefined)) continue;
    // What was on its way may have been counted by the provider, usage and all.
    givenUp[Number(body.user)] = 1;
    if (own === undefined) return;
    own.abort();
  }
  if (own === undefined) check(text);
}

function check(text: string): void {
  if (!reply.test(text)) note(garbled, text);
}

function sortOut(error: unknown): void {
  const own = isRouterError(error);
  const name = own ? error.code : error instanceof OpenAI.OpenAIError ? error.constructor.name : undefined;
  if (name === undefined) note(untyped, error instanceof Error ? (error.stack ?? error.message) : String(error));
  else errors[name] = (errors[name] ?? 0) + 1;
}

let next = 0;
async function callsUpTo(end: number): Promise<void> {
  const work = async (_: unknown, at: number): Promise<void> => {
    // Not all at the same moment: a cold process would serve none in time.
    await setTimeout(at * 4);
    while (next < end) {
      next += 1;
      await oneCall(next - 1);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}

async function heapMb(): Promise<number> {
  // What finalisers free in one pass can free more in the next.
  for (let pass = 0; pass < 5; pass += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Closes the router with calls in flight: each is to end with an error that says so. */
async function closeInFlight(): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  const pending = Array.from({ length: 50 }, async (_, at) => {
    const body = { model: "large", messages, user: "none" };
    try {
      if (at % 2 === 0) await router.chat.completions.create(body);
      else for await (const _chunk of await router.chat.completions.create({ ...body, stream: true })) continue;
      ends["answered"] = (ends["answered"] ?? 0) + 1;
    } catch (error) {
      const code = isRouterError(error) ? error.code : String(error);
      ends[code] = (ends[code] ?? 0) + 1;
    }
  });
  await setImmediate();
  await router.close();
  await Promise.all(pending);
  return ends;
}

function processListeners(): Record<string, number> {
  const names = process.eventNames().filter((name) => name !== "message" && name !== "disconnect");
  return Object.fromEntries(names.map((name) => [String(name), process.listenerCount(name)]));
}

// The pipe to the parent process is not the router's.
function resourcesLeft(): readonly string[] {
  return process.getActiveResourcesInfo().filter((resource) => resource !== "PipeWrap");
}

const startedAt = performance.now();
const heap: number[] = [];
for (const quarter of [1, 2, 3, 4]) {
  await callsUpTo(Math.floor((calls * quarter) / 4));
  heap.push(await heapMb());
}
const durationMs = performance.now() - startedAt;
// What callers dropped is settled in the background.
const deadline = performance.now() + 5_000;
while (open.size > 0 && performance.now() < deadline) await heapMb();
for (const requestId of open) note(unbalanced, `${requestId} did not end`);

const { calls: counted, answered, failed, aborted, waits } = router.stats();
const { targets } = router.health();
const budgets = await router.budgets();
const costsReportUsd = router.costs().total.costUsd;
const closing = await closeInFlight();
const after = processListeners();
// What was cut is being torn down.
const lookUntil = performance.now() + 500;
while (resourcesLeft().length > 0 && performance.now() < lookUntil) await setTimeout(10);
const report: RunCount = {
  calls,
  ...sums,
  errors,
  untyped,
  garbled,
  unbalanced,
  attempts,
  reportedUsd,
  givenUp,
  stats: { calls: counted, answered, failed, aborted },
  costsReportUsd,
  budgets: budgets.map(({ budget, limitUsd, spentUsd, heldUsd }) => ({ budget, limitUsd, spentUsd, heldUsd })),
  inFlight: Object.fromEntries(Object.entries(targets).map(([id, target]) => [id, target.inFlight])),
  waits: waits.letIn + waits.gaveUp,
  heapMb: heap,
  durationMs,
  closing,
  listeners: {
    "the shared signal": getEventListeners(shared.signal, "abort").length,
    process: Object.entries(after).reduce((sum, [name, now]) => sum + now - (listenersBefore[name] ?? 0), 0),
  },
  resources: resourcesLeft(),
};
process.send?.(report, undefined, {}, () => process.disconnect());
