import type { Refusal } from "../admit/admission.ts";
import type { ResolvedTarget } from "../config/resolved.ts";
import type { KeySlot } from "../state/key-ring.ts";
import type { AttemptFailure } from "./failure.ts";

/** Nobody answered. */
export class PursuitLost extends Error {
  override readonly name = "PursuitLost";
  readonly last: AttemptFailure | undefined;
  readonly failures: readonly TargetFailure[];
  /** The deadline of the whole call passed. */
  readonly late: boolean;

  /** Why budgets or limits kept targets from being tried. */
  readonly refusals: readonly Refusal[];

  constructor(failures: readonly TargetFailure[], why: { late: boolean; refusals: readonly Refusal[] }) {
    super("no target answered");
    this.failures = failures;
    this.last = failures.at(-1)?.failure;
    this.late = why.late;
    this.refusals = why.refusals;
  }
}

/** A target and why it did not answer. */
export interface TargetFailure {
  readonly target: ResolvedTarget;
  /** Undefined where the client has one key. */
  readonly key: KeySlot | undefined;
  readonly failure: AttemptFailure;
  readonly at: number;
}
