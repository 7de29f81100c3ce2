import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/testing/step.ts";
import { doneEvent, type StreamEvent } from "../../src/testing/stream-event.ts";
import { streamPieces } from "../../src/testing/stream-pieces.ts";

const events: StreamEvent[] = [
  { part: "opening", text: "o\n\n" },
  { part: "content", text: "1\n\n" },
  { part: "content", text: "2\n\n" },
  { part: "content", text: "3\n\n" },
  { part: "finish", text: "f\n\n" },
  doneEvent,
];

function plan(answer: Answer): [waitMs: number, text: string][] {
  const pace = { firstMs: () => 100, nextMs: () => 10 };
  const pieces: [number, string][] = [];
  for (const { waitMs, bytes } of streamPieces({
    events,
    answer,
    pace,
    errorEvent: (error) => JSON.stringify(error),
  })) {
    pieces.push([waitMs, Buffer.from(bytes).toString().trim()]);
    if (pieces.length === 12) break;
  }
  return pieces;
}

describe("streamPieces", () => {
  it("waits for the first content and between contents, and for nothing else", () => {
    expect(plan({})).toEqual([
      [0, "o"],
      [100, "1"],
      [10, "2"],
      [10, "3"],
      [0, "f"],
      [0, "data: [DONE]"],
    ]);
  });

  it.each([
    [0, ["o"]],
    [2, ["o", "1", "2"]],
    [9, ["o", "1", "2", "3"]],
    ["half" as const, ["o", "1"]],
    ["headers" as const, []],
  ])("stops after %s", (after, sent) => {
    expect(plan({ breaks: { how: "hang", after } }).map(([, text]) => text)).toEqual(sent);
  });

  it("waits before it breaks the connection, so that the reader gets what was sent", () => {
    expect(plan({ breaks: { how: "reset", after: 0 } })).toEqual([
      [0, "o"],
      [20, ""],
    ]);
  });

  it.each([
    [0, ["o", "x", "1"]],
    [1, ["o", "1", "x"]],
  ])("inserts after %i contents", (after, beginning) => {
    const texts = plan({ stream: { insert: { after, text: "x" } } }).map(([, text]) => text);
    expect(texts.slice(0, 3)).toEqual(beginning);
  });

  it("inserts the endpoint's error", () => {
    const texts = plan({ stream: { insert: { after: 3, error: { code: "e" } } } }).map(([, text]) => text);
    expect(texts[4]).toBe('{"code":"e"}');
  });

  it("leaves parts out", () => {
    const texts = plan({ stream: { omit: ["opening", "content", "finish"] } }).map(([, text]) => text);
    expect(texts).toEqual(["data: [DONE]"]);
  });

  it("fills waits with keep-alives", () => {
    expect(plan({ breaks: { how: "end", after: 1 }, stream: { keepAliveMs: 40 } })).toEqual([
      [0, "o"],
      [40, ": keep-alive"],
      [40, ": keep-alive"],
      [20, "1"],
    ]);
  });

  it("keeps a hanging stream alive for ever", () => {
    const pieces = plan({ breaks: { how: "hang", after: 0 }, stream: { keepAliveMs: 40 } });
    expect(pieces.slice(-2)).toEqual([
      [40, ": keep-alive"],
      [40, ": keep-alive"],
    ]);
  });

  it("writes so many bytes at a time, each with the waits before it", () => {
    expect(plan({ breaks: { how: "end", after: 1 }, stream: { writeBytes: 4 } })).toEqual([
      [100, "o\n\n1"],
      [0, ""],
    ]);
  });
});
