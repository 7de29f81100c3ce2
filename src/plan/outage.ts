import type { LeftOut, OutReason, TargetState, TargetView } from "../glossary.ts";

const words: Readonly<Record<OutReason, string>> = {
  breaker_open: "its breaker is open",
  rate_limited: "its provider limits the rate",
  quota_exhausted: "the credits of its key are used up",
  credentials_refused: "its key was refused",
  model_not_found: "its provider does not know the model",
};

/** Why a target can not be called at the time `now` (ms since the epoch), or `undefined` when it can. */
export function outageOf(target: TargetView, state: TargetState, now: number): LeftOut | undefined {
  const { out } = state;
  if (out === undefined) return undefined;
  return { target: target.id, reason: out, detail: `${words[out]}, ${due(state.dueAt - now)}` };
}

function due(waitMs: number): string {
  return waitMs > 0 ? `due again in ${Math.ceil(waitMs / 1000)} s` : "and another call is trying it";
}
