import { isRefusal, type Admission, type Admitted, type Entry, type Refusal } from "./admission.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { Awaitable } from "../glossary.ts";
import type { KeySlot } from "../state/key-ring.ts";
import type { Memory } from "../state/memory.ts";

/**
 * The keys with which an attempt may be made, in the order of their turn; undefined where none of them has limits, and it is
 * enough to take one when the attempt begins.
 * @param tried - those that have failed in this call
 */
export function keysInTurn(
  memory: Memory,
  { id, client }: ResolvedTarget,
  tried?: ReadonlySet<KeySlot>,
): readonly KeySlot[] | undefined {
  const ring = memory.keysOf(client);
  return ring?.isLimited === true ? ring.inTurn(id, tried) : undefined;
}

/** Lets an attempt in, with the first of its keys that has room. What else refuses it refuses it whatever the key. */
export function admitOverKeys(admission: Admission, entry: Entry): Awaitable<Admitted> {
  const { keys } = entry;
  if (keys === undefined) return admission.admit(entry);
  const refusals: Refusal[] = [];
  const next = (at: number): Awaitable<Admitted> => {
    const key = keys[at];
    if (key === undefined) return refusedByAll(refusals);
    const admitted = admission.admit({ ...entry, key });
    return admitted instanceof Promise ? admitted.then((late) => after(late, at)) : after(admitted, at);
  };
  const after = (admitted: Admitted, at: number): Awaitable<Admitted> => {
    if (!isRefusal(admitted) || admitted.ofKey !== true) return admitted;
    refusals.push(admitted);
    return next(at + 1);
  };
  return next(0);
}

/** Any of the keys may have room first: the call waits for all of them, and is told of the one that is due first. */
function refusedByAll(refusals: readonly Refusal[]): Refusal | undefined {
  const [first, ...others] = refusals.toSorted((one, other) => dueAtOf(one) - dueAtOf(other));
  if (first === undefined || others.length === 0) return first;
  return { ...first, obstacles: refusals.flatMap(({ obstacles = [] }) => obstacles) };
}

function dueAtOf({ obstacles = [] }: Refusal): number {
  return Math.min(...obstacles.map(({ dueAt = Infinity }) => dueAt));
}
