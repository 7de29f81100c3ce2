import { toCents } from "../planning/round.ts";

const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const exact = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumSignificantDigits: 4 });

/** An amount to the cent: `1,250.00`. */
export function usd(amount: number): string {
  const rounded = toCents(amount);
  if (rounded === 0 && amount !== 0) return amount > 0 ? "<0.01" : ">-0.01";
  return cents.format(rounded);
}

/** A price that can be far below a cent: `0.25`, `0.0004404`. */
export function smallUsd(amount: number): string {
  return amount >= 1 || amount === 0 ? cents.format(amount) : exact.format(amount);
}

/** A share as percent: `97.5 %`. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** A share as percent with no more digits than it has: `80 %`, `99.95 %`. */
export function shortPercent(share: number): string {
  return `${Number((share * 100).toPrecision(8))} %`;
}

const units = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** Tokens in short: `5M`, `1.5B`. */
export function tokens(amount: number): string {
  const [unit, letter] = units.find(([size]) => amount >= size) ?? [1, ""];
  return `${Number((amount / unit).toPrecision(6))}${letter}`;
}
