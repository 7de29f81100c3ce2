const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

// Seconds and milliseconds since the epoch, and seconds from now, are far enough apart to be told by their size.
const firstEpochS = 1e9;
const firstEpochMs = 1e12;

/**
 * How long from now a provider means, in ms: `20ms`, `1s`, `6m0s`, `1h2m3.5s`; a number of seconds; a time in seconds or
 * milliseconds since the epoch, or as an ISO date. `undefined` when it is none of these.
 */
export function durationMsOf(text: string, now = Date.now()): number | undefined {
  const value = text.trim();
  if (value === "") return undefined;
  const number = Number(value);
  if (Number.isFinite(number)) return fromNumber(number, now);
  if (/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(value)) return fromUnits(value);
  const date = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function fromNumber(number: number, now: number): number {
  if (number >= firstEpochMs) return Math.max(0, number - now);
  if (number >= firstEpochS) return Math.max(0, number * 1_000 - now);
  return Math.max(0, number * 1_000);
}

function fromUnits(value: string): number {
  let ms = 0;
  for (const [, number = "", unit = ""] of value.matchAll(/([\d.]+)(ms|[smhd])/g)) {
    ms += Number(number) * (msPerUnit[unit] ?? 0);
  }
  return ms;
}
