import { afterEach, describe, expect, it } from "vitest";
import { Clocks } from "../../src/attempt/clocks.ts";
import { AttemptFailure } from "../../src/attempt/failure.ts";
import { Interrupt } from "../../src/attempt/interrupt.ts";
import { StreamSource, type StreamEnd } from "../../src/attempt/stream-source.ts";
import { contentEvent, finishEvent } from "../requests/raw-server.ts";

const role = contentEvent("");
const done = "data: [DONE]\n\n";

interface Set {
  readonly source: StreamSource;
  readonly interrupt: Interrupt;
  readonly ends: StreamEnd[];
  readonly cancelled: unknown[];
}

const opened: Clocks[] = [];
afterEach(() => {
  for (const clocks of opened.splice(0)) clocks.stop();
});

/** A source over chunks; what comes after them is an end, an error, or nothing at all. */
function make(chunks: readonly string[], after: "end" | "hang" | Error = "end", dropsUsage = false): Set {
  const left = chunks.map((chunk) => Buffer.from(chunk));
  const cancelled: unknown[] = [];
  const body = new ReadableStream<unknown>(
    {
      pull(controller) {
        const next = left.shift();
        if (next !== undefined) controller.enqueue(next);
        else if (after === "end") controller.close();
        else if (after === "hang") return new Promise(() => undefined);
        else controller.error(after);
        return undefined;
      },
      cancel: (reason) => void cancelled.push(reason),
    },
    { highWaterMark: 0 },
  );
  const interrupt = new Interrupt();
  const limits = { headersMs: Infinity, firstContentMs: Infinity, idleMs: Infinity, attemptMs: Infinity };
  const clocks = new Clocks({ ...limits, stream: true, deadlineAt: Infinity, shareEndsAt: Infinity }, () => undefined);
  opened.push(clocks);
  const ledger = { endpoint: "chat", choices: 1, dropsUsage, mends: false, redact: (text: string) => text } as const;
  const source = new StreamSource(body, ledger, { clocks, interrupt });
  const ends: StreamEnd[] = [];
  source.listen({ ended: (end) => void ends.push(end), explain: (failure) => failure });
  return { source, interrupt, ends, cancelled };
}

async function readAll(source: StreamSource): Promise<string> {
  let text = "";
  for (let item = await source.read(); !item.done; item = await source.read())
    text += Buffer.from(item.value).toString();
  return text;
}

describe("opening", () => {
  it("reads up to the first content, and no further", async () => {
    const { source, ends } = make([role, contentEvent("x")], "hang");
    await source.open();
    expect(ends).toEqual([]);
  });

  it("keeps what came before the first content", async () => {
    const chunks = [role, ": hi\n\n", contentEvent("x"), finishEvent(), done];
    const { source } = make(chunks);
    await source.open();
    expect(await readAll(source)).toBe(chunks.join(""));
  });

  it.each<readonly [string, readonly string[]]>([
    ["nothing", []],
    ["the role alone", [role]],
    ["[DONE] alone", [done]],
    ["an error", ['data: {"error":{"message":"no"}}\n\n']],
    ["garbage", ["data: oops\n\n"]],
    ["half an event", ['data: {"choi']],
  ])("fails by %s", async (_, chunks) => {
    const { source } = make(chunks);
    await expect(source.open()).rejects.toMatchObject({ kind: "invalid_response" });
  });

  it("fails by a break", async () => {
    const { source } = make([role], new Error("reset"));
    await expect(source.open()).rejects.toThrow("reset");
  });

  it("gives up a stream that is long and says nothing", async () => {
    const { source } = make(
      Array.from({ length: 70 }, () => `: ${"x".repeat(65_536)}\n\n`),
      "hang",
    );
    await expect(source.open()).rejects.toThrow(/long/);
  });
});

describe("reading the whole", () => {
  it("gives the data of its events, and holds all of it back", async () => {
    const chunks = [role, contentEvent("x"), finishEvent(), done];
    const { source } = make(chunks);
    expect(await source.readWhole()).toHaveLength(3);
    expect(await readAll(source)).toBe(chunks.join(""));
  });

  it("fails by a break after content as by one before: nobody was given any", async () => {
    const { source } = make([contentEvent("x")], new Error("reset"));
    await expect(source.readWhole()).rejects.toMatchObject({ kind: "invalid_response", message: "reset" });
  });

  it("knows what was taken when the caller aborts", async () => {
    const { source, interrupt, ends } = make([role, contentEvent("four words of content")], "hang");
    await source.open();
    const reading = source.readWhole();
    interrupt.interrupt("caller", new Error("enough"));
    await expect(reading).rejects.toMatchObject({ contentTokens: ends[0]?.contentTokens });
    expect(ends[0]?.contentTokens).toBeGreaterThan(3);
  });
});

describe("the end", () => {
  it("is told once, with the usage", async () => {
    const usage = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
    const { source, ends } = make([contentEvent("x"), finishEvent(), usage, done]);
    await source.open();
    await readAll(source);
    const answer = expect.objectContaining({ id: "chatcmpl-1", model: "a", finishReasons: ["stop"] }) as unknown;
    expect(ends).toEqual([{ failure: undefined, usage: { total_tokens: 3 }, answer }]);
  });

  it("is told when a short stream came whole with its first content", async () => {
    const { source, ends } = make([contentEvent("x") + finishEvent() + done]);
    await source.open();
    expect([ends.length, await readAll(source)]).toEqual([1, contentEvent("x") + finishEvent() + done]);
  });

  it.each<readonly [string, readonly string[], "end" | Error]>([
    ["an end without a finish_reason", [], "end"],
    ["a break", [], new Error("reset")],
    ["[DONE] without a finish_reason", [done], "end"],
    ["garbage", ["data: oops\n\n"], "end"],
  ])("is a failure by %s", async (_, more, after) => {
    const { source, ends } = make([contentEvent("x"), ...more], after);
    await source.open();
    await expect(readAll(source)).rejects.toBeInstanceOf(AttemptFailure);
    expect(ends).toMatchObject([{ failure: { kind: "stream_interrupted" } }]);
  });

  it("is none by a break behind the finish_reason", async () => {
    const { source, ends } = make([contentEvent("x"), finishEvent()], new Error("reset"));
    await source.open();
    expect(await readAll(source)).toBe(contentEvent("x") + finishEvent());
    expect(ends).toMatchObject([{ failure: undefined }]);
  });

  it("keeps failing for whoever reads on", async () => {
    const { source } = make([contentEvent("x")]);
    await source.open();
    await expect(readAll(source)).rejects.toBeInstanceOf(AttemptFailure);
    await expect(source.read()).rejects.toBeInstanceOf(AttemptFailure);
  });

  it("stays the end for whoever reads on", async () => {
    const { source } = make([contentEvent("x"), finishEvent(), done]);
    await source.open();
    await readAll(source);
    expect(await source.read()).toMatchObject({ done: true });
  });
});

describe("a caller who cancels", () => {
  it("aborts an answer that is not complete", async () => {
    const { source, ends, cancelled } = make([contentEvent("x")], "hang");
    await source.open();
    source.cancel("enough");
    expect([ends[0]?.failure?.kind, cancelled]).toEqual(["aborted", ["enough"]]);
  });

  it("does not spoil an answer that is complete", async () => {
    const { source, ends } = make([contentEvent("x") + finishEvent()], "hang");
    await source.open();
    source.cancel(undefined);
    expect(ends).toMatchObject([{ failure: undefined }]);
  });
});

describe("an interrupt", () => {
  it("by the caller ends the stream as aborted, at once", async () => {
    const { source, interrupt, ends } = make([contentEvent("x")], "hang");
    await source.open();
    interrupt.interrupt("caller", new Error("enough"));
    expect(ends).toMatchObject([{ failure: { kind: "aborted" } }]);
    await expect(source.read()).rejects.toThrow("enough");
  });

  it("by a clock ends the stream as interrupted, at once", async () => {
    const { source, interrupt, ends } = make([contentEvent("x")], "hang");
    await source.open();
    interrupt.interrupt("clock", new Error("late"));
    expect(ends).toMatchObject([{ failure: { kind: "stream_interrupted", message: "late" } }]);
  });

  it("rejects a read that is waiting", async () => {
    const { source, interrupt } = make([contentEvent("x")], "hang");
    await source.open();
    await source.read();
    const waiting = source.read();
    interrupt.interrupt("clock", new Error("late"));
    await expect(waiting).rejects.toMatchObject({ kind: "stream_interrupted" });
  });

  it("cancels the provider's body", async () => {
    const { source, interrupt, cancelled } = make([contentEvent("x")], "hang");
    await source.open();
    const reason = new Error("late");
    interrupt.interrupt("clock", reason);
    expect(cancelled).toEqual([reason]);
  });

  it("behind the finish_reason changes nothing", async () => {
    const { source, interrupt, ends } = make([contentEvent("x") + finishEvent()], "hang");
    await source.open();
    interrupt.interrupt("caller", new Error("enough"));
    expect(ends).toMatchObject([{ failure: undefined }]);
  });
});

it("gives bytes in order to whoever asks for several chunks at once", async () => {
  const [x, y] = [contentEvent("x"), contentEvent("y")];
  const { source } = make([
    contentEvent("w"),
    x.slice(0, 20),
    x.slice(20) + y.slice(0, 20),
    y.slice(20),
    finishEvent(),
    done,
  ]);
  await source.open();
  const items = await Promise.all(Array.from({ length: 6 }, () => source.read()));
  const text = items.map((item) => (item.done ? "" : Buffer.from(item.value).toString())).join("");
  expect(text).toBe(contentEvent("w") + x + y + finishEvent() + done);
});
