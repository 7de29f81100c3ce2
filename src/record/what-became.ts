import type { Chain, RouteRecord } from "../glossary.ts";

/** What became of a call's targets so far, in words: who has failed and with what, who was left out and why. */
export function whatBecameOf({ attempts }: RouteRecord, { leftOut }: Chain): string {
  const fates = new Map(leftOut.map(({ target, detail }) => [target, detail]));
  for (const { target, failure } of attempts) if (failure !== undefined) fates.set(target, failure);
  return [...fates].map(([target, fate]) => `${target}: ${fate}`).join("; ") || "no other target lets the call in";
}
