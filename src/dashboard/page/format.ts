const numbers = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const shortClock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** What stands where nothing is known. */
export const dash = "–";

export function count(value: number | undefined): string {
  return value === undefined ? dash : numbers.format(Math.round(value));
}

export function ms(value: number | undefined): string {
  if (value === undefined) return dash;
  if (value < 1_000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1_000).toFixed(value < 10_000 ? 2 : 1)} s`;
  return span(value);
}

/** A length of time in one or two units. */
export function span(value: number): string {
  const seconds = Math.max(0, Math.round(value / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

export function usd(value: number | undefined): string {
  if (value === undefined) return dash;
  if (value === 0) return "$0";
  const size = Math.abs(value);
  if (size >= 1_000) return `$${numbers.format(Math.round(value))}`;
  if (size >= 1) return `$${value.toFixed(2)}`;
  if (size >= 0.01) return `$${value.toFixed(3)}`;
  return size >= 0.000_001 ? `$${value.toFixed(6)}` : `$${value.toExponential(1)}`;
}

export function percent(ratio: number | undefined): string {
  if (ratio === undefined) return dash;
  const value = ratio * 100;
  if (value === 0 || value === 100) return `${value} %`;
  // What is not whole must not be rounded to it.
  if (value > 99 && value < 100) return `${Math.min(99.999, value).toFixed(value > 99.9 ? 3 : 2)} %`;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

export function time(at: number): string {
  return clock.format(at);
}

export function shortTime(at: number): string {
  return shortClock.format(at);
}

export function dayAndTime(at: number): string {
  return day.format(at);
}

/** When something is due, from now. */
export function until(at: number, now: number): string {
  const left = at - now;
  if (left <= 0) return "now";
  return left > 86_400_000 ? `on ${dayAndTime(at)}` : `in ${span(Math.max(1_000, left))}`;
}

/** `1 call`, `2 calls`. */
export function many(amount: number, one: string, more = `${one}s`): string {
  return `${count(amount)} ${amount === 1 ? one : more}`;
}

/** A model id without the path before it. */
export function shortName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1) || id;
}
