import { describe, expect, it } from "vitest";
import { heuristicClassifier } from "../../src/classify/heuristic.ts";
import type { Classifier } from "../../src/glossary.ts";
import { requestOf } from "../../src/testing/request-of.ts";

const signal = new AbortController().signal;
const chat = (content: unknown) => requestOf({ messages: [{ role: "user", content }] });
const tierOf = (prompt: string, classifier: Classifier = heuristicClassifier()) => {
  const decision = classifier.classify(chat(prompt), signal);
  return decision instanceof Promise ? decision : decision?.tier;
};

describe("short questions", () => {
  it.each([
    ["English", "What is the capital of France?"],
    ["German", "Wie heißt die Hauptstadt von Frankreich?"],
    ["Spanish", "¿Cuál es la capital de Francia?"],
    ["Russian", "Как называется столица Франции?"],
    ["Greek, with its own mark", "Ποια είναι η πρωτεύουσα\u037e"],
    ["Arabic", "ما هي عاصمة فرنسا؟"],
    ["Armenian", "Ո՞րն է մայրաքաղաքը"],
    ["Amharic", "ዋና ከተማው ማን ነው፧"],
    ["Hindi", "फ़्रांस की राजधानी क्या है?"],
    ["Chinese", "法国的首都是哪里？"],
    ["Japanese", "フランスの首都はどこですか？"],
    ["Korean", "프랑스의 수도는 어디인가요?"],
    ["Vietnamese", "Thủ đô của Pháp là gì?"],
    ["two marks", "Really?!"],
    ["a mark before a bracket", "(Is it far?)"],
    ["a mark before an ellipsis", "Is it far?... Never mind."],
  ])("go to cheap: %s", (_language, prompt) => {
    expect(tierOf(prompt)).toBe("cheap");
  });

  it.each([
    ["a statement", "Translate: good morning."],
    ["a URL with a query", "Summarise https://example.com/page?id=7 for me."],
    ["an optional chain", "Explain user?.name to me."],
    ["500 characters", `${"a".repeat(499)}?`],
  ])("are not: %s", (_what, prompt) => {
    expect(tierOf(prompt)).toBe("balanced");
  });

  it("are those of up to 499 characters", () => {
    expect(tierOf(`${"a".repeat(498)}?`)).toBe("cheap");
  });

  it("go to balanced with a code fence", () => {
    expect(tierOf("What does this print?\n```js\nconsole.log(1)\n```")).toBe("balanced");
  });

  it("go to balanced on a very long input", () => {
    const messages = [
      { role: "system", content: "a".repeat(40_000) },
      { role: "user", content: "Who is that?" },
    ];
    expect(heuristicClassifier().classify(requestOf({ messages }), signal)).toMatchObject({ tier: "balanced" });
  });
});

describe("words that ask for reasoning", () => {
  it.each([
    ["en", "Compare A and B?"],
    ["en", "ANALYSE this quarter's numbers"],
    ["en", "Please analyze the attached report."],
    ["en", "Reason about the consequences."],
    ["en", "Reason: which of them lies?"],
    ["en", "Prove that there are infinitely many primes."],
    ["en", "Can you derive the quadratic formula?"],
    ["en", "debug this function"],
    ["en", "Refactor the loop"],
    ["en", "Design REST endpoints for a library."],
    ["en", "I want you to design a schema."],
    ["en", "Evaluate both offers"],
    ["en", "What are the pros and cons?"],
    ["en", "Explain it step-by-step."],
    ["en", "critically, then: what about it?"],
    ["de", "Vergleiche die beiden Angebote"],
    ["de", "Analysiere den Bericht"],
    ["de", "Begründe deine Antwort"],
    ["de", "Kannst du das Schritt für Schritt zeigen?"],
    ["fr", "Comparez ces deux offres"],
    ["fr", "Démontre que la racine de 2 est irrationnelle"],
    ["fr", "Évalue les deux solutions"],
    ["es", "Compara las dos ofertas"],
    ["es", "Analiza el informe"],
    ["es", "¿Puedes explicarlo paso a paso?"],
    ["pt", "Analise o relatório"],
    ["pt", "Avalie as duas propostas"],
    ["it", "Confronta le due offerte"],
    ["it", "Dimostra il teorema"],
    ["nl", "Vergelijk de twee aanbiedingen"],
    ["nl", "Beoordeel dit voorstel"],
    ["pl", "Porównaj obie oferty"],
    ["pl", "Udowodnij twierdzenie"],
    ["tr", "İki teklifi karşılaştır"],
    ["tr", "İspatla"],
    ["vi", "So sánh hai phương án"],
    ["vi", "Phân tích báo cáo".normalize("NFD")],
    ["id", "Bandingkan dua tawaran ini"],
    ["id", "Buktikan teorema ini"],
    ["ru", "Сравни два предложения"],
    ["ru", "Проанализируй отчёт"],
    ["uk", "Порівняй дві пропозиції"],
    ["uk", "Обґрунтуй відповідь"],
    ["ar", "قارن بين العرضين"],
    ["ar", "اقرأ وحلل التقرير"],
    ["hi", "दोनों प्रस्तावों की तुलना करें"],
    ["zh", "请分析这份报告"],
    ["zh", "比较这两个方案"],
    ["zh-Hant", "請設計一個資料庫"],
    ["ja", "二つの案を比較してください"],
    ["ja", "このコードをデバッグして"],
    ["ko", "두 제안을 비교해 주세요"],
    ["ko", "보고서를 분석해줘"],
  ])("go to premium in %s: %s", (_language, prompt) => {
    expect(tierOf(prompt)).toBe("premium");
  });

  it.each([
    "When does the season start?",
    "What is a reasonable price?",
    "What is treason?",
    "What is the reason for the delay?",
    "For what reason did he leave?",
    "Who designed the Eiffel Tower?",
    "Is it a nice design?",
    "What does a business analyst do?",
    "What is a debugger?",
    "Is this jacket waterproof?",
    "Which train compartment is mine?",
    "How do I use justify-content?",
    "Qual è la valuta del Giappone?",
    "C'est raisonnable ?",
    "¿Es razonable?",
    "Ist das vergleichbar?",
    "哪个比较便宜？",
    "谁是分析师？",
    "이 분석가는 누구야?",
    "비교적 싼 것은?",
  ])("are not in: %s", (prompt) => {
    expect(tierOf(prompt)).toBe("cheap");
  });

  it("are named in the reason", () => {
    const reason = 'asks for reasoning: "compare"';
    expect(heuristicClassifier().classify(chat("Compare A and B?"), signal)).toEqual({
      tier: "premium",
      confidence: 0.8,
      reason,
    });
  });

  it.each([
    ["at the end", `${"Once upon a time. ".repeat(100_000)} Compare the two.`],
    ["at the beginning", `Compare the two. ${"Once upon a time. ".repeat(100_000)}`],
  ])("are found %s of a very long prompt", (_where, prompt) => {
    expect(tierOf(prompt, heuristicClassifier({ longChars: Infinity }))).toBe("premium");
  });

  it("are not looked for in what the assistant said", () => {
    const messages = [
      { role: "user", content: "Hello?" },
      { role: "assistant", content: "Compare A and B." },
    ];
    expect(heuristicClassifier().classify(requestOf({ messages }), signal)).toMatchObject({ tier: "cheap" });
  });
});

it("sends a very long input that is no question one tier up", () => {
  const decision = heuristicClassifier().classify(chat("Go on. ".repeat(10_000)), signal);
  expect(decision).toEqual({ tier: "premium", confidence: 0.6, reason: "long input: 70000 characters" });
});

it("is least sure of what is neither", () => {
  expect(heuristicClassifier().classify(chat("Go on."), signal)).toMatchObject({ tier: "balanced", confidence: 0.5 });
});

it("says nothing of a call without text", () => {
  expect(
    heuristicClassifier().classify(chat([{ type: "image_url", image_url: { url: "x" } }]), signal),
  ).toBeUndefined();
});

it("says nothing of embeddings", () => {
  const request = requestOf({ input: "Compare A and B?" }, {}, "embeddings");
  expect(heuristicClassifier().classify(request, signal)).toBeUndefined();
});

it("names the tiers it was given", () => {
  const classifier = heuristicClassifier({ cheap: "small", balanced: "middle", premium: "large" });
  const tiers = ["Hello?", "Hello.", "Compare them."].map((prompt) => tierOf(prompt, classifier));
  expect(tiers).toEqual(["small", "middle", "large"]);
});

it("takes another length for a short question", () => {
  expect(tierOf("Is it far?", heuristicClassifier({ questionChars: 5 }))).toBe("balanced");
});

it.each([
  { what: "whole words", words: ["contract"], prompt: "Read the contract", tier: "premium" },
  { what: "whole words only", words: ["contract"], prompt: "Is it a contraction?", tier: "cheap" },
  { what: "stems", words: ["contrac*"], prompt: "Is it a contraction?", tier: "premium" },
  { what: "words in capitals", words: ["SQL"], prompt: "Is it sql?", tier: "premium" },
  { what: "words that begin with a sign", words: ["$eval"], prompt: "Is it $eval?", tier: "premium" },
  { what: "words with signs", words: ["c++"], prompt: "Is it C++?", tier: "premium" },
  { what: "words within unspaced text", words: ["合同"], prompt: "请读这份合同吧？", tier: "premium" },
])("takes more words: $what", ({ words, prompt, tier }) => {
  expect(tierOf(prompt, heuristicClassifier({ words }))).toBe(tier);
});
