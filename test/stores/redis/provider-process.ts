/** A provider in a process of its own. Says its URL, then does what it is told, and answers with the requests it had. */
import { startProvider } from "../../../src/testing/index.ts";
import { usage } from "./routed-models.ts";

/** When requests came in, by model, in ms since the epoch. */
export interface Received {
  readonly times: Readonly<Record<string, readonly number[]>>;
}

const models = Object.fromEntries(["broken", "limited", "spare"].map((model) => [model, { usage }]));
const provider = await startProvider({ models });
provider.fail("broken", 503);
process.send?.(provider.url);

process.on("message", (message) => {
  if (message === "heal") provider.heal("broken");
  process.send?.({ times: Object.fromEntries(Object.keys(models).map((model) => [model, timesOf(model)])) });
});
process.on("disconnect", () => process.exit());

function timesOf(model: string): readonly number[] {
  return provider.requests.filter((request) => request.model === model).map(({ at }) => at);
}
