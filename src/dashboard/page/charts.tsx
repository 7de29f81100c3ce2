import { useMemo, useState } from "preact/hooks";
import type { ShownState, ShownStep } from "../shown.ts";
import { Chart } from "./chart.tsx";
import { coloursOf } from "./colours.ts";
import { count, ms, span } from "./format.ts";
import { gridOf, linesOf } from "./lines.ts";
import { Choice } from "./pieces.tsx";

interface ChartsProps {
  readonly state: ShownState;
  readonly steps: readonly ShownStep[];
  readonly now: number;
  readonly isDark: boolean;
  /** Whose figures are shown: `all`, `tier:…` or `target:…`. */
  readonly scope: string;
  onScope(scope: string): void;
}

type By = "target" | "tier";

const byOptions = [
  ["target", "by target"],
  ["tier", "by tier"],
] as const;

/** Traffic, latency, first token and failures over time. */
export function Charts(props: ChartsProps) {
  const { state, isDark } = props;
  const [by, setBy] = useState<By>("target");
  const { lines, ...shared } = useLines(props, by);
  const each = `each ${span(state.stepMs)}`;
  const tools = <Choice label="Traffic" value={by} options={byOptions} onChoose={(value) => setBy(value)} />;
  const traffic = { ...shared, isDark, lines: lines.traffic, stacked: true, show: count, tools };
  const latency = { ...shared, isDark, lines: lines.latency, show: ms };
  const ttft = { ...shared, isDark, lines: lines.ttft, show: ms };
  const failures = { ...shared, isDark, lines: lines.failures, stacked: true, show: count };
  return (
    <>
      <Scope {...props} />
      <div class="charts">
        <Chart id="traffic" title="Traffic" note={`answers, ${each}`} {...traffic}>
          Once calls come in, this shows which {by} answers them.
        </Chart>
        <Chart id="latency" title="Latency" note={`to the end of the answer, ${each}`} {...latency}>
          Once calls were answered, this shows how long half of them took, and the slowest 5 % and 1 %.
        </Chart>
        <Chart id="ttft" title="Time to first token" note={`of streams, ${each}`} {...ttft}>
          Once streams were answered, this shows how long their first token took.
        </Chart>
        <Chart id="failures" title="Failures" note={each} {...failures}>
          None in the last {span(state.windowMs)}. Calls that fail, and those that a fallback saves, show here.
        </Chart>
      </div>
    </>
  );
}

function useLines({ state, steps, now, isDark, scope }: ChartsProps, by: By) {
  const colours = useMemo(() => coloursOf(isDark), [isDark]);
  const latest = Math.floor(now / state.stepMs) * state.stepMs;
  const grid = useMemo(() => gridOf(state, steps, latest), [state.stepMs, steps, latest]);
  const lines = useMemo(() => linesOf(grid, { scope, by, state, colours }), [grid, scope, by, colours]);
  return { lines, colours, times: grid.times };
}

function Scope({ state, scope, onScope }: ChartsProps) {
  return (
    <p class="scope">
      <label for="scope">Latency, first token and failures of</label>
      <select id="scope" value={scope} onChange={({ currentTarget }) => onScope(currentTarget.value)}>
        <option value="all">all calls</option>
        {state.tiers.map(({ name }) => (
          <option key={name} value={`tier:${name}`}>
            tier {name}
          </option>
        ))}
        {state.targets.map(({ id }) => (
          <option key={id} value={`target:${id}`}>
            target {id}
          </option>
        ))}
      </select>
    </p>
  );
}
