import { useState } from "preact/hooks";
import type { ShownBudget, ShownCosts, ShownState, Tone } from "../shown.ts";
import { count, percent, until, usd } from "./format.ts";
import { Sign } from "./icons.tsx";
import { Bar, Card, CostCell, Empty, Table } from "./pieces.tsx";

/** How budgets stand. */
export function Budgets({ state, now }: { readonly state: ShownState; readonly now: number }) {
  const { budgets } = state;
  return (
    <Card id="budgets" title="Budgets">
      {budgets === undefined ? (
        <Empty>Asking the store…</Empty>
      ) : budgets.length === 0 ? (
        <Empty>
          No budget is set. With budgets: {'{ daily: { limitUsd: 50, per: "day" } }'} this shows what is left of it.
        </Empty>
      ) : (
        <ul class="budgets">
          {budgets.map((budget) => (
            <Budget key={budget.name} budget={budget} now={now} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Budget({ budget, now }: { readonly budget: ShownBudget; readonly now: number }) {
  const { name, limitUsd, spentUsd, heldUsd, resetsAt } = budget;
  const share = spentUsd / limitUsd;
  const tone: Tone = share >= 1 ? "bad" : share >= 0.8 ? "warn" : "good";
  return (
    <li class={tone}>
      <h3>
        <Sign tone={tone} /> {name}
      </h3>
      <Bar share={share} over={heldUsd / limitUsd} />
      <p class="note">
        <b>{usd(spentUsd)}</b> of {usd(limitUsd)}, {percent(share)} spent
        {heldUsd > 0 ? `, ${usd(heldUsd)} held by calls in flight` : ""}. Anew {until(resetsAt, now)}.
      </p>
    </li>
  );
}

/** What calls cost, and what they would have cost otherwise. */
export function Costs({ state }: { readonly state: ShownState }) {
  const { costs } = state;
  const [chosen, choose] = useState("tier");
  const shown = costs.find(({ by }) => by === chosen) ?? costs[0];
  const tools =
    costs.length < 2 ? undefined : (
      <select aria-label="Costs by" value={shown?.by} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {costs.map(({ by }) => (
          <option key={by} value={by}>
            by {by.replace("tag:", "tag ")}
          </option>
        ))}
      </select>
    );
  return (
    <Card id="costs" title="Spend and savings" tools={tools}>
      {shown === undefined ? (
        <Empty>Once calls have ended, this shows what they cost, by tier, target, task and tag.</Empty>
      ) : (
        <CostTable costs={shown} baseline={state.baselineUsd > 0} />
      )}
    </Card>
  );
}

function CostTable({ costs: { by, groups }, baseline }: { readonly costs: ShownCosts; readonly baseline: boolean }) {
  const most = Math.max(...groups.map(({ costUsd }) => costUsd), 0);
  const heads = [
    { text: by.replace("tag:", "") },
    { text: "Share", kind: "bar-head wide" },
    { text: "Calls", kind: "num" },
    { text: "Cost", kind: "num" },
    ...(baseline ? [{ text: "Saved", kind: "num" }] : []),
  ];
  return (
    <Table label={`Costs by ${by}`} heads={heads}>
      {groups.map(({ name, calls, costUsd, savedUsd, unpricedCalls }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td class="bar-cell wide">
            <Bar share={most === 0 ? 0 : costUsd / most} />
          </td>
          <td class="num">{count(calls)}</td>
          <CostCell usd={costUsd} unknown={unpricedCalls} of="call" />
          {baseline ? <td class="num">{usd(savedUsd)}</td> : null}
        </tr>
      ))}
    </Table>
  );
}
