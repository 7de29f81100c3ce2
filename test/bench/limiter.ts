import OpenAI from "openai";
import { Admission, isRefusal, type Entry } from "../../src/admit/admission.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import type { RouterEvents } from "../../src/events.ts";
import type { AttemptRecord } from "../../src/glossary.ts";
import { Emitter } from "../../src/lib/emitter.ts";
import { InFlight } from "../../src/lib/in-flight.ts";
import { Limits } from "../../src/admit/limits.ts";
import { LazyRoutingRequest } from "../../src/openai/request.ts";
import { WaitingRoom } from "../../src/state/waiting-room.ts";
import { memoryStore } from "../../src/stores/memory.ts";
import type { Job } from "../../src/attempt/job.ts";
import { Turn } from "../../src/attempt/turn.ts";
import { rounded, type Bound } from "./bound.ts";
import type { Part } from "./part.ts";
import { estimate, fastestTenth, type Estimate } from "./statistics.ts";

interface Case {
  readonly name: string;
  readonly limitUs: number;
  /** Does it so many times. */
  run(times: number): void;
}

interface CaseResult extends Case {
  readonly us: Estimate;
  readonly undisturbedUs: number;
}

const rounds = 200;
const timesPerRound = 20_000;
const warmUpRounds = 30;

const many = 1e8;

/** What limits cost an attempt: taking from the store in memory and settling, and a look at the headers. */
export function measureLimiter(): Promise<Part> {
  const results = [
    measure(takingAndSettling("one limit: requests", { requestsPerMinute: many })),
    measure(
      takingAndSettling("three limits: requests, tokens, concurrency", {
        requestsPerMinute: many,
        tokensPerMinute: many * 100,
        concurrency: many,
      }),
    ),
    measure(headers("an answer without rate limit headers", {})),
    measure(
      headers("an answer with them", {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "149984",
        "x-ratelimit-reset-tokens": "6m0s",
      }),
    ),
  ];
  return Promise.resolve({
    tables: [{ head: ["CPU, µs an attempt", "median", "fastest tenth"], rows: results.map(rowOf) }],
    bounds: results.filter(({ limitUs }) => limitUs < Infinity).map(boundOf),
  });
}

function takingAndSettling(name: string, limits: object): Case {
  const { admission, entry } = admissionFor(limits);
  const attempt = attemptOf(entry);
  return {
    name,
    limitUs: 2,
    run(times) {
      for (let at = 0; at < times; at += 1) {
        const hold = admission.admit(entry);
        if (hold === undefined || hold instanceof Promise || isRefusal(hold)) throw new Error("It was not let in.");
        hold.settle(attempt);
      }
    },
  };
}

function admissionFor(limits: object): { readonly admission: Admission; readonly entry: Entry } {
  const client = new OpenAI({ apiKey: "sk-bench", baseURL: "https://bench.test/v1" });
  const { targets } = resolveConfig({ client, tiers: { main: ["a"] }, targets: { a: { limits } } });
  const target = targets.get("a");
  if (target === undefined) throw new Error("There is no target.");
  const events = new Emitter<RouterEvents>();
  const room = new WaitingRoom({ maxWaiting: () => 1_000 });
  const sources = [new Limits(room, events)];
  const admission = new Admission({ store: memoryStore(), sources, events, settling: new InFlight() });
  const body = { model: "main", messages: [{ role: "user", content: "What is a router?" }] };
  const facts = { requestId: "7b1c9f0e-0001", endpoint: "chat", body, hints: {}, stream: false } as const;
  return { admission, entry: { request: new LazyRoutingRequest(facts), tier: "main", target, promptTokens: () => 12 } };
}

function attemptOf({ target }: Entry): AttemptRecord {
  const none = { cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  const usage = { promptTokens: 12, completionTokens: 90, totalTokens: 102, ...none };
  return { target: target.id, status: 200, durationMs: 5, failure: undefined, detail: undefined, usage, costUsd: 0 };
}

function headers(name: string, given: Readonly<Record<string, string>>): Case {
  const { entry } = admissionFor({});
  const response = new Headers({ "content-type": "application/json", "x-request-id": "req_1", ...given });
  const turn = new Turn(unasked, entry.target, { targetsLeft: 1 });
  return {
    name,
    limitUs: Infinity,
    run(times) {
      for (let at = 0; at < times; at += 1) turn.hear(response);
    },
  };
}

// While there is enough left, nothing more is asked of it.
const unasked = { doorOf: () => undefined } as unknown as Job;

function measure(one: Case): CaseResult {
  for (let round = 0; round < warmUpRounds; round += 1) one.run(timesPerRound);
  const samples = Array.from({ length: rounds }, () => cpuUsOf(one));
  return { ...one, us: estimate(samples), undisturbedUs: fastestTenth(samples) };
}

// CPU time of this thread, not time on the wall: what else the machine does is not the limiter's.
function cpuUsOf({ run }: Case): number {
  const before = process.threadCpuUsage();
  run(timesPerRound);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / timesPerRound;
}

function rowOf({ name, us, undisturbedUs }: CaseResult): readonly string[] {
  return [name, `${rounded(us.median)} ± ${rounded(us.noise)}`, rounded(undisturbedUs)];
}

function boundOf({ name, us, limitUs }: CaseResult): Bound {
  return { what: name, unit: "µs", value: us.median, noise: us.noise, limit: limitUs, kind: "most" };
}
