// instructor: answers by a schema, on the client that the router gives.
import createInstructor from "@instructor-ai/instructor";
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";
import { z } from "zod/v3"; // instructor 1.7 reads no schemas of zod 4

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 500);
provider.setModel("Qwen/Qwen3-32B", {
  script: [{ toolCalls: [{ name: "City", arguments: { name: "Paris" } }] }], // the first answer lacks the country
  toolCalls: [{ name: "City", arguments: { name: "Paris", country: "France" } }],
});

const City = z.object({ name: z.string(), country: z.string() });
const instructor = createInstructor({ client: router.openai, mode: "TOOLS", retryAllErrors: true });
const answer = await instructor.chat.completions.create({
  model: "auto",
  messages: [{ role: "user", content: "Which city has the Louvre?" }],
  response_model: { schema: City, name: "City" },
  max_retries: 1, // of answers that do not fit: each is a call of its own to the router
});
console.log(City.parse(answer));
//=> { name: 'Paris', country: 'France' }
console.log(router.stats().calls);
//=> 2
