import type { Chain } from "../glossary.ts";

/** A call that was planned, and may be kept off its first target. */
export interface DivertibleCall {
  readonly chain: Chain;
  /** The caller named a target. */
  readonly isNamed: boolean;
  /** Plans the call anew, as though the target were out, and without break-glass targets. */
  without(target: string): Chain;
}

/** Keeps calls off targets. */
export interface Drilling {
  /** The chain that a call goes along. */
  divert(call: DivertibleCall): Chain;
}

/** Keeps every call off a target, whatever becomes of it. */
export function keepingOff(target: string): Drilling {
  return { divert: ({ without }) => ({ ...without(target), drilled: target }) };
}
