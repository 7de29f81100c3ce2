import { Admission, isRefusal, type Entry } from "../../src/admit/admission.ts";
import { Budgets } from "../../src/admit/budgets.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import type { ResolvedConfig, ResolvedTarget } from "../../src/config/resolved.ts";
import type { RouterEvents } from "../../src/events.ts";
import type { AttemptRecord, RoutingRequest } from "../../src/glossary.ts";
import { Emitter } from "../../src/lib/emitter.ts";
import { InFlight } from "../../src/lib/in-flight.ts";
import { inputTokensOf } from "../../src/openai/input-tokens.ts";
import { LazyRoutingRequest } from "../../src/openai/request.ts";
import type { BudgetOptions } from "../../src/options.ts";
import { memoryStore } from "../../src/stores/memory.ts";
import OpenAI from "openai";
import { rounded } from "./bound.ts";
import type { Part } from "./part.ts";
import { prompts } from "./prompts.ts";
import { estimate, fastestTenth, type Estimate } from "./statistics.ts";

const limitUs = 5;
const rounds = 50;
const callsPerRound = 20_000;

const one: Readonly<Record<string, BudgetOptions>> = { all: { limitUsd: 900_000, per: "day" } };
const three: Readonly<Record<string, BudgetOptions>> = {
  ...one,
  tier: { limitUsd: 900_000, per: "month", tier: "main", timeZone: "Europe/Berlin" },
  team: { limitUsd: 900_000, per: "hour", rolling: true, tag: { team: "*" } },
};

/** The CPU time to take what a call may cost from the memory store, and to settle what it did cost. */
export async function measureBudgets(): Promise<Part> {
  const cases = [
    { name: "no budget", budgets: {} },
    { name: "one budget", budgets: one },
    { name: "three budgets", budgets: three },
  ];
  const results = cases.map(({ name, budgets }) => measure(name, budgets));
  return {
    tables: [
      {
        head: ["take + settle, µs a call", "median", "fastest tenth"],
        rows: results.map(({ name, us, undisturbedUs }) => [
          name,
          `${rounded(us.median)} ± ${rounded(us.noise)}`,
          rounded(undisturbedUs),
        ]),
      },
    ],
    bounds: results.slice(1, 2).map(({ us }) => ({
      what: "take + settle of one budget",
      unit: "µs",
      value: us.median,
      noise: us.noise,
      limit: limitUs,
      kind: "most",
    })),
  };
}

interface Result {
  readonly name: string;
  readonly us: Estimate;
  readonly undisturbedUs: number;
}

function measure(name: string, budgets: Readonly<Record<string, BudgetOptions>>): Result {
  const config = configWith(budgets);
  const admission = admissionOf(config);
  const target = config.targets.get("a-model") as ResolvedTarget;
  const requests = prompts(callsPerRound, 200).map((content, at) => requestOf(content, at));
  for (let round = 0; round < 5; round += 1) usOfCall(admission, target, requests);
  const samples = Array.from({ length: rounds }, () => usOfCall(admission, target, requests));
  return { name, us: estimate(samples), undisturbedUs: fastestTenth(samples) };
}

function configWith(budgets: Readonly<Record<string, BudgetOptions>>): ResolvedConfig {
  const client = new OpenAI({ apiKey: "sk-bench", baseURL: "https://bench.test/v1" });
  return resolveConfig({ client, tiers: { main: ["a-model"] }, prices: { "a-model": 1 }, budgets });
}

function admissionOf({ budgets }: ResolvedConfig): Admission {
  const events = new Emitter<RouterEvents>();
  const sources = budgets.size === 0 ? [] : [new Budgets(budgets, events)];
  return new Admission({ store: memoryStore(), sources, events, settling: new InFlight() });
}

function requestOf(content: string, at: number): RoutingRequest {
  const body = { model: "main", messages: [{ role: "user", content }], max_tokens: 500 };
  const hints = { tags: { team: at % 2 === 0 ? "search" : "support" } };
  return new LazyRoutingRequest({ requestId: crypto.randomUUID(), endpoint: "chat", body, hints, stream: false });
}

function usOfCall(admission: Admission, target: ResolvedTarget, requests: readonly RoutingRequest[]): number {
  const before = process.threadCpuUsage();
  for (const request of requests) admitAndSettle(admission, target, request);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / requests.length;
}

// As the router does it: where nothing is limited, nobody is asked.
function admitAndSettle(admission: Admission, target: ResolvedTarget, request: RoutingRequest): void {
  if (admission.idle) return;
  const promptTokens = (): number => inputTokensOf(request.endpoint, request.body);
  const entry: Entry = { request, tier: "main", target, promptTokens };
  const hold = admission.admit(entry);
  if (hold === undefined || hold instanceof Promise || isRefusal(hold)) throw new Error("The call was not let in.");
  hold.settle(answered);
}

const answered: AttemptRecord = {
  target: "a-model",
  status: 200,
  durationMs: 1,
  failure: undefined,
  detail: undefined,
  usage: undefined,
  costUsd: 0.0001,
};
