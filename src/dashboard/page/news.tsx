import type { ShownDrill, ShownDrillSide, ShownNotice, ShownState, Tone } from "../shown.ts";
import { count, many, ms, percent, time, usd } from "./format.ts";
import { Sign } from "./icons.tsx";
import { Card, Empty, TargetName } from "./pieces.tsx";

/** So many stand there; the list scrolls. */
const mostShown = 60;

/** What happened beyond single requests. */
export function News({ notices }: { readonly notices: readonly ShownNotice[] }) {
  return (
    <Card id="news" title="What happened">
      {notices.length === 0 ? (
        <Empty>Nothing to tell yet. Breakers that open, keys that rest, budgets, promises and drills show here.</Empty>
      ) : (
        <ol class="news" tabIndex={0} aria-label="What happened, latest first">
          {notices.slice(0, mostShown).map(({ seq, at, tone, text, times }) => (
            <li key={seq}>
              <Sign tone={tone} />
              <span>
                {text}
                {times > 1 ? <span class="times"> ×{count(times)}</span> : null}
              </span>
              <time>{time(at)}</time>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

/** Drills that go on, and how the last ones ended. */
export function Drills({ state }: { readonly state: ShownState }) {
  const { drills } = state;
  return (
    <Card id="drills" title="Drills">
      {drills.length === 0 ? (
        <Empty>
          No drill was held since this dashboard was mounted. router.drill() or the option drills shows here how the
          fallbacks did.
        </Empty>
      ) : (
        <ul class="drills">
          {drills.map((drill) => (
            <Drill key={`${drill.target} ${drill.startedAt}`} drill={drill} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Drill({ drill }: { readonly drill: ShownDrill }) {
  const { target, dry, share, startedAt, endedAt, drilled, others, noFallback } = drill;
  const until = endedAt === undefined ? "and goes on" : `to ${time(endedAt)}`;
  return (
    <li>
      <h3>
        <Sign tone={toneOf(drill)} /> <TargetName id={target} />
      </h3>
      <p class="note">
        {dry ? "dry" : `${percent(share)} of its calls`}, {time(startedAt)} {until}
      </p>
      <Side who="By its fallbacks" side={drilled} />
      <Side who="By itself" side={others} />
      {noFallback > 0 ? <p class="bad">{many(noFallback, "call")} had no fallback.</p> : null}
    </li>
  );
}

function toneOf({ endedAt, drilled }: ShownDrill): Tone {
  if (endedAt === undefined) return "info";
  return drilled !== undefined && drilled.failed === 0 && drilled.rescued === 0 ? "good" : "warn";
}

function Side({ who, side }: { readonly who: string; readonly side: ShownDrillSide | undefined }) {
  if (side === undefined || side.calls === 0) return null;
  return (
    <p>
      {who}: {sideWords(side)}
    </p>
  );
}

function sideWords({ calls, answered, rescued, p95Ms, costPerCallUsd }: ShownDrillSide): string {
  const cost = costPerCallUsd === undefined ? "" : `, ${usd(costPerCallUsd)} a call`;
  return `${count(answered - rescued)} of ${many(calls, "call")} answered, p95 ${ms(p95Ms)}${cost}`;
}
