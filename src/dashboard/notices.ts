import type { RouterEventName, RouterEvents, SloBurn } from "../events.ts";
import type { ShownNotice, Tone } from "./shown.ts";
import { clip, duration, outWords, percent, usd } from "./words.ts";

type Told = readonly [tone: Tone, text: string];
type Words = { readonly [Name in RouterEventName]?: (event: RouterEvents[Name]) => Told };

/** What is told of more than one request, in words. */
export const noticeWords = {
  "breaker:open": ({ target, learnt }) => ["bad", `Breaker of ${clip(target)} opens${by(learnt)}`],
  "breaker:half-open": ({ target }) => ["info", `${clip(target)} gets a trial call`],
  "breaker:close": ({ target, learnt }) => ["good", `Breaker of ${clip(target)} closes${by(learnt)}`],
  "target:rest": ({ target, client, reason, learnt }) => [
    "warn",
    `${target === undefined ? `All targets of client ${client}` : clip(target)} rest: ${outWords[reason]}${by(learnt)}`,
  ],
  "key:rest": ({ client, key, target, reason, learnt }) => [
    "warn",
    `Key ${clip(key)} of client ${client} rests${target === undefined ? "" : ` at ${clip(target)}`}: ${outWords[reason]}${by(learnt)}`,
  ],
  "target:slow": ({ tier, target }) => ["warn", `${clip(target)} is slow: others go first in tier ${tier}`],
  "target:recover": ({ tier, target }) => ["good", `${clip(target)} has its place in tier ${tier} again`],
  "slo:burn": (burn) => ["bad", `Tier ${burn.tier} breaks its promise too fast: ${promised(burn)}`],
  "slo:recover": (burn) => ["good", `Tier ${burn.tier} keeps its promise again: ${promised(burn)}`],
  "budget:low": ({ budget, share, limitUsd }) => [
    "warn",
    `Budget ${budget} has used ${percent(share)} of ${usd(limitUsd)}`,
  ],
  "budget:spent": ({ budget, limitUsd }) => ["bad", `Budget ${budget} of ${usd(limitUsd)} is spent`],
  "budget:downgrade": ({ budget, from, to }) => [
    "warn",
    `Calls go to tier ${to} instead of ${from}: budget ${budget} is spent`,
  ],
  "retry-budget:spent": ({ target, kind }) => ["warn", `No more ${kind} at ${clip(target)}: the retry budget is spent`],
  "break-glass:use": ({ target, why }) => [
    why === "named" ? "info" : "bad",
    `Break-glass target ${clip(target)} is called${why === "named" ? ", by name" : ": all others are out"}`,
  ],
  "classifier:failed": ({ classifier, cause }) => [
    "warn",
    `Classifier ${classifier} gives nothing: ${cause.replaceAll("_", " ")}`,
  ],
  "parameter:learnt": ({ target, param }) => [
    "info",
    `${clip(target)} does not take ${clip(param)}: fitted from now on`,
  ],
  "sla:miss": ({ tier, limitMs }) => [
    "warn",
    `Late for a call within ${duration(limitMs)}${tier === undefined ? "" : ` in tier ${tier}`}`,
  ],
  "store:failed": ({ store, verb }) => ["bad", `Store ${store} failed to ${verb}`],
  "drill:start": ({ target, share, dry }) => [
    "info",
    dry ? `A dry drill of ${clip(target)} begins` : `A drill keeps ${percent(share)} of the calls off ${clip(target)}`,
  ],
  "drill:end": ({ target, report: { drilled } }) => [
    drilled.failed === 0 && drilled.rescued === 0 ? "good" : "warn",
    `The drill of ${clip(target)} has ended: ${drilled.answered - drilled.rescued} of ${drilled.calls} calls answered by its fallbacks`,
  ],
} satisfies Words;

/** Name of an event that is a notice. */
export type NoticeName = keyof typeof noticeWords;

function by(learnt: boolean): string {
  return learnt ? ", says another process" : "";
}

function promised({ objective, goal, burnRate }: SloBurn): string {
  const what = objective === "availability" ? `${percent(goal)} answered` : `${objective.slice(0, 3)} of ${goal} ms`;
  return `${what}, at ${Number(burnRate.toPrecision(2))}× the rate allowed`;
}

const mostKept = 200;

/** So many of the latest are looked through for the same thing. */
const mostFolded = 8;

/** What happened lately beyond single requests. The same thing again within a few others is counted. */
export class Notices {
  #kept: readonly ShownNotice[] = [];
  #seq = 0;

  get seq(): number {
    return this.#seq;
  }

  add([tone, text]: Told, at = Date.now()): void {
    this.#seq += 1;
    const same = this.#kept.slice(-mostFolded).find((one) => one.text === text && one.tone === tone);
    const notice = { seq: this.#seq, at, tone, text, times: (same?.times ?? 0) + 1 };
    this.#kept = [...this.#kept.filter((one) => one !== same), notice].slice(-mostKept);
  }

  /** Those that came after, oldest first. */
  since(seq: number): readonly ShownNotice[] {
    return this.#kept.filter((one) => one.seq > seq);
  }
}
