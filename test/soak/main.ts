/**
 * Very many calls with faults of every kind, over real HTTP, and then a look at whether anything was lost, counted twice or
 * left behind. The provider and the router are a process each. Ends with 1 and what broke.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { markdownOf } from "../bench/table.ts";
import { findingsOf, type Soaked } from "./checks.ts";
import type { ProviderCount, RunCount } from "./counts.ts";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "200000" },
    "in-flight": { type: "string", default: "500" },
    faults: { type: "string", default: "0.3" },
  },
});
const calls = numberOf("calls", values.calls);
const inFlight = numberOf("in-flight", values["in-flight"]);
const faultShare = numberOf("faults", values.faults);

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!(number >= 0)) throw new RangeError(`--${name} must be a number from 0, got ${text}.`);
  return number;
}

function start(module: URL, args: readonly number[], flags: readonly string[] = []): ChildProcess {
  return fork(module, args.map(String), { execArgv: [...flags], serialization: "advanced" });
}

async function messageOf<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`A process ended with ${String(code)} before it had reported.`);
  });
  const [message] = (await Promise.race([once(child, "message"), ended])) as [T];
  ended.catch(() => undefined);
  return message;
}

async function soak(): Promise<Soaked> {
  const provider = start(new URL("./provider.ts", import.meta.url), [calls, faultShare]);
  try {
    const port = await messageOf<number>(provider);
    const runner = start(new URL("./run.ts", import.meta.url), [port, calls, inFlight], ["--expose-gc"]);
    const run = await messageOf<RunCount>(runner);
    const closedAt = performance.now();
    const [exitCode] = (await once(runner, "exit")) as [number | null];
    const endedAfterMs = performance.now() - closedAt;
    provider.send("report");
    return { run, provider: await messageOf<ProviderCount>(provider), endedAfterMs, exitCode };
  } finally {
    provider.disconnect();
  }
}

const soaked = await soak();
const findings = findingsOf(soaked);
const rows = findings.map(({ what, value, faults }) => [what, value, faults.length === 0 ? "ok" : "BROKEN"]);
const seconds = soaked.run.durationMs / 1000;
console.log(`${calls.toLocaleString("en")} calls with ${inFlight} in flight took ${seconds.toFixed(1)} s\n`);
console.log(markdownOf({ head: ["what", "found", "verdict"], rows }));
console.log(
  `\nerrors: ${Object.entries(soaked.run.errors)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ")}`,
);
for (const { what, faults } of findings) for (const fault of faults) console.error(`BROKEN ${what}: ${fault}`);
if (findings.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
