import type { Findings } from "./findings.ts";
import type { Job } from "./job.ts";
import { Turn } from "./turn.ts";

/** The next target of the chain that may be called beside a slow one; undefined when there is none. */
export function turnBeside({ targetsLeft }: Turn, job: Job, found: Findings): Turn | undefined {
  for (let left = targetsLeft - 1; left > 0; left -= 1) {
    const target = job.targets.at(-left);
    if (target === undefined || !found.allow(target) || !job.hedging.allows(target)) continue;
    return new Turn(job, target, { targetsLeft: left, isHedge: true });
  }
  return undefined;
}
