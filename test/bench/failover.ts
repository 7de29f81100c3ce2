import type { ModelRouter } from "modelrouter";
import OpenAI from "openai";
import { rounded, type Bound } from "./bound.ts";
import { deadModel } from "./dead-model.ts";
import type { Part } from "./part.ts";
import { prompts } from "./prompts.ts";
import { routerOver } from "./routers.ts";
import { difference, estimate, pairwise, type Estimate } from "./statistics.ts";
import { samplesOf, takeTurns, type Contender } from "./take-turns.ts";

const rounds = 120;
const warmUpRounds = 20;
const callsARound = 12;
const goodModel = "good-model";
const chain = [deadModel, goodModel] as const;
const allowanceMs = 1;
// "Nothing" on the wire: a small part of what one call over loopback takes.
const nothingMs = 0.05;

/** What failing over costs, and what a dead target costs once its breaker is open: one call at a time. */
export async function measureFailover(baseURL: string): Promise<Part> {
  const client = (): OpenAI => new OpenAI({ apiKey: "sk-bench", baseURL, maxRetries: 0 });
  const once = { retry: { maxRetries: 0 } };
  await using healthy = routerOver(client(), [goodModel], once);
  await using failing = routerOver(client(), chain, { ...once, breaker: false });
  await using open = routerOver(client(), chain, { ...once, breaker: { cooldownMs: 600_000 } });
  await openBreaker(open);
  const contenders = [
    { name: "one bare call", call: bareCall(client()) },
    { name: "one bare call again", call: bareCall(client()) },
    { name: "a bare call that fails, and another", call: twoBareCalls(client()) },
    { name: "routed, no target fails", call: routedCall(healthy, 1) },
    { name: "routed, the first target answers 500", call: routedCall(failing, 2) },
    { name: "routed, the first target's breaker is open", call: routedCall(open, 1) },
  ];
  await takeTurns(contenders, warmUpRounds, msOfCall);
  const samples = await takeTurns(contenders, rounds, msOfCall);
  return partOf(contenders, samples);
}

const messages = prompts(1, 1_000).map((content) => ({ role: "user" as const, content }));

function bareCall(client: OpenAI): () => Promise<unknown> {
  return () => client.chat.completions.create({ model: goodModel, messages });
}

function twoBareCalls(client: OpenAI): () => Promise<unknown> {
  return async () => {
    try {
      return await client.chat.completions.create({ model: deadModel, messages });
    } catch {
      return client.chat.completions.create({ model: goodModel, messages });
    }
  };
}

/** Makes a call, and makes sure that it took that many attempts: else another thing would be measured. */
function routedCall(router: ModelRouter, attempts: number): () => Promise<unknown> {
  return async () => {
    const completion = await router.openai.chat.completions.create({ model: "auto", messages });
    const made = router.recordOf(completion).attempts.length;
    if (made !== attempts) throw new Error(`The call took ${made} attempts instead of ${attempts}.`);
  };
}

async function openBreaker(router: ModelRouter): Promise<void> {
  const call = (): Promise<unknown> => router.openai.chat.completions.create({ model: "auto", messages });
  for (let made = 0; made < 10; made += 1) await call();
  const state = router.health().targets[deadModel]?.breaker;
  if (state !== "open") throw new Error(`The breaker is ${state ?? "off"} instead of open.`);
}

async function msOfCall({ call }: Contender): Promise<number> {
  const startedAt = performance.now();
  for (let made = 0; made < callsARound; made += 1) await call();
  return (performance.now() - startedAt) / callsARound;
}

type Samples = ReadonlyMap<string, readonly number[]>;

function partOf(contenders: readonly Contender[], samples: Samples): Part {
  const over = (name: string, base: string): Estimate =>
    pairwise(samplesOf(samples, name), samplesOf(samples, base), difference);
  const rows = contenders.map(({ name }) => [
    name,
    rounded(estimate(samplesOf(samples, name)).median),
    name === "one bare call" ? "–" : signed(over(name, "one bare call")),
  ]);
  return {
    tables: [{ head: ["one call at a time, ms", "median", "over one bare call"], rows }],
    bounds: boundsOf(samples, over),
  };
}

function boundsOf(samples: Samples, over: (name: string, base: string) => Estimate): readonly Bound[] {
  const bareMs = estimate(samplesOf(samples, "one bare call")).median;
  const again = Math.abs(over("one bare call again", "one bare call").median);
  const failing = over("routed, the first target answers 500", "one bare call");
  const open = over("routed, the first target's breaker is open", "routed, no target fails");
  const bound = ({ median, noise }: Estimate): Pick<Bound, "value" | "noise" | "unit" | "kind"> => ({
    value: median,
    noise: Math.max(noise, again),
    unit: "ms",
    kind: "most",
  });
  return [
    { what: "failing over (one more bare call + 1 ms)", limit: bareMs + allowanceMs, ...bound(failing) },
    { what: "a dead target behind an open breaker", limit: nothingMs, ...bound(open) },
  ];
}

function signed({ median, noise }: Estimate): string {
  return `${median < 0 ? "−" : "+"}${rounded(Math.abs(median))} ± ${rounded(noise)}`;
}
