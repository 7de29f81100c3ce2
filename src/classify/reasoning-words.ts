/** A script, and the words in it that ask for reasoning. */
export interface ScriptWords {
  /** Any letter of the script: a text without one is not searched. */
  readonly script: RegExp;
  /** What a word may not touch, as the inside of a character class; empty where words are not set apart. */
  readonly letters: string;
  /** Language → words in lower case, set apart by commas. A `*` at the end stands for any ending. */
  readonly words: Readonly<Record<string, string>>;
  /** Words that need a look at their neighbours, as regular expressions; the look back stands last, where it is seldom taken. */
  readonly patterns: readonly string[];
}

/**
 * The words by which `heuristicClassifier` knows that an answer takes reasoning: analyse, compare, reason, prove, derive,
 * debug, refactor, design, evaluate, step by step, pros and cons. What people also say of simple things is left out on
 * purpose: "reasonable", "analyst", "designer", the Italian "valuta" (currency), the Chinese "比较好" (rather good).
 */
export const reasoningWords: readonly ScriptWords[] = [
  {
    script: /[a-z]/,
    letters: "0-9_a-z\\u00df-\\u024f\\u0300-\\u036f\\u1e00-\\u1eff",
    words: {
      en: `analyse, analyses, analysing, analyze, analyzing, analysis, compare, comparing, comparison, comparisons, reasoning,
        prove, proving, proof that, proof of the, disprove, derive, deriving, derivation, deduce, infer, debug, debugging,
        refactor, refactoring, optimise, optimising, optimize, optimizing, diagnose, troubleshoot, root cause, root-cause,
        evaluate, evaluating, assess, assessing, appraise, critically, critique this, critique the, critique my,
        justify why, justify your, justify the, weigh up, trade-off, trade-offs, tradeoff, tradeoffs, pros and cons,
        implications of, in-depth, step by step, step-by-step, think through, think hard, think carefully,
        designing, design a, design an, design the, design my, design our, design me, design us, please design`,
      de: `analyse, analysen, analysier*, vergleich, vergleiche, vergleichen, schlussfolger*, beweis, beweise, beweisen,
        herleit*, leite her, debugge, debuggen, refaktorier*, entwirf, entwerfe, entwerfen, bewerte, bewerten, beurteil*, erörter*,
        begründe, begründen, abwäg*, wäge ab, schritt für schritt, vor- und nachteile`,
      fr: `analyse, analyser, analysez, analysons, compare, comparer, comparez, comparaison, comparaisons, raisonne,
        raisonner, raisonnez, raisonnement, prouve, prouver, prouvez, démontre, démontrer, démontrez, démonstration,
        déduis, déduire, débogue*, débug*, refactoris*, conçois, concevez, concevoir, évalue, évaluer, évaluez,
        évaluation, argumente, argumenter, justifie, justifiez, étape par étape, avantages et inconvénients`,
      es: `analiza, analizar, analice, análisis, compara, comparar, compare, comparación, razona, razonar, razone,
        razonamiento, demuestra, demostrar, demuestre, deduce, deducir, deduzca, depura, depurar, refactoriza*,
        diseña, diseñar, diseñe, evalúa, evaluar, evalúe, justifica, justifique, paso a paso, ventajas y desventajas`,
      pt: `analise, analisa, analisar, análise, compare, compara, comparar, comparação, raciocine, raciocinar, raciocínio,
        prove, provar, demonstre, demonstrar, deduza, deduzir, depure, depurar, refatore, refatorar, projete, projetar,
        avalie, avalia, avaliar, avaliação, justifique, passo a passo, prós e contras, vantagens e desvantagens`,
      it: `analizza*, analisi, confronta, confrontare, confronto, paragona*, ragiona, ragionare, ragionamento, dimostra,
        dimostrare, deduci, dedurre, rifattorizza*, progetta, progettare, valutare, valutazione, valuta se, valuta i,
        valuta le, giustifica, passo dopo passo, pro e contro`,
      nl: `analyseer, analyseren, analyse, vergelijk, vergelijken, redeneer, redeneren, beredeneer, bewijs dat, bewijzen,
        leid af, afleiden, debuggen, refactoren, ontwerp een, evalueer, evalueren, beoordeel, beoordelen,
        stap voor stap, voor- en nadelen`,
      pl: `analiza, analizę, analizuj*, przeanalizuj*, porównaj*, porównać, porównanie, rozumuj*, rozumowanie,
        udowodnij*, udowodnić, wyprowadź, wyprowadzić, debuguj*, zrefaktoryzuj*, refaktoryz*, zaprojektuj*,
        oceń, oceńcie, ocenić, uzasadnij, krok po kroku, wady i zalety, zalety i wady`,
      // Lower-casing makes "i̇" of the Turkish "İ".
      tr: `analiz, karşılaştır*, kıyasla*, akıl yürüt*, kanıtla*, ispatla*, i̇spatla*, türet*, hata ayıkla*, tasarla*,
        değerlendir*, gerekçelendir*, adım adım, artıları ve eksileri`,
      vi: `phân tích, so sánh, lập luận, suy luận, chứng minh, suy ra, gỡ lỗi, thiết kế, đánh giá, từng bước, ưu nhược điểm,
        ưu và nhược điểm`,
      id: `analisis, analisislah, analisa, menganalisis, bandingkan, membandingkan, perbandingan, bernalar, buktikan,
        rancang, rancanglah, merancang, evaluasi, evaluasilah, langkah demi langkah, kelebihan dan kekurangan`,
    },
    patterns: [
      // "Reason about it", but not "the reason for it".
      "reason(?![a-z])(?<!\\b(?:an?|any|every|for|good|main|no|one|only|real|some|that|the|this|what|which|with) reason)",
      // "Design REST endpoints", but not "a nice design".
      "design(?= )(?<=(?:^|[.!?:;,]\\s|\\n)design)",
    ],
  },
  {
    script: /[а-яґєії]/,
    letters: "0-9_\\u0400-\\u052f",
    words: {
      ru: `анализ, анализируй*, анализировать, проанализир*, сравни, сравните, сравнить, сравнение, рассуждай*, рассуждение,
        докажи, докажите, доказать, доказательство, выведи формулу, выведите формулу, отладь, отладить, отладка,
        рефактор*, отрефактор*, спроектируй*, спроектировать, оцени, оцените, оценить, обоснуй*, обосновать,
        пошагово, шаг за шагом, плюсы и минусы, за и против`,
      uk: `аналіз, аналізуй*, аналізувати, проаналізуй*, проаналізувати, порівняй, порівняйте, порівняти, порівняння,
        міркуй*, міркування, доведи, доведіть, довести, виведи формулу, налагодь, налагодити, рефактор*, спроєктуй*,
        спроектуй*, оціни, оцініть, оцінити, обґрунтуй*, покроково, крок за кроком, плюси і мінуси, за і проти`,
    },
    patterns: [],
  },
  {
    script: /[\u0620-\u064a]/,
    letters: "0-9_\\u0620-\\u065f\\u066e-\\u06d3",
    words: {
      ar: `حلل, حلّل, وحلل, تحليل, قارن, وقارن, مقارنة, برهن, أثبت, اثبت, وأثبت, استنتج, استدل, صمم, صمّم, قيّم, تقييم, علّل,
        خطوة بخطوة, الإيجابيات والسلبيات`,
    },
    patterns: [],
  },
  {
    script: /[\u0904-\u0939]/,
    letters: "0-9_\\u0900-\\u0963\\u0966-\\u097f",
    words: {
      hi: `विश्लेषण, तुलना, तर्क, सिद्ध, साबित, प्रमाणित, मूल्यांकन, डिबग, रिफैक्टर, कारण सहित, चरण दर चरण, कदम दर कदम,
        फायदे और नुकसान`,
    },
    patterns: [],
  },
  {
    script: /[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]/,
    letters: "",
    words: {
      zh: `推理, 推导, 推導, 证明, 證明, 论证, 論證, 调试, 調試, 重构, 重構, 评估, 評估, 评价, 評價, 权衡, 權衡, 对比, 對比,
        优缺点, 優缺點, 利弊, 逐步, 一步一步`,
      ja: `推論, 証明, 論証, 導出, デバッグ, リファクタ, 評価, 検証, 考察, 長所と短所, 段階的, ステップバイステップ`,
      ko: `추론, 증명, 도출, 디버그, 디버깅, 리팩터, 리팩토, 평가, 논증, 장단점, 단계별, 차근차근`,
    },
    patterns: [
      // Not an analyst, nor a designer.
      "分析(?![师師家])",
      "[设設][计計](?![师師者])",
      "분석(?!가)",
      "설계(?!자)",
      // Chinese "比较便宜" is "rather cheap"; Japanese "比較的" and Korean "비교적" are "relatively".
      "比[较較](?<![哪谁誰什最]比.)(?![好多少大小高低快慢便贵貴新旧舊早晚容简簡難难常適适强強弱的])",
      "비교(?!적)",
    ],
  },
];
