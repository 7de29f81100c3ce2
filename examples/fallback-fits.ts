// Each target gets the request in the form it takes: by rules that you write, and by what it has refused once.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const message = "Unsupported parameter: 'temperature' is not supported with this model.";
const refusal = { status: 400, body: { error: { message, param: "temperature", code: "unsupported_parameter" } } };
await using provider = await startProvider({ models: { reasoner: { script: [refusal] } } });

const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  targets: { strict: { model: "strict-model", fit: { rename: { max_tokens: "max_completion_tokens" } } } },
  tiers: { cheap: ["reasoner", "strict"] },
  retry: { maxRetries: 0 },
});
router.on("parameter:learnt", ({ target, param }) => console.log(`${target} does not take ${param}`));

const ask = async (): Promise<void> => {
  const messages = [{ role: "user" as const, content: "What is the capital of France?" }];
  const given = await router.chat.completions.create({ model: "cheap", messages, max_tokens: 50, temperature: 0 });
  for (const { target, failure, fitted = [] } of router.recordOf(given).attempts)
    console.log(
      [`${target}: ${failure ?? "answered"}`, ...fitted.map(({ param, how }) => `${param} ${how}`)].join(", "),
    );
};

await ask();
//=> reasoner does not take temperature
//=> reasoner: bad_request
//=> reasoner: answered, temperature dropped
provider.fail("reasoner", 503);
await ask();
//=> reasoner: server_error, temperature dropped
//=> strict: answered, max_tokens renamed
