import { setImmediate } from "node:timers/promises";
import OpenAI from "openai";
import { askerOf, type Asker } from "./asker.ts";
import { rounded } from "./bound.ts";
import type { Part } from "./part.ts";
import { prompt } from "./prompts.ts";
import { readAll } from "./read-all.ts";
import { routerOver } from "./routers.ts";
import { stubFetch, unsteady } from "./stub-fetch.ts";

const warmCalls = 10_000;
const allCalls = 100_000;
const callsPerTurn = 50;
const streamChunks = 8;
const promptChars = 500;

/** How much the heap grows from the 10,000th to the 100,000th call: each another conversation, some stream, some fail. */
export async function measureHeap(): Promise<Part> {
  const bare = await bareGrowth();
  const routed = await routedGrowth();
  const rows = [bare, routed].map(({ name, warmMb, endMb }) => [
    name,
    rounded(warmMb),
    rounded(endMb),
    rounded(endMb - warmMb),
  ]);
  const value = routed.endMb - routed.warmMb;
  return {
    tables: [{ head: ["heap, MB", "after 10,000 calls", "after 100,000", "growth"], rows }],
    bounds: [{ what: "growth of the routed client's heap", unit: "MB", value, noise: 0, limit: 1, kind: "most" }],
  };
}

interface Growth {
  readonly name: string;
  readonly warmMb: number;
  readonly endMb: number;
}

async function bareGrowth(): Promise<Growth> {
  return growthOf("bare client", askerOf(unsteadyClient()), "a-model");
}

async function routedGrowth(): Promise<Growth> {
  await using router = routerOver(unsteadyClient(), ["a-model", "b-model"], { retry: { maxRetries: 0 } });
  return growthOf("modelrouter", askerOf(router.openai), "auto");
}

// Every tenth call to the first target fails: the bare client's caller gets an error, the router's the second target's answer.
function unsteadyClient(): OpenAI {
  const fetch = unsteady(stubFetch(streamChunks), "a-model", 10);
  return new OpenAI({ apiKey: "sk-bench", baseURL: "https://bench.test/v1", fetch, maxRetries: 0 });
}

async function growthOf(name: string, asker: Asker, model: string): Promise<Growth> {
  await callUpTo(0, warmCalls, { asker, model });
  const warmMb = await heapMb();
  await callUpTo(warmCalls, allCalls, { asker, model });
  return { name, warmMb, endMb: await heapMb() };
}

interface Asked {
  readonly asker: Asker;
  readonly model: string;
}

async function callUpTo(first: number, end: number, asked: Asked): Promise<void> {
  for (let number = first; number < end; number += callsPerTurn) {
    const turn = Array.from({ length: callsPerTurn }, (_, index) => call(number + index, asked));
    await Promise.allSettled(turn);
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
