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

  constructor(failures: readonly TargetFailure[], late: boolean) {
    super("no target answered");
    this.failures = failures;
    this.last = failures.at(-1)?.failure;
    this.late = late;
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
