import { differences, type DifferenceTerms, type Pair, type Rated } from "./differences.ts";
import type { TargetResult, Verdict } from "./report.ts";
import { costWords, listed, percent } from "./words.ts";

/** When something is said. */
export interface VerdictTerms extends DifferenceTerms {
  readonly minFeedback: number;
}

/** Which of several is better, as far as the feedback says. */
export function verdictOf(results: readonly TargetResult[], terms: VerdictTerms): Verdict {
  const [only] = results;
  if (only === undefined) return notEnough(0, "not enough data: no answer was counted yet");
  if (results.length === 1) return notEnough(0, `nothing to compare with: only ${only.name} has answered`);
  const judged = results.filter(({ accuracy }) => accuracy.count >= terms.minFeedback);
  if (judged.length < 2) return tooLittle(results, terms);
  const ranked = judged.toSorted((one, other) => (other.accuracy.value ?? 0) - (one.accuracy.value ?? 0));
  const verdict = compared(ranked, terms);
  const others = results.filter((result) => !judged.includes(result)).map(({ name }) => name);
  return others.length === 0
    ? verdict
    : { ...verdict, text: `${verdict.text}; too little feedback on ${listed(others)} to say` };
}

function notEnough(moreFeedback: number, text: string): Verdict {
  return { kind: "not_enough_data", best: undefined, moreFeedback, text };
}

// The two that are nearest to being compared.
function tooLittle(results: readonly TargetResult[], { minFeedback }: VerdictTerms): Verdict {
  const nearest = results
    .toSorted((one, other) => other.accuracy.count - one.accuracy.count || other.calls - one.calls)
    .slice(0, 2);
  return stillNeeded(
    "not enough data",
    nearest.map(({ name, accuracy }) => ({ name, missing: Math.max(0, minFeedback - accuracy.count) })),
  );
}

interface Missing {
  readonly name: string;
  readonly missing: number;
}

function stillNeeded(words: string, all: readonly Missing[]): Verdict {
  const lacking = all.filter(({ missing }) => missing > 0);
  const more = lacking.reduce((sum, { missing }) => sum + missing, 0);
  const each = lacking.map(({ name, missing }) => `${missing} of ${name}`).join(", ");
  return notEnough(more, `${words}: ${more} more answers with feedback needed (${each})`);
}

/** @param ranked - the most accurate first */
function compared(ranked: readonly TargetResult[], terms: VerdictTerms): Verdict {
  const [leader] = ranked as readonly [TargetResult];
  const pairs = differences(ranked.map(ratedOf), terms).filter(({ better }) => better.name === leader.name);
  const beaten = pairs.filter(({ isSure }) => isSure);
  const open = pairs.filter(({ isSure, missing }) => !isSure && missing.some((more) => more > 0));
  const wins = beaten.length === 0 ? [] : [`${leader.name} is better than ${listed(beaten.map(betterBy))}`];
  if (beaten.length === pairs.length)
    return { kind: "better", best: leader.name, moreFeedback: 0, text: wins.join("") };
  const verdict = open.length > 0 ? undecided(leader, open) : level(ranked, beaten, terms);
  return { ...verdict, text: [verdict.text, ...wins].join("; ") };
}

function ratedOf({ name, good, accuracy }: TargetResult): Rated {
  return { name, rated: { successes: good, trials: accuracy.count } };
}

function betterBy({ better, worse, difference }: Pair): string {
  const [one, other] = [better, worse].map(({ rated }) => percent(rated.successes / rated.trials));
  const points = `${Math.round(100 * difference.low)} to ${Math.round(100 * difference.high)} points`;
  return `${worse.name} (${one} of its answers were good, against ${other}: ${points} more)`;
}

function undecided(leader: TargetResult, open: readonly Pair[]): Verdict {
  const others = open.map(({ worse, missing }) => ({ name: worse.name, missing: missing[1] }));
  const own = { name: leader.name, missing: Math.max(...open.map(({ missing }) => missing[0])) };
  return stillNeeded(`not enough data to tell ${listed([own, ...others].map(({ name }) => name))} apart`, [
    own,
    ...others,
  ]);
}

function level(ranked: readonly TargetResult[], beaten: readonly Pair[], { minDifference }: VerdictTerms): Verdict {
  const equals = ranked.filter(({ name }) => !beaten.some(({ worse }) => worse.name === name));
  const cheapest = equals.find(({ costUsd: { high = Infinity } }, at) =>
    equals.every(({ costUsd: { low = -Infinity } }, other) => other === at || high < low),
  );
  const names = listed(equals.map(({ name }) => name));
  const text = `no difference of ${percent(minDifference)} or more found between ${names}`;
  const cheaper = cheapest === undefined ? "" : `, and ${cheapest.name} costs least (${costsOf(cheapest, equals)})`;
  return { kind: "no_difference", best: cheapest?.name, moreFeedback: 0, text: text + cheaper };
}

function costsOf(cheapest: TargetResult, all: readonly TargetResult[]): string {
  const others = all.filter((one) => one !== cheapest).map(({ costUsd }) => costWords(costUsd.value));
  return `${costWords(cheapest.costUsd.value)} a call, against ${listed(others)}`;
}
