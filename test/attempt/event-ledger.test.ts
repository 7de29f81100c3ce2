import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventLedger } from "../../src/attempt/event-ledger.ts";
import { contentEvent, finishEvent } from "../requests/raw-server.ts";

const usageEvent = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
const done = "data: [DONE]\n\n";
const role = contentEvent("");
const whole = [
  role,
  contentEvent("ün"),
  ": keep-alive\n\n",
  contentEvent("îcödé ✓"),
  contentEvent("🧭"),
  finishEvent(),
  usageEvent,
  done,
];

function ledgerOf({ dropsUsage = false, choices = 1 }): EventLedger {
  return new EventLedger({
    endpoint: "chat",
    dropsUsage,
    choices,
    mends: false,
    redact: (text) => text.replaceAll("sk-key", "[redacted]"),
  });
}

interface Taken {
  readonly ledger: EventLedger;
  /** What is handed on, as text. */
  readonly out: string;
}

/** Puts chunks through a ledger as a stream does. */
function take(chunks: readonly Uint8Array[], options: { dropsUsage?: boolean; choices?: number } = {}): Taken {
  const ledger = ledgerOf(options);
  const out: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (ledger.fault !== undefined || ledger.done) break;
    const usual = ledger.committed && ledger.isUsual(chunk);
    if (usual) ledger.pass(chunk);
    const bytes = usual ? chunk : ledger.take(chunk);
    if (bytes !== undefined) out.push(bytes);
  }
  return { ledger, out: Buffer.concat(out).toString() };
}

function bytesOf(...events: readonly string[]): Uint8Array[] {
  return events.map((event) => Buffer.from(event));
}

describe("what is handed on", () => {
  it("is every byte as it came", () => {
    expect(take(bytesOf(...whole)).out).toBe(whole.join(""));
  });

  it("is all but the usage that nobody asked for", () => {
    expect(take(bytesOf(...whole), { dropsUsage: true }).out).toBe(
      whole.filter((event) => event !== usageEvent).join(""),
    );
  });

  it("is only whole events", () => {
    const { out } = take(bytesOf(role, contentEvent("x"), 'data: {"choices":[{"index":0,"de'));
    expect(out).toBe(role + contentEvent("x"));
  });

  it("is nothing behind garbage", () => {
    const { out, ledger } = take(bytesOf(contentEvent("x"), "data: oops\n\n", contentEvent("y")));
    expect([out, ledger.fault?.kind]).toEqual([contentEvent("x"), "invalid_response"]);
  });

  it.each(["data: {oops}\n\n", 'data: {"choices":[{"delta":{"content":"x"}]}\n\n', "event: x\ndata: {oops}\n\n"])(
    "is nothing of garbage that looks like an event: %j",
    (garbage) => {
      const { out, ledger } = take(bytesOf(contentEvent("x"), garbage, contentEvent("y")));
      expect([out, ledger.fault?.kind]).toEqual([contentEvent("x"), "invalid_response"]);
    },
  );

  it("is the same however the bytes are split", () => {
    const all = Buffer.from(whole.join(""));
    const splits = fc.uniqueArray(fc.nat({ max: all.length }), { maxLength: 60 });
    fc.assert(
      fc.property(splits, fc.boolean(), (places, dropsUsage) => {
        const ends = [...places.toSorted((x, y) => x - y), all.length];
        const chunks = ends.map((end, index) => all.subarray(ends[index - 1] ?? 0, end));
        const { out, ledger } = take(chunks, { dropsUsage });
        const expected = dropsUsage ? whole.filter((event) => event !== usageEvent) : whole;
        expect([out, ledger.done, ledger.usage]).toEqual([expected.join(""), true, { total_tokens: 3 }]);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it.each(["\r\n", "\r"])("is the same byte by byte where lines end in %j", (end) => {
    const text = whole.join("").replaceAll("\n", end);
    const { out, ledger } = take([...Buffer.from(text)].map((byte) => new Uint8Array([byte])));
    expect([out, ledger.done]).toEqual([text, true]);
  });
});

describe("what a ledger knows", () => {
  it("is whether content has come", () => {
    expect([take(bytesOf(role)).ledger.committed, take(bytesOf(role, contentEvent("x"))).ledger.committed]).toEqual([
      false,
      true,
    ]);
  });

  it("is that the answer is complete from the finish_reason on", () => {
    const { ledger } = take(bytesOf(contentEvent("x"), finishEvent()));
    expect([ledger.complete, ledger.done]).toEqual([true, false]);
  });

  it("is that [DONE] without a finish_reason is a break", () => {
    const { ledger, out } = take(bytesOf(contentEvent("x"), done));
    expect([ledger.fault?.kind, out]).toEqual(["stream_interrupted", contentEvent("x")]);
  });

  it("is that [DONE] before any content is no answer", () => {
    const { ledger, out } = take(bytesOf(role, done, contentEvent("late"), finishEvent()));
    expect([ledger.fault?.kind, out]).toEqual(["invalid_response", role]);
  });

  it("is the usage, wherever it stands", () => {
    const event = 'data: {"choices":[{"index":0,"delta":{"content":"x"}}],"usage":{"total_tokens":5}}\n\n';
    expect(take(bytesOf(contentEvent("x"), event)).ledger.usage).toEqual({ total_tokens: 5 });
  });

  it("is what the provider says went wrong, keys blacked out", () => {
    const { ledger } = take(bytesOf(contentEvent("x"), 'data: {"error":{"message":"bad sk-key"}}\n\n'));
    expect([ledger.providerError, ledger.complete]).toEqual(["bad [redacted]", true]);
  });

  it("is the provider's error also in an event named so", () => {
    const { ledger } = take(bytesOf(contentEvent("x"), 'event: error\ndata: {"message":"overloaded"}\n\n'));
    expect(ledger.providerError).toBe("overloaded");
  });

  it("is that a stream of two choices goes on when one has ended", () => {
    const { ledger } = take(bytesOf(contentEvent("x", 0), contentEvent("y", 1), finishEvent(0)), { choices: 2 });
    expect(ledger.complete).toBe(false);
  });

  it("is that a stream of two choices is complete when both have ended", () => {
    const { ledger } = take(bytesOf(contentEvent("x", 0), contentEvent("y", 1), finishEvent(0), finishEvent(1)), {
      choices: 2,
    });
    expect(ledger.complete).toBe(true);
  });
});

function flushed(...events: readonly string[]): { rest: string | undefined; ledger: EventLedger } {
  const { ledger } = take(bytesOf(...events));
  const rest = ledger.flush();
  return { rest: rest === undefined ? undefined : Buffer.from(rest).toString(), ledger };
}

describe("the end of a stream without a blank line", () => {
  it("still hands on a last event that is whole", () => {
    const last = finishEvent().trimEnd();
    const { rest, ledger } = flushed(contentEvent("x"), last);
    expect([rest, ledger.fault]).toEqual([last, undefined]);
  });

  it("is a break where the last event is not whole", () => {
    expect(flushed(contentEvent("x"), 'data: {"choices":[').ledger.fault).toBeDefined();
  });

  it("is a break where no finish_reason came", () => {
    expect(flushed(contentEvent("x")).ledger.fault?.kind).toBe("stream_interrupted");
  });

  it.each(["d", "data", "data:", "data: ", "data: [", "data: [DONE", ": keep"])(
    "leaves %j out behind a complete answer",
    (cut) => {
      const { rest, ledger } = flushed(contentEvent("x"), finishEvent(), cut);
      expect([rest, ledger.fault]).toEqual([undefined, undefined]);
    },
  );
});
