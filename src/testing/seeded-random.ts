import type { Duration } from "./behaviour.ts";

/** Gives numbers in [0, 1), the same ones in the same order for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A length of time in ms; of a range, one that `random` picks. */
export function drawMs(duration: Duration | undefined, random: () => number): number {
  if (duration === undefined || typeof duration === "number") return duration ?? 0;
  const [minMs, maxMs] = duration;
  return minMs + random() * (maxMs - minMs);
}
