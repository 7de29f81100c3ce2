import type { ShownKey, ShownState, ShownTarget, Tone } from "../shown.ts";
import { count, dayAndTime, many, until } from "./format.ts";
import { Sign } from "./icons.tsx";
import { TargetName } from "./pieces.tsx";
import { outOf as outWords } from "./targets.tsx";

interface Verdict {
  readonly tone: Tone;
  readonly text: string;
}

/** The answer to the first question: is all well? */
export function verdictOf(state: ShownState): Verdict {
  const down = state.tiers.filter(({ healthy }) => !healthy);
  const burning = state.tiers.filter(({ slo }) => slo?.burning === true);
  const out = outOf(state.targets);
  const glass = state.tiers.filter(({ breakGlass }) => breakGlass);
  if (down.length > 0) return { tone: "bad", text: `Nothing can serve ${tiersOf(down)}` };
  if (glass.length > 0) return { tone: "bad", text: `Only break-glass targets are left for ${tiersOf(glass)}` };
  if (burning.length > 0) return { tone: "bad", text: `Promises are broken in ${tiersOf(burning)}` };
  if (out.length > 0) {
    const are = out.length === 1 ? "target is" : "targets are";
    return { tone: "warn", text: `${out.length} ${are} out, every tier is served` };
  }
  if (state.keys.some(({ healthy }) => !healthy)) return { tone: "warn", text: "A key rests, every tier is served" };
  return { tone: "good", text: "All targets can serve" };
}

function tiersOf(tiers: readonly { readonly name: string }[]): string {
  return `${tiers.length === 1 ? "tier" : "tiers"} ${tiers.map(({ name }) => name).join(", ")}`;
}

function outOf(targets: readonly ShownTarget[]): readonly ShownTarget[] {
  return targets.filter(({ healthy }) => !healthy);
}

export function Headline({ state, now }: { readonly state: ShownState; readonly now: number }) {
  const { tone, text } = verdictOf(state);
  const { total, waiting, tiers, targets } = state;
  const configured = targets.filter((target) => target.configured).length;
  const coming = targets.filter(({ healthy, share }) => healthy && share < 1);
  return (
    <section class={`headline ${tone}`} aria-label="How everything stands">
      <h1 aria-live="polite">
        <Sign tone={tone} />
        {text}
      </h1>
      <p class="note">
        {many(tiers.length, "tier")}, {many(configured, "target")}. {count(total.inFlight)} in flight
        {waiting > 0 ? `, ${count(waiting)} waiting for limits` : ""}. Counting since {dayAndTime(state.since)}.
      </p>
      <ul class="outs">
        {outOf(targets).map((target) => (
          <Out key={target.id} target={target} now={now} />
        ))}
        {state.keys
          .filter(({ healthy }) => !healthy)
          .map((key) => (
            <OutKey key={`${key.client} ${key.key}`} of={key} now={now} />
          ))}
        {coming.map(({ id, share }) => (
          <li key={`back ${id}`} class="info">
            <Sign tone="info" />
            <span>
              <TargetName id={id} /> comes back: gets {Math.round(share * 100)} % of its calls
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Out({ target, now }: { readonly target: ShownTarget; readonly now: number }) {
  return (
    <li class="bad">
      <Sign tone="bad" rest />
      <span>
        <TargetName id={target.id} /> {outWords(target, now)}
      </span>
    </li>
  );
}

function OutKey({ of: { client, key, out, dueAt }, now }: { readonly of: ShownKey; readonly now: number }) {
  return (
    <li class="warn">
      <Sign tone="warn" />
      <span>
        Key {key} of client {client}: {out ?? "rests"}
        {dueAt === undefined ? "" : `, back ${until(dueAt, now)}`}
      </span>
    </li>
  );
}
