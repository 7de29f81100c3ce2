import type { RouterOptions } from "../options.ts";

/** The names of the tiers of these options. */
export type TierNameOf<O extends RouterOptions> = keyof O["tiers"] & string;

/** The ids of the targets of these options: those written out, and those that tiers name. */
export type TargetIdOf<O extends RouterOptions> = WrittenId<O> | ListedId<O["tiers"][keyof O["tiers"]]>;

// An optional property, so that options whose type leaves open which targets there are have targets of any name.
type WrittenId<O> = O extends { readonly targets?: infer Targets } ? keyof NonNullable<Targets> & string : never;

type ListedId<Tier> = Tier extends readonly (infer Id)[]
  ? Id & string
  : Tier extends { readonly targets: readonly (infer Id)[] }
    ? Id & string
    : never;
