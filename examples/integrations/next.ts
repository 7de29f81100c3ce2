// Next: a route handler of the app router, called through `next dev`; in the browser the `openai` package reads the stream.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { startProvider } from "modelrouter/testing";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";

await using provider = await startProvider();
const dev = ["node_modules/next/dist/bin/next", "dev", "next-app", "--hostname", "127.0.0.1", "--port", "0"];
using next = spawn(process.execPath, dev, {
  cwd: import.meta.dirname,
  env: { ...process.env, OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: "any", NEXT_TELEMETRY_DISABLED: "1" },
  stdio: ["ignore", "pipe", "inherit"],
});

async function origin(): Promise<string> {
  for await (const line of createInterface(next.stdout)) {
    const [found] = /http:\/\/127[.\d]+:\d+/.exec(line) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error("Next did not start.");
}
const url = `${await origin()}/api/chat`;
next.stdout.resume();
const body = JSON.stringify({ messages: [{ role: "user", content: "What is the capital of France?" }] });

provider.fail("deepseek-ai/DeepSeek-V4-Flash", "emptyStream");
const answer = await fetch(url, { method: "POST", body });
if (answer.body === null) throw new Error("There is no answer.");
console.log(await ChatCompletionStream.fromReadableStream(answer.body).finalContent());
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

// A browser that leaves after the first words: the model is told to stop.
provider.setModel("Qwen/Qwen3-32B", { reply: "and so on ".repeat(10_000), chunkDelayMs: 5 });
const leaves = new AbortController();
const early = await fetch(url, { method: "POST", body, signal: leaves.signal });
await early.body?.getReader().read();
leaves.abort();
await provider.idle();
console.log(provider.requests.at(-1)?.aborted);
//=> true
