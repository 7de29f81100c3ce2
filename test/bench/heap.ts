import { setImmediate } from "node:timers/promises";
import OpenAI from "openai";
import { askerOf, type Asker } from "./asker.ts";
import { rounded } from "./bound.ts";
import type { Part } from "./part.ts";
import { prompt } from "./prompts.ts";
import { readAll } from "./read-all.ts";
import { routerOver } from "./routers.ts";
import { estimate } from "./statistics.ts";
import { stubFetch, unsteady, type Fetch } from "./stub-fetch.ts";

const step = 10_000;
const allCalls = 100_000;
const callsPerTurn = 50;
const streamChunks = 8;
const promptChars = 500;

/** How much the heap grows from the 10,000th to the 100,000th call: each another conversation, some stream, some fail. */
export async function measureHeap(): Promise<Part> {
  const bare = await bareReadings();
  const routed = await routedReadings();
  return {
    tables: [
      {
        head: ["heap, MB", "after 10,000 calls", "after 100,000", "growth", "largest step"],
        rows: [rowOf("bare client", bare), rowOf("modelrouter", routed)],
      },
    ],
    bounds: [
      {
        what: "growth of the routed client's heap",
        unit: "MB",
        value: Math.max(growthOf(routed), steadyGrowthOf(routed)),
        noise: largestStep(routed),
        limit: 1,
        kind: "most",
      },
    ],
  };
}

/** The heap in MB after each 10,000 calls. */
type Readings = readonly number[];

function rowOf(name: string, readings: Readings): readonly string[] {
  const ends = [readings.at(0) ?? NaN, readings.at(-1) ?? NaN];
  return [name, ...[...ends, growthOf(readings), largestStep(readings)].map(rounded)];
}

function growthOf(readings: Readings): number {
  return (readings.at(-1) ?? NaN) - (readings.at(0) ?? NaN);
}

// What it comes to when every step is like the middle one: code that V8 throws away half-way must not hide a leak.
function steadyGrowthOf(readings: Readings): number {
  return estimate(stepsOf(readings)).median * (readings.length - 1);
}

// A leak grows at every step. What V8 compiles, or a map that moves to a larger table, makes one step and no more.
function largestStep(readings: Readings): number {
  return Math.max(0, ...stepsOf(readings));
}

function stepsOf(readings: Readings): readonly number[] {
  return readings.slice(1).map((reading, index) => reading - (readings[index] ?? NaN));
}

async function bareReadings(): Promise<Readings> {
  return readingsOf(askerOf(clientWith(stubFetch(streamChunks))), "a-model");
}

// Every tenth call to the first target fails, and the second answers.
async function routedReadings(): Promise<Readings> {
  const client = clientWith(unsteady(stubFetch(streamChunks), "a-model", 10));
  await using router = routerOver(client, ["a-model", "b-model"], { retry: { maxRetries: 0 } });
  return await readingsOf(askerOf(router.openai), "auto");
}

function clientWith(fetch: Fetch): OpenAI {
  return new OpenAI({ apiKey: "sk-bench", baseURL: "https://bench.test/v1", fetch });
}

async function readingsOf(asker: Asker, model: string): Promise<Readings> {
  const readings: number[] = [];
  for (let first = 0; first < allCalls; first += step) {
    await callUpTo(first, first + step, { asker, model });
    readings.push(await heapMb());
  }
  return readings;
}

interface Asked {
  readonly asker: Asker;
  readonly model: string;
}

async function callUpTo(first: number, end: number, asked: Asked): Promise<void> {
  for (let number = first; number < end; number += callsPerTurn) {
    const turn = Array.from({ length: callsPerTurn }, (_, index) => call(number + index, asked));
    await Promise.all(turn);
    await setImmediate();
  }
}

async function call(number: number, { asker, model }: Asked): Promise<void> {
  const messages = [{ role: "user" as const, content: prompt(number, promptChars) }];
  if (number % 10 === 0) await readAll(await asker.stream({ model, messages, stream: true }));
  else await asker.answer({ model, messages });
}

async function heapMb(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("The heap is measured with node --expose-gc.");
  // What finalisers free in one pass can free more in the next.
  for (let pass = 0; pass < 5; pass += 1) {
    globalThis.gc();
    await setImmediate();
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}
