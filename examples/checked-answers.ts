// The cheap model answers in prose where JSON was asked for: the next one is asked, and the record tells why.
import { acceptSchema, AnswerNotAcceptedError, ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";
import * as z from "zod";

await using provider = await startProvider({
  models: {
    "deepseek-ai/DeepSeek-V4-Flash": { reply: "The sentiment is positive!" },
    "Qwen/Qwen3-32B": { reply: '{"sentiment":"positive"}' },
  },
});

const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  accept: "notEmpty",
});
router.on("fallback:start", ({ from, to, detail }) => console.log(`${from} → ${to}: ${detail}`));

const sentiment = z.object({ sentiment: z.enum(["positive", "negative"]) });
const { text } = await router.ask("Sentiment of “I like it” as JSON?", { accept: acceptSchema(sentiment) });
//=> deepseek-ai/DeepSeek-V4-Flash → Qwen/Qwen3-32B: not accepted by schema: the text is not JSON
console.log(sentiment.parse(JSON.parse(text)).sentiment);
//=> positive

// Nobody's answer will do: the error has the last one.
const never = router.with({ accept: ({ text: said }) => said.includes("Dutch") || "not in Dutch" });
try {
  await never.ask("Sentiment?");
} catch (error) {
  if (error instanceof AnswerNotAcceptedError) console.log(error.code, error.answer.text);
}
//=> deepseek-ai/DeepSeek-V4-Flash → Qwen/Qwen3-32B: not accepted by accept: not in Dutch
//=> not_accepted {"sentiment":"positive"}
