import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventLedger } from "../../src/attempt/event-ledger.ts";
import type { Endpoint } from "../../src/glossary.ts";
import { contentEvent } from "../requests/raw-server.ts";

function ledgerOf(endpoint: Endpoint, choices = 1): EventLedger {
  return new EventLedger({ endpoint, dropsUsage: false, choices, mends: false, redact: (text) => text });
}

/** Puts events through a ledger as a stream does, and gives back how many went straight through. */
function put(ledger: EventLedger, events: readonly (string | Uint8Array)[]): number {
  let usual = 0;
  for (const given of events) {
    const bytes = Buffer.from(given as string);
    if (ledger.isUsual(bytes)) {
      ledger.pass(bytes);
      usual += 1;
    } else ledger.take(bytes);
  }
  return usual;
}

const word = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom("ünîcödé ✓", "🧭", '"finish_reason":null', "\0", '\\"'),
);
const framings: Readonly<Record<string, (content: string) => string>> = {
  "of OpenAI": (content) => contentEvent(content),
  "with logprobs": (content) =>
    event({ id: "x", choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }], usage: null }),
  "with the reason first": (content) => event({ choices: [{ finish_reason: null, index: 0, delta: { content } }] }),
  "with an id for each": (content) =>
    event({ id: content, choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  "with spaces": (content) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }, undefined, 1).replaceAll("\n", " ")}\n\n`,
};

function event(json: object): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

const call = (made: object): string =>
  event({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...made }] }, finish_reason: null }] });
const named = (json: { type: string }): string => `event: ${json.type}\n${event(json)}`;
const delta = (type: string, text: string): string => named({ type, item_id: "i1", delta: text } as { type: string });

describe("what was received of a chat stream", () => {
  it.each(Object.keys(framings))("is its text, whatever that is, in events %s", (framing) => {
    const framed = framings[framing] ?? contentEvent;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const ledger = ledgerOf("chat");
        put(
          ledger,
          words.map((content) => framed(content)),
        );
        expect(ledger.received).toMatchObject({ text: words.join(""), chunks: words.length });
      }),
      { numRuns: 200, seed: 20_261_125 },
    );
  });

  it("is whole when bytes come split anywhere", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), fc.integer({ min: 1, max: 90 }), (words, size) => {
        const ledger = ledgerOf("chat");
        const bytes = Buffer.from(words.map((content) => contentEvent(content)).join(""));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        put(ledger, pieces);
        expect(ledger.received.text).toBe(words.join(""));
      }),
      { numRuns: 200, seed: 20_261_125 },
    );
  });

  it("is kept of events that nobody has looked into", () => {
    const ledger = ledgerOf("chat");
    expect(
      put(
        ledger,
        Array.from({ length: 500 }, (_, number) => contentEvent(`${number} `)),
      ),
    ).toBe(499);
    expect(ledger.received.text).toBe(Array.from({ length: 500 }, (_, number) => `${number} `).join(""));
  });

  it("can be asked for more than once, and goes on", () => {
    const ledger = ledgerOf("chat");
    put(
      ledger,
      ["a", "b"].map((content) => contentEvent(content)),
    );
    expect(ledger.received.text).toBe("ab");
    put(ledger, [contentEvent("c")]);
    expect(ledger.received.text).toBe("abc");
  });

  it("has the text of each choice", () => {
    const ledger = ledgerOf("chat", 2);
    put(ledger, [contentEvent("a", 0), contentEvent("x", 1), contentEvent("b", 0)]);
    expect(ledger.received).toMatchObject({ text: "ab", texts: ["ab", "x"] });
  });

  it("has calls of tools that had begun", () => {
    const ledger = ledgerOf("chat");
    put(ledger, [
      call({ id: "c1", type: "function", function: { name: "look", arguments: "" } }),
      call({ function: { arguments: '{"at":' } }),
    ]);
    expect(ledger.received.toolCalls).toEqual([{ name: "look", arguments: '{"at":' }]);
  });
});

it("what was received of a completions stream is its text", () => {
  const ledger = ledgerOf("completions");
  const events = ["a", "ü", "b"].map((text) =>
    event({ choices: [{ index: 0, text, logprobs: null, finish_reason: null }] }),
  );
  expect(put(ledger, events)).toBe(2);
  expect(ledger.received).toMatchObject({ text: "aüb", chunks: 3 });
});

it("what was received of a Responses stream is its text and its calls", () => {
  const ledger = ledgerOf("responses");
  put(ledger, [
    named({ type: "response.created", response: {} } as { type: string }),
    delta("response.output_text.delta", "Ünî"),
    delta("response.output_text.delta", "cödé"),
    named({ type: "response.output_item.done", item: { content: [{ text: "Ünîcödé" }] } } as { type: string }),
    named({ type: "response.output_item.added", item: { type: "function_call", id: "i1", name: "look" } } as {
      type: string;
    }),
    delta("response.function_call_arguments.delta", '{"a'),
  ]);
  expect(ledger.received).toEqual({
    text: "Ünîcödé",
    texts: ["Ünîcödé"],
    toolCalls: [{ name: "look", arguments: '{"a' }],
    chunks: 3,
  });
});
