import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { faults, type Step } from "../../src/testing/index.ts";
import { call, hear, replyOf, startPair, textOf } from "./setup.ts";

const mishaps: readonly Step[] = [
  200,
  500,
  faults.reset,
  faults.html,
  429,
  400,
  faults.cutBody(),
  faults.cutStream({ afterChunks: 2 }),
  faults.roleOnly,
  faults.endStream({ afterChunks: 1 }),
];

describe("many calls at once, with mishaps of every kind", () => {
  const count = 200;

  async function run(): Promise<{ texts: string[]; stats: object; inFlight: number[] }> {
    const script = Array.from({ length: count * 2 }, (_, index) => mishaps[(index * 7) % mishaps.length] ?? 200);
    await using pair = await startPair({
      a: script,
      b: script.toReversed(),
      router: { breaker: false, retryBudget: false },
    });
    const calls = Array.from({ length: count }, (_, index) =>
      index % 2 === 0
        ? pair.router.chat.completions.create(call).then(textOf, () => "failed")
        : hear(pair.router).then(({ text, error }) => (error === undefined ? text : "failed")),
    );
    const texts = await Promise.all(calls);
    await pair.router.drain();
    const { answered, failed, aborted, calls: total } = pair.router.stats();
    const inFlight = Object.values(pair.router.health().targets).map((target) => target.inFlight);
    return { texts, stats: { answered: answered > 0, total, sum: answered + failed + aborted }, inFlight };
  }

  it("each end in a whole answer or in an error, and are all counted", async () => {
    const { texts, stats, inFlight } = await run();
    expect(new Set(texts)).toEqual(new Set([replyOf("a"), replyOf("b"), "failed"]));
    expect(stats).toEqual({ answered: true, total: count, sum: count });
    expect(inFlight).toEqual([0, 0]);
  }, 60_000);
});

describe("a signal that serves many calls", () => {
  it("is left without listeners, however the calls ended", async () => {
    await using pair = await startPair({ a: [200, 500, 500, 400, faults.cutStream({ afterChunks: 1 })] });
    const { signal } = new AbortController();
    const post = (body: object): RequestInit => ({ method: "POST", body: JSON.stringify(body), signal });
    for (let round = 0; round < 5; round += 1) {
      const response = await pair.router.fetch(
        `${pair.a.url}/chat/completions`,
        post({ ...call, stream: round % 2 === 0 }),
      );
      await response.text().catch(() => undefined);
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
