import type { Hints } from "modelrouter";

/** One call that the demo makes. */
export interface Ask {
  readonly prompt: string;
  readonly via: "chat" | "stream" | "responses";
  readonly hints: Hints;
}

const places = [
  "France",
  "Japan",
  "Kenya",
  "Peru",
  "Norway",
  "Vietnam",
  "Canada",
  "Morocco",
  "Iceland",
  "Chile",
  "India",
];
const things = ["invoice", "refund", "password", "delivery", "subscription", "discount", "warranty"];

type Phrase = (place: string, thing: string) => string;

const questions: readonly Phrase[] = [
  (place) => `What is the capital of ${place}?`,
  (_, thing) => `Where do I find my ${thing}?`,
  (place) => `Which currency do they use in ${place}?`,
  (place, thing) => `Is the ${thing} the same in ${place}?`,
  (place) => `¿Cuál es la capital de ${place}?`,
  (place) => `Wie spät ist es gerade in ${place}?`,
  (place) => `${place}の人口は何人ですか？`,
  (_, thing) => `Can I change my ${thing} after I have paid?`,
  (place) => `ما هي عاصمة ${place}؟`,
  (place) => `Quelle heure est-il en ${place} ?`,
  (place) => `${place}的首都是哪里？`,
  (_, thing) => `How long does a ${thing} take?`,
];

const instructions: readonly Phrase[] = [
  (place) => `Write two friendly sentences that welcome a customer from ${place}.`,
  (_, thing) => `Rewrite this so that it sounds polite: your ${thing} is late, wait.`,
  (place, thing) => `Schreibe eine kurze Nachricht über die ${thing} an einen Kunden in ${place}.`,
];

const analyses: readonly Phrase[] = [
  (place) => `Compare the tax rules of ${place} and Switzerland for a small company.`,
  (_, thing) => `Analyse why ${thing} complaints doubled since spring.`,
  (place) => `Explique por qué las ventas cayeron en ${place}, paso a paso.`,
];

const vias: readonly Ask["via"][] = ["chat", "stream", "chat", "responses", "stream", "chat", "chat"];

/** Of 20 calls: 13 questions, 2 batch jobs, 1 that names its task or priority, 3 instructions, 1 for the premium tier. */
const mix = "qqqqiqqbqpqqqiqqbiqh";

/** So many varied calls, the same at every run. */
export function asks(count: number): readonly Ask[] {
  return Array.from({ length: count }, (_, index) => askAt(index));
}

function askAt(index: number): Ask {
  const round = Math.floor(index / mix.length);
  const phrase = (phrases: readonly Phrase[]): string =>
    pick(phrases, index + round)(pick(places, index), pick(things, round));
  const { phrases, hints } = kinds[mix[index % mix.length] ?? "q"] ?? kinds.q;
  return {
    prompt: phrase(phrases),
    via: pick(vias, index),
    hints: { user: `user-${index % 97}`, ...pick(hints, round) },
  };
}

interface Kind {
  readonly phrases: readonly Phrase[];
  readonly hints: readonly Hints[];
}

const kinds: { readonly q: Kind } & Readonly<Record<string, Kind>> = {
  q: { phrases: questions, hints: [{}] },
  i: { phrases: instructions, hints: [{}] },
  b: { phrases: instructions, hints: [{ task: "batch_operations" }] },
  h: { phrases: instructions, hints: [{ task: "standard_processing" }, { priority: "standard" }] },
  p: { phrases: analyses, hints: [{}, { task: "critical_analysis" }, {}, { priority: "premium" }] },
};

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
