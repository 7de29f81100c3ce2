import type { ComponentChildren } from "preact";
import type { ShownState, ShownStep } from "../shown.ts";
import { count, dash, many, ms, percent, span, usd } from "./format.ts";

interface TilesProps {
  readonly state: ShownState;
  readonly steps: readonly ShownStep[];
  readonly now: number;
}

export function Tiles({ state, steps, now }: TilesProps) {
  const { total, countersWindowMs } = state;
  const { latency, ttft, errorRate } = total;
  const failed = `in ${span(countersWindowMs)}; ${count(total.failed)} failed in all`;
  return (
    <dl class="tiles" aria-label="Figures">
      <Tile name="Calls" value={count(total.calls)} note={`${count(latelyIn(steps, now))} in the last minute`} />
      <Tile name="Error rate" value={percent(errorRate)} note={failed} bad={(errorRate ?? 0) > 0} />
      <Tile name="Saved by fallbacks" value={count(total.fallbacks)} note="by another target" />
      <Tile name="Latency p95" value={ms(latency.p95Ms)} note={`p50 ${ms(latency.p50Ms)}, p99 ${ms(latency.p99Ms)}`} />
      <Tile name="First token p50" value={ms(ttft.p50Ms)} note={`p95 ${ms(ttft.p95Ms)}, of streams`} />
      <Tile name="Spent" value={usd(total.costUsd)} note={costNote(state)} />
      <Saved state={state} />
    </dl>
  );
}

function latelyIn(steps: readonly ShownStep[], now: number): number {
  const lately = steps.filter(({ at }) => at > now - 60_000);
  return lately.reduce((sum, { series }) => sum + (series["all"]?.calls ?? 0), 0);
}

function Saved({ state: { total, baselineUsd } }: { readonly state: ShownState }) {
  if (baselineUsd === 0) return <Tile name="Saved" value={dash} note="set baseline to compare" />;
  const note = `${percent(total.savedUsd / baselineUsd)} of ${usd(baselineUsd)}`;
  return <Tile name="Saved" value={usd(total.savedUsd)} note={note} />;
}

function costNote({ unpricedCalls, estimatedCalls, totalTokens }: ShownState): string {
  if (unpricedCalls > 0) return `${many(unpricedCalls, "call")} of unknown cost beside`;
  return estimatedCalls > 0 ? `${many(estimatedCalls, "call")} estimated` : `${count(totalTokens)} tokens`;
}

function Tile(props: {
  readonly name: string;
  readonly value: string;
  readonly note: ComponentChildren;
  readonly bad?: boolean;
}) {
  return (
    <div class={props.bad === true ? "tile bad" : "tile"}>
      <dt>{props.name}</dt>
      <dd class="value">{props.value}</dd>
      <dd class="note">{props.note}</dd>
    </div>
  );
}
