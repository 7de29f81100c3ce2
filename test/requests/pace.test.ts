import { describe, expect, it } from "vitest";
import { faults } from "../../src/testing/index.ts";
import { call, hear, replyOf, startPair, textOf, type Pair, type PairOptions } from "./setup.ts";

const reply = "one two three four five six seven eight nine ten eleven twelve";
/** In as many chunks as it has words. */
const twelve = { reply, chunks: 12 };

/** A pair that wants twenty tokens a second, of which `a` brings the first few in less than the time for them. */
function startPaced(a: PairOptions["a"], options: Pick<PairOptions, "router"> = {}): Promise<Pair> {
  const pace = { minTokensPerSecond: 20, windowMs: 250 };
  return startPair({ a: a ?? [], ...options, router: { pace, ...options.router } });
}

function saying(chunkDelayMs: number): NonNullable<PairOptions["a"]> {
  return { models: { a: { ...twelve, chunkDelayMs } } };
}

describe("a stream that trickles from the beginning", () => {
  it("is given up for the next target", async () => {
    await using pair = await startPaced(saying(400));
    const { text, stream } = await hear(pair.router);
    expect(text).toBe(replyOf("b"));
    expect(pair.router.recordOf(stream!)).toMatchObject({
      attempts: [{ target: "a", failure: "timeout" }, { target: "b" }],
    });
  });

  it("is said to have brought too few tokens", async () => {
    await using pair = await startPaced(saying(400));
    const { stream } = await hear(pair.router);
    expect(pair.router.recordOf(stream!).attempts[0]?.detail).toBe(
      "too few tokens within the time for its pace (250 ms)",
    );
  });

  it("is cancelled upstream", async () => {
    await using pair = await startPaced(saying(400));
    await hear(pair.router);
    await pair.a.idle();
    expect(pair.a.requests[0]?.aborted).toBe(true);
  });

  it("counts in the breaker", async () => {
    const breaker = { failureThreshold: 1, errorRate: 0 };
    await using pair = await startPaced(saying(400), { router: { breaker } });
    await hear(pair.router);
    expect(pair.router.health().targets["a"]?.breaker).toBe("open");
  });

  it("is given out where no pace is asked for", async () => {
    await using pair = await startPaced(saying(40), { router: { pace: false } });
    expect((await hear(pair.router)).text).toBe(reply);
  });
});

describe("a stream that keeps its pace", () => {
  it("is given out whole", async () => {
    await using pair = await startPaced(saying(1));
    expect((await hear(pair.router)).text).toBe(reply);
  });

  it("is given out before it is complete", async () => {
    await using pair = await startPaced([faults.stallStream({ afterChunks: 6 })], {
      router: { timeouts: { idleMs: 100 } },
    });
    pair.a.setModel("a", { reply: reply.repeat(4), chunks: 8 });
    const { text, error } = await hear(pair.router);
    expect(text).not.toBe("");
    expect(error).toMatchObject({ code: "stream_interrupted" });
  });

  it("is given out when it is complete before it brought that much", async () => {
    await using pair = await startPaced({ models: { a: { reply: "Yes", chunks: 1 } } });
    expect((await hear(pair.router)).text).toBe("Yes");
  });
});

it("is no matter of streams that break while they are held back: the next target takes over", async () => {
  await using pair = await startPaced([faults.cutStream({ afterChunks: 1 }), faults.cutStream({ afterChunks: 1 })]);
  expect((await hear(pair.router)).text).toBe(replyOf("b"));
});

it("is no matter of answers in one piece", async () => {
  await using pair = await startPaced(saying(1));
  expect(textOf(await pair.router.chat.completions.create(call))).toBe(reply);
});
