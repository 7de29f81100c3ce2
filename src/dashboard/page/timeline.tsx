import type { ShownAttempt, ShownDetail } from "../shown-request.ts";
import { count, ms, usd } from "./format.ts";
import { Sign } from "./icons.tsx";
import { Empty, TargetName } from "./pieces.tsx";

/** The attempts of a request on one scale of time, and what happened between them. */
export function Timeline({ detail }: { readonly detail: ShownDetail }) {
  const { timeline, moments, durationMs = 0, ttftMs } = detail;
  if (timeline.length === 0) return <Empty>No target was called.</Empty>;
  const wholeMs = Math.max(durationMs, 1, ...timeline.map(({ startMs, durationMs: took }) => startMs + took));
  return (
    <>
      <ol class="timeline">
        {timeline.map((attempt, place) => (
          <Attempt key={place} attempt={attempt} wholeMs={wholeMs} />
        ))}
      </ol>
      <div class="scale" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share}>{ms(share * wholeMs)}</span>
        ))}
      </div>
      <ul class="moments">
        {moments.map(({ atMs, text }, place) => (
          <li key={place}>
            <time>{ms(atMs)}</time> {text}
          </li>
        ))}
        {ttftMs === undefined ? null : (
          <li>
            <time>{ms(ttftMs)}</time> the first token reached the caller
          </li>
        )}
      </ul>
    </>
  );
}

function Attempt({ attempt, wholeMs }: { readonly attempt: ShownAttempt; readonly wholeMs: number }) {
  const { target, startMs, durationMs, failure } = attempt;
  const answered = failure === undefined;
  const left = `${(100 * startMs) / wholeMs}%`;
  const width = `${Math.max(0.8, (100 * durationMs) / wholeMs)}%`;
  return (
    <li class={answered ? "answered" : "failed"}>
      <p>
        <Sign tone={answered ? "good" : "bad"} />
        <TargetName id={target} />
        <span class={answered ? "good" : "bad"}>{failure ?? "answered"}</span>
        <span class="note">
          {ms(startMs)} → {ms(startMs + durationMs)}
        </span>
      </p>
      <span class="lane" aria-hidden="true">
        <span class="run" style={{ left, width }} />
      </span>
      <p class="note">{wordsOf(attempt).join(" · ")}</p>
    </li>
  );
}

function wordsOf({ durationMs, status, detail, hedge, key, costUsd, tokens, fitted }: ShownAttempt): readonly string[] {
  return [
    `took ${ms(durationMs)}`,
    status === undefined || detail?.includes(String(status)) === true ? undefined : `status ${status}`,
    detail,
    hedge ? "beside a slow one" : undefined,
    key === undefined ? undefined : `key ${key}`,
    tokens === undefined ? undefined : `${count(tokens)} tokens`,
    costUsd === undefined ? undefined : usd(costUsd),
    ...fitted,
  ].filter((word) => word !== undefined);
}
