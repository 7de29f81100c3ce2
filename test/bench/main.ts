import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { measureAddedCpu } from "./added-cpu.ts";
import { verdictOf } from "./bound.ts";
import { measureBudgets } from "./budgets.ts";
import { measureHeap } from "./heap.ts";
import { measureHedging } from "./hedging.ts";
import { measureLimiter } from "./limiter.ts";
import { loadShare, machine } from "./machine.ts";
import { measureOnTheWire } from "./on-the-wire.ts";
import { markdownOfPart, type Part } from "./part.ts";
import { saveTables } from "./saved-tables.ts";

const parts: ReadonlyMap<string, () => Promise<Part>> = new Map([
  ["cpu", measureAddedCpu],
  ["wire", measureOnTheWire],
  ["heap", measureHeap],
  ["budgets", measureBudgets],
  ["limiter", measureLimiter],
  ["hedging", measureHedging],
  // Loaded when its turn has come: what a client of Redis does to V8 makes other code slower by half.
  ["redis", async () => (await import("./redis.ts")).measureRedis()],
]);

const usage = `npm run bench -- [${[...parts.keys()].join("] [")}] [--json <file>] [--save]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, save: { type: "boolean", default: false } },
});
const unknown = positionals.find((name) => !parts.has(name));
if (unknown !== undefined) throw new Error(`There is no part "${unknown}". Usage: ${usage}`);

console.log(`${machine}\n`);
// Caches and cores are shared: beside other work even CPU time is longer.
if (loadShare() > 0.4)
  console.warn(`The machine is busy (load ${loadShare().toFixed(1)} a core): the figures will be too high.\n`);
const results: Record<string, Part> = {};
for (const [name, measure] of parts) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const result = await measure();
  results[name] = result;
  console.log(`${markdownOfPart(result)}\n`);
  if (values.save) await saveTables({ [name]: result });
}

if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, ...results }, null, 2)}\n`);
const over = Object.values(results).some(({ bounds }) => bounds.some((bound) => verdictOf(bound) === "over"));
process.exitCode = over ? 1 : 0;
