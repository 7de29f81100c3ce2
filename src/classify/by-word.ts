import type { Decision, RoutingRequest } from "../glossary.ts";

/** What {@link byWord} looks up and where. */
export interface WordTable<TierName extends string> {
  /** What the word is, for the reason: `task`. */
  readonly what: string;
  readonly tiers: Readonly<Record<string, TierName>>;
  /** The tier for another word, and for none. */
  readonly otherwise: TierName | undefined;
  wordOf(request: RoutingRequest): string | undefined;
}

/** Decides by a word the caller gave: certain where the table has it. */
export function byWord<TierName extends string>(
  table: WordTable<TierName>,
): (request: RoutingRequest) => Decision<TierName> | undefined {
  const { what, otherwise } = table;
  // A map, because a word such as "constructor" is found on any object.
  const tiers = new Map(Object.entries(table.tiers));
  return (request) => {
    const word = table.wordOf(request);
    const tier = word === undefined ? undefined : tiers.get(word);
    if (tier !== undefined) return { tier, confidence: 1, reason: `${what} is "${word}"` };
    if (otherwise === undefined) return undefined;
    const why = word === undefined ? `no ${what} is named` : `${what} "${word}" has no tier of its own`;
    return { tier: otherwise, confidence: 1, reason: why };
  };
}
