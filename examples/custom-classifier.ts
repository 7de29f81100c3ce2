// A classifier of your own is a plain object: a name, and a function from a request to a tier.
import { type Classifier, heuristicClassifier, ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

/** Sends what is about contracts to the premium tier, and says nothing of the rest. */
const contracts: Classifier<"premium"> = {
  name: "contracts",
  classify({ prompt }) {
    const word = /\b(?:contract|clause|liability)\b/i.exec(prompt)?.[0];
    return word === undefined ? undefined : { tier: "premium", confidence: 0.9, reason: `it is about a ${word}` };
  },
};

await using provider = await startProvider();
await using router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["small"], balanced: ["medium"], premium: ["large"] },
  classifier: [contracts, heuristicClassifier()], // asked in turn
});

for (const content of ["May we cancel the contract?", "What is the capital of France?"]) {
  const completion = await router.chat.completions.create({ model: "auto", messages: [{ role: "user", content }] });
  const { target, decidedBy, reason } = router.recordOf(completion);
  console.log(`${target} by ${decidedBy}: ${reason}`);
}
//=> large by contracts: it is about a contract
//=> small by heuristic: short question: 30 characters
