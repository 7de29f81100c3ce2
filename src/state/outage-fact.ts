import type { OutReason } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** What a process tells the others of a target or a key. */
export interface OutageFact {
  /** Why it is left alone; `undefined` when it is back. */
  readonly reason: OutReason | undefined;
  /** Until when, by the store's clock, in ms since the epoch. */
  readonly dueAt: number;
  /** Who says so: one router of one process. */
  readonly by: string;
}

/** A fact as the text that a store keeps. */
export function factText({ reason, dueAt, by }: OutageFact): string {
  return JSON.stringify(reason === undefined ? { back: true, by } : { out: reason, dueAt: Math.ceil(dueAt), by });
}

const reasons: Readonly<Record<OutReason, true>> = {
  breaker_open: true,
  rate_limited: true,
  quota_exhausted: true,
  credentials_refused: true,
  model_not_found: true,
};

/** The fact in a text; `undefined` for one that another version may have written, or anybody. */
export function factIn(text: string): OutageFact | undefined {
  const value = parsed(text);
  if (!isRecord(value) || typeof value["by"] !== "string") return undefined;
  const { by, out, dueAt } = value;
  if (value["back"] === true) return { reason: undefined, dueAt: 0, by };
  return isReason(out) && typeof dueAt === "number" ? { reason: out, dueAt, by } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isReason(value: unknown): value is OutReason {
  return typeof value === "string" && Object.hasOwn(reasons, value);
}
