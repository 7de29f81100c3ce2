import type { ShownState, ShownTarget, Tone } from "../shown.ts";
import { count, ms, percent, until, usd } from "./format.ts";
import { Sign } from "./icons.tsx";
import { Card, CostCell, Empty, Table, TargetName } from "./pieces.tsx";

interface TargetsProps {
  readonly state: ShownState;
  readonly now: number;
  readonly scope: string;
  onScope(scope: string): void;
}

const heads = [
  { text: "Target" },
  { text: "State" },
  { text: "In flight", kind: "num wide" },
  { text: "Attempts", kind: "num wide" },
  { text: "Errors", kind: "num" },
  { text: "p50", kind: "num wide" },
  { text: "p95", kind: "num" },
  { text: "p99", kind: "num wide" },
  { text: "First token", kind: "num wide" },
  { text: "Cost", kind: "num wide" },
];

/** Every target: its breaker, what rests until when, and how its attempts went. */
export function Targets({ state, now, scope, onScope }: TargetsProps) {
  const note = "error rate and percentiles over the last minutes, the rest since counting began";
  return (
    <Card id="targets" title="Targets" note={note}>
      {state.targets.length === 0 ? (
        <Empty>The targets of your tiers show here.</Empty>
      ) : (
        <Table label="Targets" heads={heads}>
          {state.targets.map((target) => (
            <Row key={target.id} target={target} now={now} scope={scope} onScope={onScope} />
          ))}
        </Table>
      )}
    </Card>
  );
}

function Row({ target, now, scope, onScope }: Omit<TargetsProps, "state"> & { readonly target: ShownTarget }) {
  const { id, inFlight, attempts, errorRate, latency, ttft, costUsd, unpricedAttempts } = target;
  const own = `target:${id}`;
  const { tone, text } = standingOf(target, now);
  return (
    <tr class={scope === own ? "chosen" : ""}>
      <th scope="row">
        <button
          type="button"
          class="plain"
          aria-pressed={scope === own}
          title="Show it alone in the charts"
          onClick={() => onScope(scope === own ? "all" : own)}
        >
          <TargetName id={id} />
        </button>
      </th>
      <td class={`state ${tone}`}>
        <Sign tone={tone} rest={!target.healthy} /> {text}
      </td>
      <td class="num wide">{count(inFlight)}</td>
      <td class="num wide">{count(attempts)}</td>
      <td class={(errorRate ?? 0) > 0 ? "num bad" : "num"}>{percent(errorRate)}</td>
      <td class="num wide">{ms(latency.p50Ms)}</td>
      <td class="num">{ms(latency.p95Ms)}</td>
      <td class="num wide">{ms(latency.p99Ms)}</td>
      <td class="num wide">{ms(ttft.p50Ms)}</td>
      <CostCell usd={costUsd} unknown={unpricedAttempts} of="attempt" wide />
    </tr>
  );
}

interface Standing {
  readonly tone: Tone;
  readonly text: string;
}

function standingOf(target: ShownTarget, now: number): Standing {
  const { configured, healthy, breaker, share, breakGlass } = target;
  if (!configured) return { tone: "info", text: "named by callers" };
  if (!healthy) return { tone: "bad", text: outOf(target, now) };
  if (breaker === "half-open") return { tone: "warn", text: "half-open: a trial call decides" };
  if (share < 1) return { tone: "info", text: `comes back: ${Math.round(share * 100)} % of its calls` };
  if (breakGlass) return { tone: "info", text: "break-glass: kept back" };
  return { tone: "good", text: breaker === undefined ? "serves, no breaker" : "breaker closed" };
}

/** Why a target is out, and until when. */
export function outOf({ out = "out", dueAt, breaker, learnt }: ShownTarget, now: number): string {
  const due = dueAt === undefined ? "" : `, ${breaker === "open" ? "trial call" : "back"} ${until(dueAt, now)}`;
  return `${out}${due}${learnt ? ", says another process" : ""}`;
}

const keyHeads = [
  { text: "Client" },
  { text: "Key" },
  { text: "State" },
  { text: "Attempts", kind: "num" },
  { text: "Cost", kind: "num" },
];

/** The keys of clients that have several, by their labels. */
export function Keys({ state, now }: { readonly state: ShownState; readonly now: number }) {
  if (state.keys.length === 0) return null;
  return (
    <Card id="keys" title="Keys" note="by their labels; no key is ever sent here">
      <Table label="Keys" heads={keyHeads}>
        {state.keys.map(({ client, key, healthy, out, dueAt, attempts, costUsd }) => (
          <tr key={`${client} ${key}`}>
            <th scope="row">{client}</th>
            <td>{key}</td>
            <td class={healthy ? "state" : "state bad"}>
              <Sign tone={healthy ? "good" : "bad"} rest={!healthy} /> {healthy ? "in use" : out}
              {dueAt === undefined ? "" : `, back ${until(dueAt, now)}`}
            </td>
            <td class="num">{count(attempts)}</td>
            <td class="num">{usd(costUsd)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
