import { faults, type Provider, type Step } from "modelrouter/testing";
import { defaultModel } from "./service.ts";
import { shortName } from "./watch.ts";

interface Phase {
  /** Share of the calls after which it begins. */
  readonly from: number;
  readonly what: string;
  readonly fault: Step | undefined;
}

const phases: readonly Phase[] = [
  { from: 0.35, what: "answers every call with 500", fault: 500 },
  { from: 0.45, what: "takes calls and never answers", fault: faults.hang },
  { from: 0.53, what: "resets every connection", fault: faults.reset },
  { from: 0.62, what: "works again", fault: undefined },
];

/** Takes the default model down half-way and brings it back: call it after each of the calls. */
export function outage(provider: Provider, calls: number, note: (what: string) => void): (done: number) => void {
  const ahead = [...phases];
  return (done) => {
    const [next] = ahead;
    if (next === undefined || done < next.from * calls) return;
    ahead.shift();
    if (next.fault === undefined) provider.heal(defaultModel);
    else provider.fail(defaultModel, next.fault);
    note(`${shortName(defaultModel)} ${next.what}`);
  };
}
