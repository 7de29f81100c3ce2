import type { ComponentChildren } from "preact";
import { many, shortName, usd } from "./format.ts";

/** A part of the page with a heading. */
export function Card(props: {
  readonly id: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly tools?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={`card ${props.class ?? ""}`} aria-labelledby={props.id}>
      <header>
        <h2 id={props.id}>{props.title}</h2>
        {props.note === undefined ? null : <p class="note">{props.note}</p>}
        {props.tools === undefined ? null : <div class="tools">{props.tools}</div>}
      </header>
      {props.children}
    </section>
  );
}

/** What stands where nothing is yet: what will be there, and when. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** The id of a target: the path before the name is of less weight. */
export function TargetName({ id }: { readonly id: string }) {
  const name = shortName(id);
  return (
    <span class="target-name" title={id}>
      <span class="path">{id.slice(0, id.length - name.length)}</span>
      {name}
    </span>
  );
}

/** A table that scrolls within its place, also by keyboard. */
export function Table(props: {
  readonly label: string;
  readonly heads: readonly Head[];
  readonly children: ComponentChildren;
}) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={props.label}>
      <table>
        <thead>
          <tr>
            {props.heads.map(({ text, kind = "" }) => (
              <th key={text} scope="col" class={kind}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

export interface Head {
  readonly text: string;
  /** `num` is set to the right, `wide` is left out where there is little room. */
  readonly kind?: string;
}

/** One of a few, as buttons. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  onChoose(value: Value): void;
}) {
  return (
    <div class="choice" role="group" aria-label={props.label}>
      {props.options.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === props.value} onClick={() => props.onChoose(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}

/** How much of something, as a bar. What it says stands beside it in words. */
export function Bar({
  share,
  colour,
  over = 0,
}: {
  readonly share: number;
  readonly colour?: string;
  readonly over?: number;
}) {
  const width = `${100 * Math.min(1, Math.max(0, share))}%`;
  const rest = `${100 * Math.min(1 - Math.min(1, share), Math.max(0, over))}%`;
  return (
    <span class="bar" aria-hidden="true">
      <span class="fill" style={{ width, ...(colour === undefined ? {} : { background: colour }) }} />
      {over > 0 ? <span class="held" style={{ width: rest }} /> : null}
    </span>
  );
}

/** What something cost. What is unknown is not taken for nothing. */
export function CostCell(props: {
  readonly usd: number;
  readonly unknown: number;
  readonly of: string;
  readonly wide?: boolean;
}) {
  const kind = props.wide === true ? "num wide" : "num";
  if (props.unknown === 0) return <td class={kind}>{usd(props.usd)}</td>;
  return (
    <td class={kind} title={`${many(props.unknown, props.of)} of unknown cost beside`}>
      {props.usd === 0 ? "unknown" : `${usd(props.usd)} +`}
    </td>
  );
}
