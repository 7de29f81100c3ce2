import { getEventListeners } from "node:events";
import { setImmediate, setTimeout } from "node:timers/promises";
import OpenAI, { OpenAIError } from "openai";
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

/** By a clock of ours or by the caller: an answer that was on its way may have been counted by the provider. */
function isCutHere({ failure, detail = "" }: AttemptRecord): boolean {
  return failure === "timeout" || failure === "aborted" || detail.startsWith("no answer within");
}

function keepBooks(record: RouteRecord): void {
  const call = callAt[Number(record.tags["place"])];
  // Those that are in flight when the router is closed are counted by themselves.
  if (call === undefined) return;
  if (record.outcome === "pending") note(unbalanced, `${record.requestId} ended while it was pending`);
  else sums[record.outcome] += 1;
  attempts[call] = record.attempts.length;
  for (const attempt of record.attempts) addAttempt(call, attempt);
}

function addAttempt(call: number, attempt: AttemptRecord): void {
  sums.costUsd += attempt.costUsd ?? 0;
  sums.dueUsd += attempt.costUsd ?? promptUsd(attempt);
  if (isCutHere(attempt)) givenUp[call] = 1;
  const { usage } = attempt;
  if (usage === undefined || usage.estimated === true) return;
  const reported = costUsd(attempt.target, usage.promptTokens, usage.completionTokens);
  reportedUsd[call] = (reportedUsd[call] ?? 0) + reported;
}

/** What a budget counts for an attempt whose cost nobody said: its prompt, when the provider may have begun. */
function promptUsd({ target, failure, status = 200 }: AttemptRecord): number {
  const began = ["timeout", "aborted", "invalid_response", "stream_interrupted"].includes(failure ?? "");
  return status < 300 && began ? costUsd(target, promptTokens, 0) : 0;
}

const messages = [{ role: "user" as const, content: "What is a router, and what is it good for?" }];
const promptTokens = inputTokensOf("chat", { messages });
const reply = /^This is (small|large|limited), played by the provider simulator\.$/;

/** A caller who is told that nobody serves him now does not ask again at once. */
const comeBackMs = 500;

// A view is a client of its own: one for each place in flight, as a server has one for each of its routes.
const views = Array.from({ length: inFlight }, (_, place) => {
  const team = place % 20 === 0 ? "capped" : place % 2 === 0 ? "a" : "b";
  return router.with({ tags: { place: String(place), team }, task: place % 3 === 0 ? "x" : "y" }).openai;
});
const callAt = new Int32Array(inFlight);

async function oneCall(call: number, place: number): Promise<void> {
  const openai = views[place] as OpenAI;
  callAt[place] = call;
  const body = { model: random() < 0.2 ? "premium" : "cheap", messages, user: String(call), max_tokens: 600 };
  try {
    if (random() < 0.5) await oneAnswer(openai, body);
    else await oneStream(openai, body);
  } catch (error) {
    sortOut(error);
    if (isRouterError(error) && error.attempts.length === 0) await setTimeout(comeBackMs);
  }
}

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

async function oneAnswer(openai: OpenAI, body: Body): Promise<void> {
  const options = random() < 0.2 ? { signal: shared.signal } : {};
  const completion = await openai.chat.completions.create(body, options);
  check(completion.choices[0]?.message.content ?? "");
}

type Leaving = "loop" | "abort" | undefined;

async function oneStream(openai: OpenAI, body: Body): Promise<void> {
  // Some callers have enough after a chunk: some leave the loop, some abort.
  const dice = random();
  const leaving: Leaving = dice < 0.02 ? "abort" : dice > 0.98 ? "loop" : undefined;
  const own = new AbortController();
  const stream = await openai.chat.completions.create({ ...body, stream: true }, { signal: own.signal });
  let text = "";
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? "";
    if (leaving === undefined || text === "") continue;
    // What was on its way may have been counted by the provider, usage and all.
    givenUp[Number(body.user)] = 1;
    if (leaving === "loop") return;
    own.abort();
  }
  if (leaving === undefined) check(text);
}

function check(text: string): void {
  if (!reply.test(text)) note(garbled, text);
}

function sortOut(error: unknown): void {
  const own = isRouterError(error);
  const name = own ? error.code : error instanceof OpenAIError ? error.constructor.name : undefined;
  if (name === undefined) note(untyped, error instanceof Error ? (error.stack ?? error.message) : String(error));
  else errors[name] = (errors[name] ?? 0) + 1;
}

let next = 0;
async function callsUpTo(end: number): Promise<void> {
  const work = async (_: unknown, place: number): Promise<void> => {
    // Not all at the same moment: a cold process would serve none in time.
    await setTimeout(place * 4);
    while (next < end) {
      next += 1;
      await oneCall(next - 1, place);
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

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  const chunks = stream[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true) continue;
}

/** Closes the router with calls in flight: each is to end with an error that says so. */
async function closeInFlight(): Promise<Record<string, number>> {
  // An error of the provider's is an answer, too: it came before.
  const ends: Record<string, number> = {};
  const pending = Array.from({ length: 50 }, async (_, at) => {
    const body = { model: "large", messages, user: "none" };
    try {
      if (at % 2 === 0) await router.chat.completions.create(body);
      else await readAll(await router.chat.completions.create({ ...body, stream: true }));
      ends["answered"] = (ends["answered"] ?? 0) + 1;
    } catch (error) {
      const code = isRouterError(error) ? error.code : error instanceof OpenAIError ? "answered" : String(error);
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
