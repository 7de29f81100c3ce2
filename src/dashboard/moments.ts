import type { RouterEventName, RouterEvents } from "../events.ts";
import { clip, duration, failureWords } from "./words.ts";

type Words = { readonly [Name in RouterEventName]?: (event: RouterEvents[Name]) => string };

/** What is told of a request between its attempts, in words. Nothing of what was asked or answered is among them. */
export const momentWords = {
  "classifier:failed": ({ classifier, cause }) =>
    `classifier ${classifier} gave nothing (${cause.replaceAll("_", " ")})`,
  "budget:downgrade": ({ budget, from, to }) => `budget ${budget} is spent: tier ${to} instead of ${from}`,
  "limit:reached": ({ target, of, most }) => `${clip(target)} has no room: ${most} ${of}`,
  "wait:start": () => "waits for limits",
  "wait:end": ({ outcome, waitedMs }) =>
    outcome === "let_in" ? `let in after ${duration(waitedMs)}` : `gave up waiting after ${duration(waitedMs)}`,
  "retry:start": ({ target, failure, delayMs }) =>
    `${failureWords[failure]}: ${clip(target)} again in ${duration(delayMs)}`,
  "retry-budget:spent": ({ target, kind }) => `no ${kind} at ${clip(target)}: the retry budget is spent`,
  "hedge:start": ({ from, to, afterMs }) =>
    `${clip(from)} is slow after ${duration(afterMs)}: ${clip(to)} is called beside it`,
  "hedge:end": ({ to, outcome }) => `the attempt beside it, at ${clip(to)}: ${hedgeWords[outcome]}`,
  "fallback:start": ({ from, to, failure }) => `${failureWords[failure]} at ${clip(from)}: falls back to ${clip(to)}`,
  "stream:restart": ({ from, to }) => `the stream of ${clip(from)} broke: begins anew at ${clip(to)}`,
  "stream:continue": ({ from, to }) => `the stream of ${clip(from)} broke: goes on at ${clip(to)}`,
  "break-glass:use": ({ target, why }) =>
    `break-glass target ${clip(target)}: ${why === "named" ? "the call names it" : "all others are out"}`,
  "parameter:learnt": ({ target, param, as }) =>
    `${clip(target)} does not take ${clip(param)}: ${as === undefined ? "left out" : `sent as ${clip(as)}`}`,
} satisfies Words;

/** Name of an event that is a moment of a request. */
export type MomentName = keyof typeof momentWords;

const hedgeWords: Readonly<Record<RouterEvents["hedge:end"]["outcome"], string>> = {
  won: "was faster",
  outrun: "was outrun",
  failed: "failed",
  gave_up: "was given up",
};
