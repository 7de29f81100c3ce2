import type { AttemptFailure } from "./attempt/failure.ts";
import type { ResolvedTarget } from "./config/resolved.ts";
import type { Usage } from "./glossary.ts";
import type { Hold } from "./hold.ts";
import type { KeySlot } from "./state/key-ring.ts";

/** What is known of an attempt that has ended. */
export interface EndedAttempt {
  readonly target: ResolvedTarget;
  readonly isHedge: boolean;
  readonly key: KeySlot | undefined;
  readonly startedAt: number;
  readonly hold: Hold | undefined;
  readonly failure: AttemptFailure | undefined;
  readonly usage: Usage | undefined;
  readonly status: number | undefined;
}
