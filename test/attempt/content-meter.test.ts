import { describe, expect, it } from "vitest";
import { ContentMeter } from "../../src/attempt/content-meter.ts";

const word = (tokens: number) => "word".repeat(tokens);

function chunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return JSON.stringify({ id: "chatcmpl_1", object: "chat.completion.chunk", created: 1, model: "a", choices });
}

const delta = (text: string) => JSON.stringify({ type: "response.output_text.delta", delta: text });
const asBytes = (data: string) => Buffer.from(`data: ${data}\n\n`);

describe("ContentMeter", () => {
  it("has measured nothing at first", () => {
    expect(new ContentMeter().tokens).toBe(0);
  });

  it("measures the content and not what stands around it", () => {
    const meter = new ContentMeter();
    meter.took(undefined, chunk({ content: word(5) }));
    for (let pass = 0; pass < 10; pass += 1) meter.passed(asBytes(chunk({ content: word(2) })));
    expect(meter.tokens).toBe(25);
  });

  it("measures reasoning and the arguments of tool calls", () => {
    const meter = new ContentMeter();
    meter.took(undefined, chunk({ reasoning_content: word(10) }));
    meter.took(undefined, chunk({ reasoning_content: word(10) }));
    expect(meter.tokens).toBe(20);
    const calls = new ContentMeter();
    const call = { index: 0, id: "call_1", type: "function", function: { name: word(1), arguments: word(9) } };
    calls.took(undefined, chunk({ tool_calls: [call] }));
    expect(calls.tokens).toBe(10);
  });

  it("is not far off by the chunk that ends the answer", () => {
    const meter = new ContentMeter();
    meter.took(undefined, chunk({ content: word(100) }));
    meter.took(undefined, chunk({}, "stop"));
    expect(meter.tokens).toBeGreaterThanOrEqual(90);
    expect(meter.tokens).toBeLessThanOrEqual(100);
  });

  it("measures the text of a Responses stream once", () => {
    const meter = new ContentMeter();
    meter.took("response.output_text.delta", delta(word(5)));
    meter.took("response.output_text.delta", delta(word(7)));
    meter.took("response.output_item.done", JSON.stringify({ item: { content: [{ text: word(12) }] } }));
    expect(meter.tokens).toBe(12);
  });
});
