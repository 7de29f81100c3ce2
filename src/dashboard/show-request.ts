import type { AttemptRecord, RouteRecord, Usage } from "../glossary.ts";
import type { KeptRequest } from "./recent-requests.ts";
import type { ShownAttempt, ShownDetail, ShownRequest, ShownUsage } from "./shown-request.ts";
import { clip, detailOf, failureWords } from "./words.ts";

const mostTags = 20;

/** A request as the list shows it. What is shown is named one by one: nothing else of a record leaves the process. */
export function requestShown({ record }: KeptRequest): ShownRequest {
  const { outcome, attempts, target, task } = record;
  const failure = outcome === "answered" ? undefined : attempts.at(-1)?.failure;
  return {
    id: record.requestId,
    at: record.startedAt,
    endpoint: record.endpoint,
    stream: record.stream,
    outcome,
    tier: record.tier,
    target: target === undefined ? undefined : clip(target),
    decidedBy: record.decidedBy,
    reason: clip(record.reason, 300),
    task: task === undefined ? undefined : clip(task),
    tags: tagsOf(record),
    attempts: attempts.length,
    fellBack: record.fellBack,
    hedged: record.hedged === true,
    failure: failure === undefined ? undefined : failureWords[failure],
    durationMs: record.durationMs,
    ttftMs: record.ttftMs,
    costUsd: record.costUsd,
  };
}

/** A request with its attempts as a timeline. */
export function detailShown(kept: KeptRequest, content: { readonly showContent: boolean }): ShownDetail {
  const { record, trace } = kept;
  const { model } = record;
  const beganAt = kept.endedAt - (record.durationMs ?? 0);
  return {
    ...requestShown(kept),
    model: model === undefined ? undefined : clip(model),
    region: record.region,
    confidence: record.confidence,
    savedUsd: record.savedUsd,
    waitedMs: record.waitedMs,
    usage: record.usage === undefined ? undefined : usageShown(record.usage),
    facts: factsOf(record),
    leftOut: (record.leftOut ?? []).map(({ target, reason, detail }) => ({
      target: clip(target),
      why: `${reason.replaceAll("_", " ")}: ${clip(detail, 300)}`,
    })),
    timeline: record.attempts.map((attempt, at) => {
      const endMs = (trace.attemptEnds[at] ?? kept.endedAt) - beganAt;
      return attemptShown(attempt, endMs, content);
    }),
    moments: trace.moments.map(({ at, text }) => ({ atMs: Math.max(0, at - beganAt), text })),
    prompt: content.showContent ? trace.prompt : undefined,
  };
}

function attemptShown(attempt: AttemptRecord, endMs: number, content: { readonly showContent: boolean }): ShownAttempt {
  const { target, hedge, key, status, durationMs, failure, usage, costUsd, fitted = [] } = attempt;
  return {
    target: clip(target),
    hedge: hedge === true,
    key: key === undefined ? undefined : clip(key),
    status,
    startMs: Math.max(0, endMs - durationMs),
    durationMs,
    failure: failure === undefined ? undefined : failureWords[failure],
    detail: detailOf(attempt, content),
    costUsd,
    tokens: usage?.totalTokens,
    fitted: fitted.map(({ param, how, to }) => `${clip(param)} ${how}${to === undefined ? "" : ` to ${clip(to)}`}`),
  };
}

function factsOf(record: RouteRecord): readonly string[] {
  const { fellBack, hedged, breakGlass, variant = "none" } = record;
  return [
    ...about(record.experiment, (name) => `Experiment ${clip(name)}: variant ${clip(variant)}.`),
    ...about(record.feedback, (good) => `The answer was judged: ${good} of 1.`),
    ...about(record.downgradedFrom, (tier) => `Tier ${tier} was decided on; a spent budget sent the call here.`),
    ...(fellBack ? ["Another target than the first of the chain answered."] : []),
    ...about(hedged, () => "A second attempt was made beside a slow one."),
    ...about(breakGlass, () => "A break-glass target was called."),
    ...about(record.drilled, (target) => `A drill kept the call off ${clip(target)}.`),
    ...about(record.mended, (how) => `The stream broke and went on at another target (${how}).`),
    ...about(record.refusedRetries, (count) => `The retry budget refused ${count} more attempts.`),
    ...about(record.allowedRegions, (names) => `Allowed regions: ${clip(names.join(", "), 300)}.`),
  ];
}

function about<Value>(value: Value | undefined, words: (value: Value) => string): readonly string[] {
  return value === undefined ? [] : [words(value)];
}

function tagsOf({ tags }: RouteRecord): Readonly<Record<string, string>> {
  const shown = Object.entries(tags).slice(0, mostTags);
  return Object.fromEntries(shown.map(([name, value]) => [clip(name), clip(value)]));
}

function usageShown({ promptTokens, completionTokens, cachedTokens, reasoningTokens, estimated }: Usage): ShownUsage {
  return { promptTokens, completionTokens, cachedTokens, reasoningTokens, estimated: estimated === true };
}
