import { setTimeout as sleep } from "node:timers/promises";
import { faults, type Provider, type Step } from "modelrouter/testing";
import { defaultModel } from "./service.ts";

/** What happens to the default model, and for how long, over and over. */
const phases: readonly { readonly forMs: number; readonly fault: Step | undefined }[] = [
  { forMs: 25_000, fault: undefined },
  { forMs: 9_000, fault: 500 },
  { forMs: 5_000, fault: faults.hang },
  { forMs: 21_000, fault: undefined },
];

/** Takes the default model down and brings it back, until the signal is aborted. */
export async function outages(provider: Provider, signal: AbortSignal): Promise<void> {
  for (let at = 0; !signal.aborted; at = (at + 1) % phases.length) {
    const { forMs, fault } = phases[at] as (typeof phases)[number];
    if (fault === undefined) provider.heal(defaultModel);
    else provider.fail(defaultModel, fault);
    await sleep(forMs, undefined, { signal }).catch(() => undefined);
  }
}
