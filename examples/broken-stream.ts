// A stream breaks after a few words: the error has them, or another target begins anew, or goes on from there.
import { markOf, ModelRouter, StreamInterruptedError, type StreamBreakPolicy } from "modelrouter";
import { faults, startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const tale = "Once upon a time there was a router that never lost a word.";
await using provider = await startProvider({
  models: {
    flash: { reply: tale },
    // Goes on from a last message of the assistant.
    qwen: { reply: ({ body }) => tale.slice((body["messages"] as { content: string }[]).at(1)?.content.length ?? 0) },
  },
});
provider.fail("flash", faults.cutStream({ afterChunks: 3 }));
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  targets: { flash: {}, qwen: { continues: "prefix" } },
  tiers: { cheap: ["flash", "qwen"] },
});

async function listen(onStreamBreak: StreamBreakPolicy): Promise<string> {
  let text = "";
  const view = router.with({ onStreamBreak });
  const messages = [{ role: "user" as const, content: "Tell me a tale." }];
  for await (const chunk of await view.chat.completions.create({ model: "cheap", messages, stream: true })) {
    if (markOf(chunk)?.mended === "restart") text = `(dropped: ${text}) `;
    text += chunk.choices[0]?.delta.content ?? "";
  }
  return text;
}

await listen("error").catch((error) => console.log(error instanceof StreamInterruptedError && error.received.text));
//=> Once upon a
console.log(await listen("restart"));
//=> (dropped: Once upon a) Once upon a time there was a router that never lost a word.
console.log(await listen("continue"));
//=> Once upon a time there was a router that never lost a word.
