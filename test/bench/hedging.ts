import OpenAI from "openai";
import type { ModelRouter } from "modelrouter";
import { askerOf, calls } from "./asker.ts";
import { rounded, type Bound } from "./bound.ts";
import { cpuUsOfCall, warmUp } from "./cpu-us.ts";
import type { Part } from "./part.ts";
import { prompts } from "./prompts.ts";
import { routerOver } from "./routers.ts";
import { difference, estimate, pairwise, type Estimate } from "./statistics.ts";
import { stubFetch } from "./stub-fetch.ts";
import { samplesOf, takeTurns } from "./take-turns.ts";

const rounds = 140;
const warmUpMs = 6_000;
const limitUs = 8;

/** What `hedge` adds to a routed JSON call that is fast enough: an alarm is set, and taken out again. */
export async function measureHedging(): Promise<Part> {
  const [off, again, fixed, p95] = ["off", "off again", "afterMs: 10,000", 'afterMs: "p95"'] as const;
  const routers = new Map<string, ModelRouter>([
    [off, router(false)],
    [again, router(false)],
    [fixed, router({ afterMs: 10_000 })],
    // However fast the stub is, nothing is hedged: one alarm in twenty rings, and finds that it may not.
    [p95, router({ afterMs: "p95", maxExtraLoad: 0 })],
  ]);
  const contenders = [...routers].map(([name, { openai }]) => ({ name, call: calls(askerOf(openai), bodies) }));
  for (const one of contenders) await warmUp(one, warmUpMs);
  const samples = await takeTurns(contenders, rounds, cpuUsOfCall);
  await Promise.all([...routers.values()].map((one) => one.close()));
  const added = (name: string): Estimate => pairwise(samplesOf(samples, name), samplesOf(samples, off), difference);
  const names = [again, fixed, p95];
  const us = estimate(samplesOf(samples, off)).median;
  return {
    tables: [
      {
        head: ["hedge", "added CPU, µs a call"],
        rows: [[off, `${rounded(us)} in all`], ...names.map((name) => [name, signed(added(name))])],
      },
    ],
    bounds: [boundOf(added(fixed), added(again))],
  };
}

const bodies = prompts(16, 500).map((content) => ({ model: "auto", messages: [{ role: "user" as const, content }] }));

function router(hedge: object | false): ModelRouter {
  const client = new OpenAI({ apiKey: "sk-bench", baseURL: "https://bench.test/v1", fetch: stubFetch(1) });
  return routerOver(client, ["a-model", "b-model"], { hedge });
}

function signed({ median, noise }: Estimate): string {
  return `${median < 0 ? "−" : "+"}${rounded(Math.abs(median))} ± ${rounded(noise)}`;
}

// Two routers without it that differ show how far off a difference may be.
function boundOf(added: Estimate, again: Estimate): Bound {
  const noise = Math.max(added.noise, Math.abs(again.median));
  return { what: "hedge that is not made", unit: "µs", value: added.median, noise, limit: limitUs, kind: "most" };
}
