/**
 * Plays thousands of schedules, each of them hours of traffic against failing targets in virtual time, and looks for
 * properties that do not hold. Ends with 1, the seed and what happened at the first that it finds.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { Outcome } from "./outcome.ts";
import { Player } from "./player.ts";
import { sentences } from "./sentences.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(Math.min(4, availableParallelism())) },
  },
});
const schedules = wholeNumber("schedules", values.schedules);
const firstSeed = wholeNumber("seed", values.seed);
const workers = Math.min(wholeNumber("workers", values.workers), schedules);

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new RangeError(`--${name} must be a whole number, got ${text}.`);
  return number;
}

const outcomes: Outcome[] = [];
let next = firstSeed;
let broken: Outcome | undefined;

async function work(): Promise<void> {
  await using player = new Player();
  while (next < firstSeed + schedules && broken === undefined) {
    const seed = next;
    next += 1;
    const outcome = await player.play({ seed });
    outcomes.push(outcome);
    if (outcome.violation !== undefined) broken = earlier(broken, outcome);
  }
}

function earlier(one: Outcome | undefined, other: Outcome): Outcome {
  return one !== undefined && one.seed < other.seed ? one : other;
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: workers }, work));
const seconds = (performance.now() - startedAt) / 1000;
const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, outcome) => all + of(outcome), 0);
const hours = Math.round(sum(({ elapsedMs }) => elapsedMs) / 3_600_000);
console.log(
  `${outcomes.length} schedules: ${sum(({ calls }) => calls)} calls and ${sum(({ requests }) => requests)} requests in ` +
    `${hours} virtual hours, played in ${seconds.toFixed(1)} s`,
);
if (broken?.violation !== undefined) {
  const { property, detail } = broken.violation;
  console.error(`\nBROKEN at seed ${broken.seed}: ${property}\n  ${sentences[property]}`);
  console.error(`  ${detail}\n\n${broken.log.map((line) => `  ${line}`).join("\n")}`);
  console.error(`\nAgain: npm run simulate -- --seed ${broken.seed} --schedules 1`);
  process.exitCode = 1;
} else {
  console.log(`${Object.keys(sentences).length} properties hold.`);
}
