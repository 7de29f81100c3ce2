import type { ShownObjective, ShownState, Tone } from "../shown.ts";
import { count, dash, ms, percent, span } from "./format.ts";
import { Sign } from "./icons.tsx";
import { Card, Empty, Table } from "./pieces.tsx";

const heads = [
  { text: "Tier" },
  { text: "Promise" },
  { text: "State" },
  { text: "Broken", kind: "num wide" },
  { text: "Burn rate", kind: "num" },
];

/** How well promises are kept. */
export function Slos({ state }: { readonly state: ShownState }) {
  const rows = state.tiers.flatMap(({ name, slo }) =>
    (slo?.objectives ?? []).map((objective) => ({ tier: name, objective, windowMs: slo?.windowMs ?? 0 })),
  );
  return (
    <Card id="slos" title="Promises (SLO)" note="a burn rate of 1× uses the error budget up exactly">
      {rows.length === 0 ? (
        <Empty>
          No tier promises anything. Give one an slo, such as {"{ p99Ms: 500 }"}, and this shows how well it is kept.
        </Empty>
      ) : (
        <Table label="Promises" heads={heads}>
          {rows.map((row) => (
            <Promised key={`${row.tier} ${row.objective.name}`} {...row} />
          ))}
        </Table>
      )}
    </Card>
  );
}

function Promised(props: { readonly tier: string; readonly objective: ShownObjective; readonly windowMs: number }) {
  const { tier, objective, windowMs } = props;
  const { name, goal, calls, broken, burnRate, recentBurnRate } = objective;
  const { tone, text } = standingOf(objective);
  return (
    <tr>
      <th scope="row">{tier}</th>
      <td>{name === "availability" ? `${percent(goal)} answered` : `${name.replace("Ms", "")} within ${ms(goal)}`}</td>
      <td class={`state ${tone}`}>
        <Sign tone={tone} /> {text}
      </td>
      <td class="num wide" title={`of the calls of ${span(windowMs)}`}>
        {count(broken)} of {count(calls)}
      </td>
      <td class="num" title="over the window, and lately">
        {rate(burnRate)} <span class="quiet">now {rate(recentBurnRate)}</span>
      </td>
    </tr>
  );
}

function standingOf({ burning, calls }: ShownObjective): { readonly tone: Tone; readonly text: string } {
  if (burning) return { tone: "bad", text: "broken too fast" };
  return calls === 0 ? { tone: "info", text: "no calls" } : { tone: "good", text: "kept" };
}

function rate(value: number | undefined): string {
  return value === undefined ? dash : `${value >= 10 ? Math.round(value) : value.toFixed(1)}×`;
}
