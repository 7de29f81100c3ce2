import OpenAI from "openai";
import { askerOf, calls, type Asker } from "./asker.ts";
import { rounded, type Bound } from "./bound.ts";
import { byHand } from "./by-hand.ts";
import type { Part } from "./part.ts";
import { prompts } from "./prompts.ts";
import { routerOver } from "./routers.ts";
import { estimate, pairwise, ratio, type Estimate } from "./statistics.ts";
import { samplesOf, takeTurns, type Contender } from "./take-turns.ts";

const levels = [64, 256];
const rounds = 14;
// The router is a good deal of code: V8 is done with it after some 30,000 calls.
const warmUpRounds = { first: 24, later: 2 };
const roundMs = 350;
const leastRatio = 0.9;

/** How many calls a second get through, with many of them in flight. */
export async function measureThroughput(baseURL: string): Promise<Part> {
  const client = (): OpenAI => new OpenAI({ apiKey: "sk-bench", baseURL });
  await using router = routerOver(client(), ["a-model", "b-model"]);
  const contenders = [
    contender("bare", askerOf(client()), "a-model"),
    contender("bare again", askerOf(client()), "a-model"),
    contender("by hand", byHand(client()), "a-model"),
    contender("routed", askerOf(router.openai), "auto"),
  ];
  const results: LevelResult[] = [];
  for (const inFlight of levels) {
    const warmUp = results.length === 0 ? warmUpRounds.first : warmUpRounds.later;
    await takeTurns(contenders, warmUp, (one) => throughputOf(one, inFlight));
    results.push(await measureLevel(inFlight, contenders));
  }
  return {
    tables: [{ head: ["calls a second", "bare client", ...columns], rows: results.map(rowOf) }],
    bounds: results.map(boundOf),
  };
}

interface LevelResult {
  readonly inFlight: number;
  readonly bare: number;
  readonly again: Estimate;
  readonly byHand: Estimate;
  readonly routed: Estimate;
}

async function measureLevel(inFlight: number, contenders: readonly Contender[]): Promise<LevelResult> {
  const callsASecond = (one: Contender): Promise<number> => throughputOf(one, inFlight);
  const samples = await takeTurns(contenders, rounds, callsASecond);
  const bare = samplesOf(samples, "bare");
  const ofBare = (name: string): Estimate => pairwise(samplesOf(samples, name), bare, ratio);
  return {
    inFlight,
    bare: estimate(bare).median,
    again: ofBare("bare again"),
    byHand: ofBare("by hand"),
    routed: ofBare("routed"),
  };
}

async function throughputOf({ call }: Contender, inFlight: number): Promise<number> {
  const startedAt = performance.now();
  let count = 0;
  const work = async (): Promise<void> => {
    while (performance.now() - startedAt < roundMs) {
      await call();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return (count * 1000) / (performance.now() - startedAt);
}

function contender(name: string, asker: Asker, model: string): Contender {
  const bodies = prompts(16, 1_000).map((content) => ({ model, messages: [{ role: "user" as const, content }] }));
  return { name, call: calls(asker, bodies) };
}

const columns = ["bare again", "opossum + p-retry by hand", "modelrouter"];

function rowOf({ inFlight, bare, again, byHand: hand, routed }: LevelResult): readonly string[] {
  return [`${inFlight} in flight`, rounded(bare), ...[again, hand, routed].map(ofBareClient)];
}

function ofBareClient({ median, noise }: Estimate): string {
  return `${rounded(median)} × ± ${rounded(noise)}`;
}

// Two bare clients that differ show how far off a ratio may be.
function boundOf({ inFlight, again, routed }: LevelResult): Bound {
  const noise = Math.max(routed.noise, Math.abs(again.median - 1));
  const what = `throughput with ${inFlight} calls in flight`;
  return { what, unit: "× bare", value: routed.median, noise, limit: leastRatio, kind: "least" };
}
