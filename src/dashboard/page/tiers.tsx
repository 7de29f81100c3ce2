import type { ShownCounts, ShownState, ShownTarget, ShownTier } from "../shown.ts";
import { count, many, ms, percent } from "./format.ts";
import { Sign } from "./icons.tsx";
import { Bar, Card, TargetName } from "./pieces.tsx";

type ById = ReadonlyMap<string, ShownTarget>;

/** Tiers with their chains: who serves, and who would. */
export function Tiers({ state }: { readonly state: ShownState }) {
  const byId = new Map(state.targets.map((target) => [target.id, target]));
  return (
    <Card id="tiers" title="Tiers" note="each with its targets, in the order in which they are tried">
      <ul class="tiers">
        {state.tiers.map((tier) => (
          <Tier key={tier.name} tier={tier} byId={byId} calls={state.total.calls} />
        ))}
      </ul>
    </Card>
  );
}

function Tier({ tier, byId, calls }: { readonly tier: ShownTier; readonly byId: ById; readonly calls: number }) {
  const { name, healthy, counts, chain, slow } = tier;
  return (
    <li>
      <h3>
        <Sign tone={healthy ? "good" : "bad"} /> {name}
        <span class="visually-hidden">{healthy ? ", can serve" : ", nothing can serve it"}</span>
      </h3>
      <Share own={counts?.calls ?? 0} calls={calls} />
      <ol class="chain" aria-label={`Targets of ${name}`}>
        {chain.map((id) => (
          <Step key={id} id={id} target={byId.get(id)} slow={slow.includes(id)} />
        ))}
      </ol>
      <p class="note">{counts === undefined ? "No calls yet." : wordsOf(counts)}</p>
    </li>
  );
}

function Share({ own, calls }: { readonly own: number; readonly calls: number }) {
  const share = calls === 0 ? 0 : own / calls;
  return (
    <p class="share">
      <Bar share={share} /> {many(own, "call")}, {percent(share)}
    </p>
  );
}

function wordsOf({ fallbacks, failed, latency, ttft, slaMisses }: ShownCounts): string {
  const late = slaMisses > 0 ? `, ${count(slaMisses)} late` : "";
  const speed = `p95 ${ms(latency.p95Ms)}, first token ${ms(ttft.p50Ms)}`;
  return `${count(fallbacks)} saved by fallbacks, ${count(failed)} failed, ${speed}${late}`;
}

interface StepProps {
  readonly id: string;
  readonly target: ShownTarget | undefined;
  readonly slow: boolean;
}

function Step({ id, target, slow }: StepProps) {
  const out = target?.healthy === false;
  return (
    <li class={out ? "out" : slow ? "slow" : ""}>
      <Sign tone={out ? "bad" : slow ? "warn" : "good"} rest={out} />
      <TargetName id={id} />
      <StepState target={target} slow={slow} />
      {target?.breakGlass === true ? <em>break-glass</em> : null}
    </li>
  );
}

function StepState({ target, slow }: Omit<StepProps, "id">) {
  if (target?.healthy === false) return <em>{target.out ?? "out"}</em>;
  return slow ? <em>slow: goes last</em> : <span class="visually-hidden">can serve</span>;
}
