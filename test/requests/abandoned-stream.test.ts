import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { call, startSingle, type Single } from "./setup.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function drop({ router }: Single): Promise<void> {
  await router.chat.completions.create({ ...call, stream: true });
}

async function collectUntil(done: () => boolean): Promise<void> {
  while (!done()) {
    collect();
    await setImmediate();
  }
}

it("ends a stream that its caller dropped unread", async () => {
  await using single = await startSingle({ a: { models: { a: { chunks: 50, chunkDelayMs: 5 } } } });
  let outcome: string | undefined;
  single.router.on("request:end", ({ record }) => (outcome = record.outcome));
  await drop(single);
  await collectUntil(() => outcome !== undefined);
  expect(outcome).toBe("aborted");
});

it("leaves a stream alone that is being read", async () => {
  await using single = await startSingle({ a: { models: { a: { chunks: 30, chunkDelayMs: 2 } } } });
  let text = "";
  const stream = await single.router.chat.completions.create({ ...call, stream: true });
  for await (const chunk of stream) {
    collect();
    text += chunk.choices[0]?.delta.content ?? "";
  }
  expect(text).toContain("This is a");
  expect(single.router.recordOf(stream).outcome).toBe("answered");
});

it("leaves a body alone that is being read by its reader", async () => {
  await using single = await startSingle({ a: { models: { a: { chunks: 30, chunkDelayMs: 2 } } } });
  const reader = await readerOf(single);
  let bytes = 0;
  for (let item = await reader.read(); !item.done; item = await reader.read()) {
    collect();
    bytes += item.value.length;
  }
  expect(bytes).toBeGreaterThan(1_000);
  expect(single.router.stats().answered).toBe(1);
});

async function readerOf({ router }: Single): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const response = await router.chat.completions.create({ ...call, stream: true }).asResponse();
  return response.body!.getReader();
}
