import type { AttemptRecord, FailureKind, OutReason } from "../glossary.ts";

/** Kinds of failure in words. */
export const failureWords: Readonly<Record<FailureKind, string>> = {
  connection: "no connection",
  timeout: "took too long",
  server_error: "server error",
  invalid_response: "invalid answer",
  stream_interrupted: "stream broke",
  rate_limited: "rate limited",
  quota_exhausted: "out of credits",
  credentials_refused: "key refused",
  model_not_found: "model not found",
  context_length: "prompt too long",
  content_filter: "content filter",
  bad_request: "bad request",
  not_accepted: "answer not accepted",
  outrun: "another was faster",
  aborted: "caller gave up",
};

/** Why a target or a key is left alone, in words. */
export const outWords: Readonly<Record<OutReason, string>> = {
  breaker_open: "breaker open",
  rate_limited: "rate limited",
  quota_exhausted: "out of credits",
  credentials_refused: "key refused",
  model_not_found: "model not found",
};

/** Failures whose detail is the router's own words or the network's: it can not repeat a prompt. */
const plain: ReadonlySet<FailureKind> = new Set<FailureKind>(["connection", "timeout"]);

/** What may be said of a failure. Providers, checks and callers may repeat what was asked in theirs. */
export function detailOf(
  { failure, detail, status }: AttemptRecord,
  { showContent }: { readonly showContent: boolean },
): string | undefined {
  if (failure === undefined || detail === undefined) return undefined;
  if (showContent || plain.has(failure)) return clip(detail, 400);
  return status === undefined ? undefined : `status ${status}`;
}

/** Callers name models, tasks and tags: of what they make long the middle is left out. */
export function clip(text: string, most = 120): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 3);
  return `${text.slice(0, most - end - 1)}…${text.slice(-end)}`;
}

/** Ratios as people write them. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}

/** Durations as people write them. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${Number((ms / 1_000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`;
}

/** Amounts as people write them. */
export function usd(amount: number): string {
  return `$${Number(amount.toPrecision(3))}`;
}
