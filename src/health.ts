import type { ResolvedConfig, ResolvedTarget } from "./config/resolved.ts";
import type { OutReason } from "./glossary.ts";
import type { TargetDoor } from "./state/door.ts";
import type { Memory } from "./state/memory.ts";

/** Which targets can be called now. */
export interface RouterHealth {
  /** True while every tier has a target that can be called. */
  readonly healthy: boolean;
  /** By tier name. */
  readonly tiers: Readonly<Record<string, TierHealth>>;
  /** By target id. */
  readonly targets: Readonly<Record<string, TargetHealth>>;
  /** By client name, of the clients that have several keys or limits for each. */
  readonly keys: Readonly<Record<string, readonly KeyHealth[]>>;
}

/** Whether a key can be used now. */
export interface KeyHealth {
  /** Its label, or its place among the keys. */
  readonly key: string;
  /** Whether it can be used now. */
  readonly healthy: boolean;
  /** Why it can not be used. */
  readonly out: OutReason | undefined;
  /** When it can be used again, in ms since the epoch; undefined when it can be used now. */
  readonly dueAt: number | undefined;
  /** True when another process found that out, and this one read it in the store. */
  readonly learnt: boolean;
  /** Calls in flight. */
  readonly inFlight: number;
}

/** Whether a tier can be called now, and how well. */
export interface TierHealth {
  /** Whether any of its targets can be called now. */
  readonly healthy: boolean;
  /** True while nothing but break-glass targets can be called; undefined when it has none. */
  readonly breakGlass: boolean | undefined;
  /** True while its `slo` is broken too fast; undefined when it has none. */
  readonly burning: boolean | undefined;
  /** Ids of its targets that others go before because they were slow; undefined when none has a limit. */
  readonly slow: readonly string[] | undefined;
}

/** Whether a target can be called now. */
export interface TargetHealth {
  /** Whether it can be called now. */
  readonly healthy: boolean;
  /** State of its breaker; undefined when that is switched off. */
  readonly breaker: "closed" | "open" | "half-open" | undefined;
  /** True for a target that is kept for when all others are out. */
  readonly breakGlass: boolean;
  /** Why it can not be called. */
  readonly out: OutReason | undefined;
  /** When it can be called again, in ms since the epoch; undefined when it can be called now. */
  readonly dueAt: number | undefined;
  /** True when it can not be called because another process found that out, and this one read it in the store. */
  readonly learnt: boolean;
  /** Share of its calls that it gets, 0–1: below 1 while it is coming back. */
  readonly share: number;
  /** Calls in flight. */
  readonly inFlight: number;
}

/** Reads the health of every configured target. */
export function healthOf(config: ResolvedConfig, memory: Memory): RouterHealth {
  const targets = Object.fromEntries(
    [...config.targets.values()].map((target) => [target.id, healthAt(memory.doorOf(target), target)]),
  );
  const tiers = Object.fromEntries(
    [...config.tiers.values()].map(({ name, targets: own }) => [
      name,
      {
        healthy: own.some(({ id }) => targets[id]?.healthy === true),
        breakGlass: isBehindGlass(own.map(({ id }) => targets[id])),
        burning: memory.slos.statsOf(name)?.burning,
        slow: memory.slowness.slowIn(name),
      },
    ]),
  );
  const keys = Object.fromEntries([...config.keys.keys()].flatMap((client) => keysOf(client, memory)));
  return { healthy: Object.values(tiers).every(({ healthy }) => healthy), tiers, targets, keys };
}

function healthAt(door: TargetDoor, { breakGlass }: ResolvedTarget): TargetHealth {
  const { out, dueAt, learnt, breaker, share, inFlight } = door;
  const healthy = out === undefined;
  const due = healthy ? undefined : dueAt;
  return { healthy, breaker: breaker?.state, breakGlass, out, dueAt: due, learnt, share, inFlight };
}

function isBehindGlass(targets: readonly (TargetHealth | undefined)[]): boolean | undefined {
  if (!targets.some((target) => target?.breakGlass)) return undefined;
  const ready = targets.filter((target) => target?.healthy);
  return ready.length > 0 && ready.every((target) => target?.breakGlass);
}

function keysOf(client: string, memory: Memory): [string, readonly KeyHealth[]][] {
  const slots = memory.keysOf(client)?.slots;
  if (slots === undefined) return [];
  const health = slots.map((slot): KeyHealth => {
    const rest = slot.restAt();
    const { label: key, inFlight } = slot;
    const learnt = rest?.learnt === true;
    return { key, healthy: rest === undefined, out: rest?.reason, dueAt: rest?.dueAt, learnt, inFlight };
  });
  return [[client, health]];
}
