/** A provider in a process of its own. Says its URL, then does what it is told, and answers with the requests it had. */
import { startProvider } from "../../../src/testing/index.ts";
import { usage } from "./routed-models.ts";

/** When requests came in, by model, in ms since the epoch. */
export interface Received {
  readonly broken: readonly number[];
  readonly limited: readonly number[];
  readonly spare: readonly number[];
}

const provider = await startProvider({ models: { broken: { usage }, limited: { usage }, spare: { usage } } });
provider.fail("broken", 503);
process.send?.(provider.url);

process.on("message", (message) => {
  if (message === "heal") provider.heal("broken");
  const received: Received = { broken: timesOf("broken"), limited: timesOf("limited"), spare: timesOf("spare") };
  process.send?.(received);
});
process.on("disconnect", () => process.exit());

function timesOf(model: string): readonly number[] {
  return provider.requests.filter((request) => request.model === model).map(({ at }) => at);
}
