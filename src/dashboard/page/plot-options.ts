import uPlot from "uplot";
import { shortTime, time } from "./format.ts";
import type { Line, PlotProps } from "./plot.tsx";

export const plotHeight = 168;

type Values = readonly (number | null)[];

/** The figures as the library takes them. */
export function dataOf({ times, lines, stacked }: PlotProps): uPlot.AlignedData {
  const values = stacked ? piled(lines) : lines.map((line) => [...line.values]);
  return [times.map((at) => at / 1_000), ...values];
}

/** Each on top of those before; the highest comes first, so that the others are drawn over it. */
function piled(lines: readonly Line[]): number[][] {
  let sums: number[] = [];
  const heights = lines.map(({ values }) => {
    sums = values.map((value, at) => (sums[at] ?? 0) + (value ?? 0));
    return sums;
  });
  return heights.toReversed();
}

/** How a chart looks. */
export function optionsOf(props: PlotProps, width: number, onRead: (at: number | undefined) => void): uPlot.Options {
  const { lines, stacked, colours, show } = props;
  const drawn = stacked ? lines.toReversed() : lines;
  const axis = { stroke: colours.text, font: "11px system-ui, sans-serif", ticks: { show: false } };
  const grid = { stroke: colours.grid, width: 1 };
  return {
    width,
    height: plotHeight,
    legend: { show: false },
    // Half of a time stands beyond the last mark.
    padding: [8, 26, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, space: 76, size: 26, values: (...given) => timesOf(given[1], given[4]) },
      { ...axis, grid, size: 58, space: 36, values: (_plot, marks) => marks.map((mark) => figure(mark, show)) },
    ],
    series: [{}, ...drawn.map((line) => (stacked ? areaOf(line) : lineOf(line)))],
    hooks: {
      setCursor: [
        ({ cursor: { event, idx } }) => (event === undefined || event === null ? undefined : onRead(idx ?? undefined)),
      ],
    },
  };
}

function timesOf(seconds: readonly number[], step: number): string[] {
  return seconds.map((at) => (step < 60 ? time(at * 1_000) : shortTime(at * 1_000)));
}

// Marks between whole numbers would show the same number twice.
function figure(mark: number, show: (value: number) => string): string {
  return Number.isInteger(mark) ? show(mark).replace(/\.0+(?= )/, "") : "";
}

function areaOf({ colour }: Line): uPlot.Series {
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const area: uPlot.Series = { stroke: colour, fill: colour, width: 0, points: { show: false } };
  return stepped === undefined ? area : { ...area, paths: stepped };
}

function lineOf({ colour }: Line): uPlot.Series {
  return { stroke: colour, width: 1.75, points: { show: true, size: 4, fill: colour, filter: alone } };
}

/** A value between two gaps makes no line: it is drawn as a point. */
function alone(plot: uPlot, place: number): number[] {
  const values = plot.data[place] as Values;
  const isGap = (at: number): boolean => (values[at] ?? null) === null;
  return [...values.keys()].filter((at) => !isGap(at) && isGap(at - 1) && isGap(at + 1));
}
