// us-east-1 goes down and eu-west-1 takes over. A tenant whose data may not leave the EU never gets anywhere else.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI, { InternalServerError } from "openai";

await using us = await startProvider();
await using eu = await startProvider();

const router = new ModelRouter({
  client: new OpenAI({ baseURL: us.url, apiKey: "any" }),
  clients: { eu: new OpenAI({ baseURL: eu.url, apiKey: "any" }) },
  targets: {
    "flash-us": { model: "deepseek-ai/DeepSeek-V4-Flash", region: "us-east-1" },
    "flash-eu": { model: "deepseek-ai/DeepSeek-V4-Flash", client: "eu", region: "eu-west-1" },
  },
  tiers: { cheap: ["flash-us", "flash-eu"] },
  preferredRegions: ["us-east-1", "eu-west-1"],
  residency: [{ tags: { tenant: "acme-eu" }, allowedRegions: ["eu-*"] }],
});
const regionOf = async (tenant: string): Promise<string | undefined> =>
  (await router.ask("What is the capital of France?", { tags: { tenant } })).record.region;

console.log(await regionOf("acme-us"), await regionOf("acme-eu"));
//=> us-east-1 eu-west-1
await us.refuse();
console.log(await regionOf("acme-us"));
//=> eu-west-1

await us.accept();
eu.fail(undefined, 503);
console.log(await regionOf("acme-us"), us.hits());
//=> us-east-1 2
const failure = await regionOf("acme-eu").catch((error: unknown) => error);
console.log(failure instanceof InternalServerError, us.hits()); // no fallback out of the EU
//=> true 2
