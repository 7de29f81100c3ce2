import OpenAI from "openai";
import { askerOf, calls, type Asker, type Body, type StreamBody } from "./asker.ts";
import { rounded, type Bound } from "./bound.ts";
import { byHand } from "./by-hand.ts";
import { cpuUsOfCall, warmUp } from "./cpu-us.ts";
import type { Part } from "./part.ts";
import { prompts } from "./prompts.ts";
import { routerOver } from "./routers.ts";
import { difference, estimate, fastestTenth, pairwise, type Estimate } from "./statistics.ts";
import { stubFetch } from "./stub-fetch.ts";
import { samplesOf, takeTurns, type Contender } from "./take-turns.ts";

interface Case {
  readonly name: string;
  readonly chars: number;
  readonly stream: boolean;
  readonly limitUs: number;
}

const streamChunks = 200;

const cases: readonly Case[] = [
  { name: "JSON call, 4 kB", chars: 4_000, stream: false, limitUs: 30 },
  { name: "JSON call, 400 kB", chars: 400_000, stream: false, limitUs: 100 },
  { name: "stream of 200 chunks", chars: 4_000, stream: true, limitUs: 80 },
];

const rounds = 140;
// The router is a good deal of code: V8 is done with it after some 30,000 calls.
const warmUpMs = { routed: 6_000, others: 1_000 };

/** The CPU time that the router adds to a call, the network replaced by a stub. */
export async function measureAddedCpu(): Promise<Part> {
  const results: CaseResult[] = [];
  for (const one of cases) results.push(await measureCase(one));
  return {
    tables: [{ head: ["added CPU, µs a call", ...columns], rows: results.map(rowOf) }],
    bounds: results.map(boundOf),
  };
}

interface CaseResult {
  readonly measured: Case;
  readonly bareUs: number;
  readonly again: Estimate;
  readonly byHand: Estimate;
  readonly routed: Estimate;
  /** The same between the fastest tenths: what is left of it on a machine that does nothing else. */
  readonly undisturbedUs: number;
}

async function measureCase(measured: Case): Promise<CaseResult> {
  const fetch = stubFetch(streamChunks);
  const client = (): OpenAI => new OpenAI({ apiKey: "sk-bench", baseURL: "https://bench.test/v1", fetch });
  await using router = routerOver(client(), ["a-model", "b-model"]);
  const bodies = bodiesOf(measured, "a-model");
  const contenders = [
    contender("bare", askerOf(client()), bodies),
    contender("bare again", askerOf(client()), bodies),
    contender("by hand", byHand(client()), bodies),
    contender("routed", askerOf(router.openai), bodiesOf(measured, "auto")),
  ];
  for (const one of contenders) await warmUp(one, one.name === "routed" ? warmUpMs.routed : warmUpMs.others);
  const samples = await takeTurns(contenders, rounds, cpuUsOfCall);
  const bare = samplesOf(samples, "bare");
  const added = (name: string): Estimate => pairwise(samplesOf(samples, name), bare, difference);
  return {
    measured,
    bareUs: estimate(bare).median,
    again: added("bare again"),
    byHand: added("by hand"),
    routed: added("routed"),
    undisturbedUs: fastestTenth(samplesOf(samples, "routed")) - fastestTenth(bare),
  };
}

function contender(name: string, asker: Asker, bodies: readonly (Body | StreamBody)[]): Contender {
  return { name, call: calls(asker, bodies) };
}

function bodiesOf({ chars, stream }: Case, model: string): readonly (Body | StreamBody)[] {
  return prompts(16, chars).map((content) => {
    const messages = [{ role: "user" as const, content }];
    return stream ? { model, messages, stream } : { model, messages };
  });
}

const columns = [
  "bare client",
  "bare again",
  "opossum + p-retry by hand",
  "modelrouter",
  "fastest tenth",
  "router : by hand",
];

function rowOf({ measured, bareUs, again, byHand: hand, routed, undisturbedUs }: CaseResult): readonly string[] {
  return [
    measured.name,
    rounded(bareUs),
    signed(again),
    signed(hand),
    signed(routed),
    withSign(undisturbedUs),
    routed.median < 0 ? "less than bare" : `${rounded(routed.median / hand.median)} ×`,
  ];
}

function signed({ median, noise }: Estimate): string {
  return `${withSign(median)} ± ${rounded(noise)}`;
}

function withSign(us: number): string {
  return `${us < 0 ? "−" : "+"}${rounded(Math.abs(us))}`;
}

// Two bare clients that differ show how far off a difference may be.
function boundOf({ measured, again, routed }: CaseResult): Bound {
  const noise = Math.max(routed.noise, Math.abs(again.median));
  return { what: measured.name, unit: "µs", value: routed.median, noise, limit: measured.limitUs, kind: "most" };
}
