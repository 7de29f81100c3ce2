import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Colours } from "./colours.ts";
import { time } from "./format.ts";
import { Card, Empty, Table } from "./pieces.tsx";
import { type Line, Plot } from "./plot.tsx";

export interface ChartProps {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly tools?: ComponentChildren;
  /** When each step began, in ms since the epoch. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly colours: Colours;
  readonly isDark: boolean;
  /** Areas on top of each other in the place of lines. */
  readonly stacked?: boolean;
  show(value: number): string;
  /** What will stand here, for when nothing does. */
  readonly children: ComponentChildren;
}

/** A chart with its heading, and the same as a table. */
export function Chart(props: ChartProps) {
  const { id, title, note, lines, stacked = false } = props;
  const isEmpty = lines.every(({ values }) => values.every((value) => value === null || value === 0));
  return (
    <Card id={id} title={title} note={note} tools={props.tools} class="chart">
      {isEmpty ? (
        <Empty>{props.children}</Empty>
      ) : (
        <>
          <Plot {...props} label={`${title}, ${note}`} stacked={stacked} />
          <AsTable {...props} />
        </>
      )}
    </Card>
  );
}

/** So many steps are written out, the latest. */
const mostRows = 60;

function AsTable(props: ChartProps) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>as a table</summary>
      {open ? <Figures {...props} /> : null}
    </details>
  );
}

function Figures({ title, times, lines, show }: ChartProps) {
  const heads = [{ text: "Time" }, ...lines.map(({ name }) => ({ text: name, kind: "num" }))];
  const rows = times
    .map((at, place) => ({ at, figures: lines.map(({ name, values }) => ({ name, value: values[place] ?? null })) }))
    .filter(({ figures }) => figures.some(({ value }) => (value ?? 0) > 0))
    .toReversed();
  return (
    <Table label={`${title} as a table`} heads={heads}>
      {rows.slice(0, mostRows).map(({ at, figures }) => (
        <tr key={at}>
          <th scope="row">{time(at)}</th>
          {figures.map(({ name, value }) => (
            <td key={name} class="num">
              {value === null ? "–" : show(value)}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}
