import { editDistance } from "../lib/edit-distance.ts";
import type { Outline } from "./outline.ts";

/**
 * The target that was meant by a string which is the id of none; undefined when the string is taken as a model id.
 * No list of all models exists, so only what can hardly be a model id is taken as a slip:
 *
 * - what differs from a target's id in upper and lower case only;
 * - a short form, such as `qwen` or `Qwen3-32B` for `Qwen/Qwen3-32B`: a client whose models are called `org/model` has no
 *   models without an `org`;
 * - a word without `/` and digits that is a letter or two away from a target written out.
 *
 * A string with a price in `prices`, or that a target sends as its `model`, is a model id.
 */
export function meantTarget(name: string, outline: Outline): string | undefined {
  const known = [...outline.targets.keys()];
  const named = namedByTiers(outline);
  // Of two ids that tiers name, the later one is the slip.
  const earlier = named.includes(name) ? named.slice(0, named.indexOf(name)) : named;
  const otherCase = [...known, ...earlier].find((id) => id.toLowerCase() === name.toLowerCase());
  if (otherCase !== undefined || isModelId(name, outline)) return otherCase;
  return (
    known.find((id) => isSlipOf(name, id)) ??
    known.find((id) => isWordOf(name, id) || (isSegmentOf(name, id) && onOneClient(name, id, outline))) ??
    named.find((id) => (isWordOf(name, id) || isSegmentOf(name, id)) && onOneClient(name, id, outline))
  );
}

/** Whether the name is a word that one or two slips of the finger make of another. */
export function isSlipOf(name: string, meant: string): boolean {
  if (/[/\d]/.test(name) || name.length < 4) return false;
  return editDistance(name.toLowerCase(), meant.toLowerCase(), name.length < 8 ? 1 : 2) !== Infinity;
}

function isWordOf(name: string, id: string): boolean {
  return /^\p{L}{3,}$/u.test(name) && id.includes("/") && id.toLowerCase().includes(name.toLowerCase());
}

function isSegmentOf(name: string, id: string): boolean {
  return !name.includes("/") && id.toLowerCase().endsWith(`/${name.toLowerCase()}`);
}

function namedByTiers({ tiers, targets }: Outline): string[] {
  const named = [...tiers.values()].flatMap((tier) => tier.targets ?? []).filter((name) => name !== undefined);
  return [...new Set(named)].filter((name) => !targets.has(name));
}

function isModelId(name: string, { prices, targets }: Outline): boolean {
  return prices.has(name) || [...targets].some(([id, { model }]) => model === name && id !== name);
}

function onOneClient(name: string, id: string, { targets, clients, placement }: Outline): boolean {
  const target = targets.get(id);
  const client = target?.client ?? placement.clientOf(target?.model ?? id);
  return (clients.get(client) ?? client) === placement.clientOf(name);
}
