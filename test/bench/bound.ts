import type { Table } from "./table.ts";

/** A limit, and what was measured. */
export interface Bound {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  /** How far `value` may be off. */
  readonly noise: number;
  readonly limit: number;
  /** Whether `limit` is the most or the least that `value` may be. */
  readonly kind: "most" | "least";
}

/** `over` is missed by more than the noise. */
export type Verdict = "ok" | "ok within the noise" | "over";

/** Whether a bound is kept. */
export function verdictOf({ value, noise, limit, kind }: Bound): Verdict {
  const excess = kind === "most" ? value - limit : limit - value;
  if (excess <= 0) return "ok";
  // Written so that a value that is not a number is over.
  return excess <= noise ? "ok within the noise" : "over";
}

/** The bounds of a part as a table. */
export function tableOfBounds(bounds: readonly Bound[]): Table {
  return {
    head: ["bound", "limit", "value", "noise", "verdict"],
    rows: bounds.map((bound) => [
      bound.what,
      `${bound.kind === "most" ? "≤" : "≥"} ${rounded(bound.limit)} ${bound.unit}`.trim(),
      `${rounded(bound.value)} ${bound.unit}`.trim(),
      `± ${rounded(bound.noise)}`,
      verdictOf(bound),
    ]),
  };
}

/** A number with as many digits as mean something. */
export function rounded(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString("en", { maximumFractionDigits: decimals });
}
