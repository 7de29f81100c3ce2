import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Clocks, type ClockSettings } from "../../src/attempt/clocks.ts";

// For the whole file: the clocks of all calls share one ticker, which must not change its time.
beforeAll(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterAll(() => void vi.useRealTimers());

const running: Clocks[] = [];

afterEach(() => {
  for (const clocks of running.splice(0)) clocks.stop();
});

interface Started {
  readonly clocks: Clocks;
  /** The clocks that rang. */
  readonly rang: string[];
}

function start(settings: Partial<ClockSettings> = {}): Started {
  const rang: string[] = [];
  const clocks = new Clocks(
    {
      headersMs: Infinity,
      firstContentMs: Infinity,
      idleMs: Infinity,
      attemptMs: Infinity,
      stream: false,
      deadlineAt: Infinity,
      shareEndsAt: Infinity,
      ...settings,
    },
    ({ clock }) => rang.push(clock),
  );
  running.push(clocks);
  return { clocks, rang };
}

const at = (ms: number): number => performance.now() + ms;

/** What rang just before and some time after a limit. Long limits are kept to within a tenth of a second. */
async function around({ rang }: Started, limitMs: number): Promise<readonly [string[], string[]]> {
  await vi.advanceTimersByTimeAsync(limitMs - 1);
  const before = [...rang];
  await vi.advanceTimersByTimeAsync(limitMs < 1_000 ? 2 : 300);
  return [before, [...rang].slice(0, 1)];
}

describe.each([50, 5_000])("a limit of %i ms", (limitMs) => {
  it("for headers rings when it passes", async () => {
    expect(await around(start({ headersMs: limitMs }), limitMs)).toEqual([[], ["headers"]]);
  });

  it("for headers does not ring once they came", async () => {
    const started = start({ headersMs: limitMs });
    started.clocks.headersCame();
    await vi.advanceTimersByTimeAsync(limitMs * 3);
    expect(started.rang).toEqual([]);
  });

  it("for the first content counts from the beginning, not from the headers", async () => {
    const started = start({ firstContentMs: limitMs, stream: true });
    await vi.advanceTimersByTimeAsync(limitMs / 2);
    started.clocks.headersCame();
    expect(await around(started, limitMs / 2)).toEqual([[], ["first content"]]);
  });

  it("for the first content rings while headers are out, too", async () => {
    expect(await around(start({ firstContentMs: limitMs, stream: true }), limitMs)).toEqual([[], ["first content"]]);
  });

  it("for the first content means nothing where nothing streams", async () => {
    const started = start({ firstContentMs: limitMs });
    started.clocks.headersCame();
    await vi.advanceTimersByTimeAsync(limitMs * 3);
    expect(started.rang).toEqual([]);
  });

  it("for the first content does not ring once it came", async () => {
    const started = start({ firstContentMs: limitMs, stream: true });
    started.clocks.headersCame();
    started.clocks.contentCame();
    await vi.advanceTimersByTimeAsync(limitMs * 3);
    expect(started.rang).toEqual([]);
  });

  it("for idling rings when a chunk is waited for so long", async () => {
    const started = start({ idleMs: limitMs, stream: true });
    started.clocks.headersCame();
    started.clocks.contentCame();
    started.clocks.waiting();
    expect(await around(started, limitMs)).toEqual([[], ["idle"]]);
  });

  it("for idling does not ring while nobody waits for a chunk", async () => {
    const started = start({ idleMs: limitMs, stream: true });
    started.clocks.headersCame();
    started.clocks.contentCame();
    await vi.advanceTimersByTimeAsync(limitMs * 5);
    expect(started.rang).toEqual([]);
  });

  it("for idling begins anew with each chunk", async () => {
    const started = start({ idleMs: limitMs, stream: true });
    started.clocks.headersCame();
    started.clocks.contentCame();
    for (let chunk = 0; chunk < 5; chunk += 1) {
      started.clocks.waiting();
      await vi.advanceTimersByTimeAsync(limitMs * 0.8);
      started.clocks.arrived();
    }
    expect(started.rang).toEqual([]);
  });

  it("for idling does not ring for keep-alives before the first content", async () => {
    const started = start({ idleMs: limitMs, firstContentMs: limitMs * 4, stream: true });
    started.clocks.headersCame();
    started.clocks.waiting();
    await vi.advanceTimersByTimeAsync(limitMs * 2);
    expect(started.rang).toEqual([]);
  });

  it("for idling holds for the body of an answer in one piece", async () => {
    const started = start({ idleMs: limitMs });
    started.clocks.headersCame();
    started.clocks.waiting();
    expect(await around(started, limitMs)).toEqual([[], ["idle"]]);
  });

  it("for the attempt rings whatever comes", async () => {
    const started = start({ attemptMs: limitMs, stream: true });
    started.clocks.headersCame();
    started.clocks.contentCame();
    expect(await around(started, limitMs)).toEqual([[], ["attempt"]]);
  });

  it("for the deadline rings whatever comes", async () => {
    const started = start({ deadlineAt: at(limitMs), shareEndsAt: at(limitMs), stream: true });
    started.clocks.headersCame();
    started.clocks.contentCame();
    expect(await around(started, limitMs)).toEqual([[], ["deadline"]]);
  });

  it("for a share of the deadline rings before content", async () => {
    const started = start({ deadlineAt: at(limitMs * 2), shareEndsAt: at(limitMs), stream: true });
    expect(await around(started, limitMs)).toEqual([[], ["share"]]);
  });

  it("for a share of the deadline gives way to the deadline once content came", async () => {
    const started = start({ deadlineAt: at(limitMs * 2), shareEndsAt: at(limitMs), stream: true });
    started.clocks.headersCame();
    started.clocks.contentCame();
    expect(await around(started, limitMs * 2)).toEqual([[], ["deadline"]]);
  });

  it("rings no more once stopped", async () => {
    const started = start({
      headersMs: limitMs,
      firstContentMs: limitMs,
      idleMs: limitMs,
      attemptMs: limitMs,
      deadlineAt: at(limitMs),
      shareEndsAt: at(limitMs),
    });
    started.clocks.stop();
    await vi.advanceTimersByTimeAsync(limitMs * 3);
    expect(started.rang).toEqual([]);
  });
});

it("rings the shorter of the attempt's limit and its share", async () => {
  const started = start({ attemptMs: 80, shareEndsAt: at(50), deadlineAt: at(100) });
  expect(await around(started, 50)).toEqual([[], ["share"]]);
});

it.each([Infinity, 2 ** 31, 2 ** 40])("never rings for limits of %d ms", async (ms) => {
  const started = start({
    headersMs: ms,
    firstContentMs: ms,
    idleMs: ms,
    attemptMs: ms,
    deadlineAt: ms,
    shareEndsAt: ms,
  });
  await vi.advanceTimersByTimeAsync(10_000_000);
  expect(started.rang).toEqual([]);
});

it("leaves no timer of its own behind", async () => {
  await vi.advanceTimersByTimeAsync(10_000);
  const before = vi.getTimerCount();
  const { clocks } = start({ headersMs: 50, attemptMs: 50 });
  const during = vi.getTimerCount();
  clocks.stop();
  expect([before, during, vi.getTimerCount()]).toEqual([0, 1, 0]);
});
