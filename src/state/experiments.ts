import type { RouteRecord } from "../glossary.ts";
import { ResultCounts } from "./result-counts.ts";

// Those of the configuration are few; a copy of a record can name any.
const maxVariants = 200;

/** What is known of the calls of one side of an experiment, whichever targets served them. */
export class VariantCounts extends ResultCounts {
  /** Calls that nobody answered. */
  failed = 0;
  readonly #servedBy = new Map<string, number>();

  /** A call of this side ended: what it cost and took in all is what the side costs and takes. */
  end({ outcome, target, costUsd, savedUsd, durationMs }: RouteRecord): void {
    if (outcome === "failed") this.failed += 1;
    if (outcome !== "answered" || target === undefined) return;
    this.add({ durationMs, costUsd, savedUsd });
    this.#servedBy.set(target, (this.#servedBy.get(target) ?? 0) + 1);
  }

  /** Id of each target that answered → how often. */
  get servedBy(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#servedBy);
  }
}

type Side = Pick<Partial<RouteRecord>, "experiment" | "variant" | "drilled">;

/** What is known of the sides of experiments. */
export class Experiments {
  readonly #all = new Map<string, Map<string, VariantCounts>>();
  #count = 0;

  /** Experiment → variant → results. */
  get all(): ReadonlyMap<string, ReadonlyMap<string, VariantCounts>> {
    return this.#all;
  }

  /** The side that a call counts for; none for one that a drill has kept off a target, which says nothing of its side. */
  of({ experiment, variant, drilled }: Side): VariantCounts | undefined {
    if (experiment === undefined || variant === undefined || drilled !== undefined) return undefined;
    const known = this.#all.get(experiment)?.get(variant);
    if (known !== undefined || this.#count >= maxVariants) return known;
    const counts = new VariantCounts();
    const variants = this.#all.get(experiment) ?? new Map<string, VariantCounts>();
    this.#all.set(experiment, variants.set(variant, counts));
    this.#count += 1;
    return counts;
  }
}
