import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markOf, ModelRouter, StreamInterruptedError } from "../../src/index.ts";
import type { ReceivedRequest, Step } from "../../src/testing/index.ts";
import { contentEvent, finishEvent, startRaw, type RawServer } from "./raw-server.ts";
import { clientOf, hear, startPair, type Heard, type Pair } from "./setup.ts";

// Pieces that no cut of one text can be taken for a cut of the other.
const textOfA = "Ærøskøbing 🧭 liegt 在 the sea.";
const textOfB = "Só que não: мы пошли домой.";

const runs = { numRuns: 200, seed: 20_261_121 };

/** Whole from one target, or the beginning of the first target's text and a typed error that has just that. */
function isRight({ text, error }: Heard): boolean {
  if (error === undefined) return text === textOfA || text === textOfB;
  return error instanceof StreamInterruptedError && textOfA.startsWith(text) && error.received.text === text;
}

const faultyStep: fc.Arbitrary<Step> = fc.record(
  {
    breaks: fc.record({
      how: fc.constantFrom("reset" as const, "close" as const, "end" as const),
      after: fc.oneof(fc.nat({ max: 8 }), fc.constantFrom("request" as const, "headers" as const, "half" as const)),
      waitMs: fc.constantFrom(0, 3),
    }),
    stream: fc.record(
      {
        lineEnd: fc.constantFrom("\n" as const, "\r\n" as const, "\r" as const),
        writeBytes: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constant(Infinity)),
        omit: fc.subarray(["opening", "finish", "usage", "done"] as const),
        insert: fc.record({
          after: fc.nat({ max: 8 }),
          text: fc.constantFrom(": keep-alive\n\n", "data: {oops\n\n", 'data: {"choi', "\n\n", "data: [DONE]\n\n"),
        }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

describe("whatever happens to a stream of the simulator", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({
      a: { models: { a: { reply: textOfA } } },
      b: { models: { b: { reply: textOfB } } },
      router: { breaker: false, retry: { maxRetries: 0 } },
    });
  });
  afterAll(() => pair[Symbol.asyncDispose]());

  it("the caller gets a whole text of one target, or a typed error after what came", async () => {
    await fc.assert(
      fc.asyncProperty(faultyStep, async (step) => {
        pair.a.fail("a", step);
        const heard = await hear(pair.router);
        expect([heard.text, heard.error, isRight(heard)]).toEqual([heard.text, heard.error, true]);
      }),
      runs,
    );
  }, 60_000);
});

/** What a caller has in the end who drops what he is told to drop. */
function keptOf({ chunks }: Heard): string {
  let text = "";
  for (const chunk of chunks) {
    text = text.slice(0, text.length - (markOf(chunk)?.dropChars ?? 0));
    text += chunk.choices[0]?.delta.content ?? "";
  }
  return text;
}

describe("whatever happens to streams that are mended", () => {
  const whole = "Ærøskøbing 🧭 liegt 在 the sea, und мы пошли домой. 🏠🏠";
  let pair: Pair;
  beforeAll(async () => {
    const goesOn = ({ body }: ReceivedRequest): string => {
      const last = (body["messages"] as { role: string; content: string }[]).at(-1);
      return last?.role === "assistant" ? whole.slice(last.content.length) : whole;
    };
    pair = await startPair({
      a: { models: { a: { reply: textOfA }, b: { reply: textOfB }, c: { reply: whole } } },
      b: { models: { one: { reply: goesOn }, two: { reply: goesOn }, repeating: { reply: whole } } },
      router: {
        breaker: false,
        retry: { maxRetries: 0 },
        targets: {
          one: { client: "other" },
          two: { client: "other", continues: "prefix" },
          repeating: { client: "other", continues: "prefill" },
        },
        tiers: {
          anew: { targets: ["a", "b", "c"], onStreamBreak: "restart" },
          onward: { targets: ["one", "two", "repeating"], onStreamBreak: "continue" },
        },
      },
    });
  });
  afterAll(() => pair[Symbol.asyncDispose]());

  const steps = fc.tuple(faultyStep, faultyStep, faultyStep);

  it("what the caller keeps of a restarted stream is one whole answer, or just what the typed error has", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async ([a, b, c]) => {
        pair.a.fail("a", a);
        pair.a.fail("b", b);
        pair.a.fail("c", c);
        const heard = await hear(pair.router, { model: "anew" });
        const kept = keptOf(heard);
        const { error } = heard;
        const isOne = [textOfA, textOfB, whole].includes(kept);
        const holds = error instanceof StreamInterruptedError ? error.received.text === kept : isOne;
        expect([kept, error, holds || isFailed(heard)]).toEqual([kept, error, true]);
      }),
      runs,
    );
  }, 120_000);

  it("what the caller has of a continued stream is one whole answer, or just what the typed error has", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async ([one, two, repeating]) => {
        pair.b.fail("one", one);
        pair.b.fail("two", two);
        pair.b.fail("repeating", repeating);
        const heard = await hear(pair.router, { model: "onward" });
        const { text, error } = heard;
        const isBegun = error instanceof StreamInterruptedError && error.received.text === text;
        const holds = error === undefined ? text === whole : isBegun && whole.startsWith(text);
        expect([text, error, holds || isFailed(heard)]).toEqual([text, error, true]);
      }),
      runs,
    );
  }, 120_000);
});

/** No target gave anything. */
function isFailed({ text, error }: Heard): boolean {
  return text === "" && error !== undefined && !(error instanceof StreamInterruptedError);
}

const events = [
  contentEvent(""),
  ...[...new Intl.Segmenter("de", { granularity: "word" }).segment(textOfA)].map(({ segment }) =>
    contentEvent(segment),
  ),
  finishEvent(),
  "data: [DONE]\n\n",
];
const bytesOfA = Buffer.from(events.join(""));
const afterFinish = bytesOfA.length - Buffer.byteLength("data: [DONE]\n\n");

interface Cut {
  /** How many bytes are sent. */
  readonly sent: number;
  /** Where writes end. */
  readonly splits: readonly number[];
  readonly how: "end" | "destroy";
}

const cuts: fc.Arbitrary<Cut> = fc.record({
  sent: fc.nat({ max: bytesOfA.length }),
  splits: fc.uniqueArray(fc.nat({ max: bytesOfA.length }), { maxLength: 12 }),
  how: fc.constantFrom("end", "destroy"),
});

describe("wherever the bytes of a stream are split and cut", () => {
  let current: Cut = { sent: 0, splits: [], how: "end" };
  let server: RawServer;
  let pair: Pair;
  let router: ModelRouter;

  beforeAll(async () => {
    server = await startRaw(async (response) => {
      const { sent, splits, how } = current;
      response.writeHead(200, { "content-type": "text/event-stream" });
      const ends = [...splits.filter((split) => split < sent).toSorted((x, y) => x - y), sent];
      let from = 0;
      for (const end of ends) {
        await new Promise((resolve) => response.write(bytesOfA.subarray(from, end), resolve));
        from = end;
      }
      if (how === "end") response.end();
      else response.socket?.end();
    });
    pair = await startPair({ b: { models: { b: { reply: textOfB } } } });
    router = new ModelRouter({
      client: clientOf(server),
      clients: { other: clientOf(pair.b) },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      breaker: false,
      retry: { maxRetries: 0 },
    });
  });
  afterAll(async () => {
    await router.close();
    await pair[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("the caller gets a whole text of one target, or a typed error after what came", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        current = cut;
        const heard = await hear(router);
        expect([heard.text, heard.error, isRight(heard)]).toEqual([heard.text, heard.error, true]);
      }),
      runs,
    );
  }, 60_000);

  it("the text is that of the first target once its finish_reason was sent", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        current = { ...cut, sent: Math.max(cut.sent, afterFinish) };
        const heard = await hear(router);
        expect([heard.text, heard.error]).toEqual([textOfA, undefined]);
      }),
      { ...runs, numRuns: 50 },
    );
  }, 60_000);
});
