import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Colours } from "./colours.ts";
import { dash, time } from "./format.ts";
import { dataOf, optionsOf, plotHeight } from "./plot-options.ts";

/** One line or area of a chart. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

export interface PlotProps {
  readonly label: string;
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly stacked: boolean;
  readonly colours: Colours;
  readonly isDark: boolean;
  show(value: number): string;
}

/** A chart. With the arrow keys it is read step by step. */
export function Plot(props: PlotProps) {
  const { label, times, lines } = props;
  const [at, setAt] = useState<number | undefined>();
  const place = usePlot(props, at, setAt);
  const last = Math.max(0, times.length - 1);
  const move = (event: KeyboardEvent): void => {
    const step = stepsOf[event.key];
    if (event.key === "Escape") setAt(undefined);
    if (step === undefined) return;
    event.preventDefault();
    setAt((before = last) => Math.min(last, Math.max(0, before + step)));
  };
  const read = at ?? latestOf(props);
  const when = time(times[read] ?? 0);
  return (
    <>
      <div
        class="plot"
        ref={place}
        tabIndex={0}
        role="slider"
        aria-label={`${label}; arrow keys read it step by step`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={read}
        aria-valuetext={`${when}: ${lines.map((line) => `${line.name} ${shown(props, line, read)}`).join(", ")}`}
        onKeyDown={move}
        onBlur={() => setAt(undefined)}
      />
      <Legend {...props} read={read} />
    </>
  );
}

const stepsOf: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

function Legend(props: PlotProps & { readonly read: number }) {
  const { times, lines, read } = props;
  return (
    <ul class="legend" aria-hidden="true">
      <li class="when">{time(times[read] ?? 0)}</li>
      {lines.map((line) => (
        <li key={line.name}>
          <span class="swatch" style={{ background: line.colour }} />
          {line.name} <b>{shown(props, line, read)}</b>
        </li>
      ))}
    </ul>
  );
}

/** Draws into an element: anew when the lines are others, else with other figures. */
function usePlot(props: PlotProps, at: number | undefined, onRead: (at: number | undefined) => void) {
  const { times, lines, stacked, isDark } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const look = `${isDark}/${stacked}/${lines.map(({ name, colour }) => name + colour).join("/")}`;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsOf(props, element.clientWidth, onRead), dataOf(props), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: plotHeight }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [look]);
  useEffect(() => plot.current?.setData(dataOf(props)), [times, lines]);
  useEffect(() => {
    const x = at === undefined ? undefined : times[at];
    const left = x === undefined ? -10 : (plot.current?.valToPos(x / 1_000, "x") ?? -10);
    plot.current?.setCursor({ left, top: 10 }, false);
  }, [at, times]);
  return place;
}

function shown({ show }: PlotProps, { values }: Line, at: number): string {
  const value = values[at];
  return value === null || value === undefined ? dash : show(value);
}

// The step that goes on is not full yet: the one before says more.
function latestOf({ times, lines }: PlotProps): number {
  const before = Math.max(0, times.length - 2);
  const steps = lines.map(({ values }) => values.findLastIndex((value, at) => at <= before && (value ?? 0) > 0));
  const latest = Math.max(...steps);
  return latest === -1 ? before : latest;
}
