import type { TargetFailure } from "./pursuit-lost.ts";

/** A target that said when it is back. */
export interface DueTarget extends Pick<TargetFailure, "target" | "failure"> {
  /** In ms since the epoch. */
  readonly dueAt: number;
}

/** Of the targets that said when they are back, the one that is first, if that is within `patienceMs`. */
export function dueFirst(failures: readonly TargetFailure[], patienceMs: number): DueTarget | undefined {
  const latest = new Map(failures.map((entry) => [`${entry.key?.label}@${entry.target.id}`, entry]));
  const turns = [...latest.values()]
    .filter(({ failure }) => failure.kind === "rate_limited" && failure.retryAfterMs !== undefined)
    .map(({ target, failure, at }) => ({ target, failure, dueAt: at + (failure.retryAfterMs ?? 0) }))
    .toSorted((a, b) => a.dueAt - b.dueAt);
  return turns[0] !== undefined && turns[0].dueAt - Date.now() < patienceMs ? turns[0] : undefined;
}
