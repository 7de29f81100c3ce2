import { parentPort } from "node:worker_threads";
import { VirtualTime } from "../../src/simulation/virtual-time.ts";
import type { Asked, Outcome } from "./outcome.ts";

// A thread plays the schedules that it is sent, one after the other. Time is taken first: what is imported then lives on it.
const time = VirtualTime.take();
// Nobody reads the stacks of errors that are meant to happen, and they are dear.
Error.stackTraceLimit = 0;
const { play } = await import("./play.ts");
const { violationsOf } = await import("./properties.ts");
const { logOf, wholeLogOf } = await import("./log.ts");
const { planted } = await import("./planted.ts");

parentPort?.on("message", (asked: Asked) => {
  void outcomeOf(asked).then((outcome) => parentPort?.postMessage(outcome));
});

async function outcomeOf({ seed, spoil, whole }: Asked): Promise<Outcome> {
  try {
    const run = await play(seed, time);
    const played = spoil === undefined ? run : { ...run, ...planted[spoil](run) };
    const violations = violationsOf(played);
    const [violation] = violations;
    const log = whole === true ? wholeLogOf(played) : violation === undefined ? [] : logOf(played, violation);
    const { made, hits, elapsedMs } = played;
    const broken = [...new Set(violations.map(({ property }) => property))];
    return { seed, calls: made, requests: hits.length, elapsedMs, violation, broken, log };
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const violation = { property: "playsToItsEnd", detail } as const;
    return { seed, calls: 0, requests: 0, elapsedMs: 0, violation, broken: ["playsToItsEnd"], log: [] };
  }
}
