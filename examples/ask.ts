// One question, one call: the text, the model that answered, tokens, cost, and whether a fallback was used.
import { globalApi, ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";

// Leave `baseURL` out, and it is the real service.
await using provider = await startProvider();
const router = new ModelRouter(globalApi({ standardKey: "ga_1", proKey: "ga_pro_1", baseURL: provider.url }));

const { text, record } = await router.ask("What is the capital of France?");
console.log(text);
//=> This is deepseek-ai/DeepSeek-V4-Flash, played by the provider simulator.
console.log(record.model, record.usage?.totalTokens, record.costUsd, record.fellBack);
//=> deepseek-ai/DeepSeek-V4-Flash 26 0.0000065 false

const analysis = await router.ask("What follows from this?", { task: "critical_analysis", deadlineMs: 10_000 });
console.log(analysis.record.model, `because ${analysis.record.reason}`);
//=> Pro/deepseek-ai/DeepSeek-V3.2 because task is "critical_analysis"
