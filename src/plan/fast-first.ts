import type { Chain, Deferred, TargetView } from "../glossary.ts";
import type { SlowState } from "../state/slow-watch.ts";

/** What is known of the targets' speed. */
export interface Speed {
  slowOf(target: TargetView): SlowState | undefined;
  /** In ms since the epoch. */
  readonly now: number;
  /** The target that the caller wants first, slow or not. */
  readonly pinned: string | undefined;
}

/** Moves targets that were slow lately behind the others; each group keeps its order. When all are slow, none is moved. */
export function fastFirst(targets: readonly TargetView[], speed: Speed): Pick<Chain, "targets" | "deferred"> {
  const deferred: Deferred[] = [];
  const slow = targets.filter((target) => {
    const state = target.id === speed.pinned ? undefined : speed.slowOf(target);
    if (state !== undefined) deferred.push(deferralOf(target, state, speed.now));
    return state !== undefined;
  });
  if (slow.length === 0 || slow.length === targets.length) return { targets };
  return { targets: [...targets.filter((target) => !slow.includes(target)), ...slow], deferred };
}

function deferralOf({ id }: TargetView, { slowRate, latencyMs, usualMs, dueAt }: SlowState, now: number): Deferred {
  const usual = usualMs === undefined ? "" : ` where 95 % used to take at most ${usualMs} ms`;
  const why = `${Math.round(slowRate * 100)} % of its calls took over ${latencyMs} ms${usual}`;
  const until = dueAt > now ? `due again in ${Math.ceil((dueAt - now) / 1000)} s` : "and another call is trying it";
  return { target: id, reason: "slow", detail: `${why}, ${until}` };
}
