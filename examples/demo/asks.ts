import type { Hints } from "modelrouter";

/** One call that the demo makes. */
export interface Ask {
  readonly prompt: string;
  readonly via: "chat" | "stream" | "responses";
  readonly hints: Hints;
}

const places = ["France", "Japan", "Kenya", "Peru", "Norway", "Vietnam", "Canada", "Morocco", "Iceland", "Chile", "India"];
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

/** Of 20 calls: 13 questions, 2 batch jobs, 3 instructions, 1 that needs reasoning, 1 marked as premium. */
const mix = "qqqqiqqbqaqqqiqqbiqt";

/** So many varied calls, the same at every run. */
export function asks(count: number): readonly Ask[] {
  return Array.from({ length: count }, (_, index) => askAt(index));
}

function askAt(index: number): Ask {
  const kind = mix[index % mix.length];
  const round = Math.floor(index / mix.length);
  const phrase = (phrases: readonly Phrase[]): string => pick(phrases, index + round)(pick(places, index), pick(things, round));
  const via = pick(vias, index);
  const user = `user-${index % 97}`;
  if (kind === "b") return { prompt: phrase(instructions), via, hints: { user, task: "batch_operations" } };
  if (kind === "i") return { prompt: phrase(instructions), via, hints: { user } };
  if (kind === "a") return { prompt: phrase(analyses), via, hints: { user } };
  if (kind === "t") return { prompt: phrase(questions), via, hints: { user, ...pick(premium, round) } };
  return { prompt: phrase(questions), via, hints: { user } };
}

const premium: readonly Hints[] = [
  { task: "critical_analysis" },
  { priority: "premium" },
  { task: "standard_processing" },
  { priority: "standard" },
];

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
