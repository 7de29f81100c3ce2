import { describe, expect, it } from "vitest";
import { deviationsFor } from "../../src/lib/normal-quantile.ts";
import { resultOf } from "../../src/report/result-of.ts";
import type { TargetResult, Verdict } from "../../src/report/report.ts";
import { verdictOf } from "../../src/report/verdict.ts";
import { ResultCounts } from "../../src/state/result-counts.ts";

const terms = { confidence: 0.95, minDifference: 0.1, minFeedback: 20 };

interface Given {
  readonly good?: number;
  readonly of?: number;
  readonly costUsd?: number;
}

function result(name: string, { good = 0, of = 0, costUsd = 0.001 }: Given): TargetResult {
  const counts = new ResultCounts();
  for (let at = 0; at < Math.max(of, 10); at += 1) {
    counts.add({ durationMs: 100, costUsd: costUsd * (1 + (at % 3) / 100), savedUsd: undefined });
    if (at < of) counts.rate(at < good ? 1 : 0);
  }
  return resultOf(name, counts, { confidence: 0.95, z: deviationsFor(0.95) });
}

function verdict(results: Readonly<Record<string, Given>>): Verdict {
  return verdictOf(
    Object.entries(results).map(([name, given]) => result(name, given)),
    terms,
  );
}

describe("the verdict", () => {
  it("says which is better, by how much and how sure", () => {
    expect(verdict({ a: { good: 60, of: 100 }, b: { good: 90, of: 100 } })).toEqual({
      kind: "better",
      best: "b",
      moreFeedback: 0,
      text: "b is better than a (90 % of its answers were good, against 60 %: 18 to 41 points more)",
    });
  });

  it("says of several what each lacks", () => {
    const { kind, best, text } = verdict({
      a: { good: 60, of: 100 },
      b: { good: 95, of: 100 },
      c: { good: 70, of: 100 },
    });
    expect([kind, best]).toEqual(["better", "b"]);
    expect(text).toMatch(/^b is better than c \(95 % .*\) and a \(95 % .*\)$/);
  });

  it("says that there is no difference once one that matters would have been found, and which costs less", () => {
    const { kind, best, text } = verdict({
      a: { good: 820, of: 1000, costUsd: 0.0002 },
      b: { good: 830, of: 1000, costUsd: 0.004 },
    });
    expect([kind, best]).toEqual(["no_difference", "a"]);
    expect(text).toBe(
      "no difference of 10 % or more found between b and a, and a costs least ($0.000202 a call, against $0.00404)",
    );
  });

  it("names no cheapest where costs may be the same", () => {
    const { kind, best } = verdict({ a: { good: 820, of: 1000 }, b: { good: 830, of: 1000 } });
    expect([kind, best]).toEqual(["no_difference", undefined]);
  });

  it("says how much more feedback it takes, and of whom", () => {
    const { kind, best, moreFeedback, text } = verdict({ a: { good: 80, of: 100 }, b: { good: 82, of: 100 } });
    expect([kind, best, moreFeedback]).toEqual(["not_enough_data", undefined, 296]);
    expect(text).toBe(
      "not enough data to tell b and a apart: 296 more answers with feedback needed (148 of b, 148 of a)",
    );
  });

  it("says what is sure beside what is not", () => {
    const { kind, text } = verdict({ a: { good: 20, of: 100 }, b: { good: 80, of: 100 }, c: { good: 85, of: 100 } });
    expect(kind).toBe("not_enough_data");
    expect(text).toMatch(/^not enough data to tell c and b apart: .*; c is better than a \(/);
  });

  it("says nothing of a target with less feedback than there must be", () => {
    expect(verdict({ a: { good: 5, of: 8 }, b: { good: 15, of: 30 } })).toEqual({
      kind: "not_enough_data",
      best: undefined,
      moreFeedback: 12,
      text: "not enough data: 12 more answers with feedback needed (12 of a)",
    });
  });

  it("leaves out who has too little feedback, and says so", () => {
    const { kind, text } = verdict({ a: { good: 60, of: 100 }, b: { good: 90, of: 100 }, c: { good: 1, of: 1 } });
    expect(kind).toBe("better");
    expect(text).toMatch(/; too little feedback on c to say$/);
  });

  it("asks for feedback where none was given", () => {
    const { moreFeedback, text } = verdict({ a: {}, b: {} });
    expect(moreFeedback).toBe(40);
    expect(text).toBe("not enough data: 40 more answers with feedback needed (20 of a, 20 of b)");
  });

  it("has nothing to compare one target with", () => {
    expect(verdict({ a: { good: 90, of: 100 } }).text).toBe("nothing to compare with: only a has answered");
  });

  it("says that there is nothing yet", () => {
    expect(verdict({}).text).toBe("not enough data: no answer was counted yet");
  });

  it("is the same whatever the order", () => {
    const [one, other] = [
      { good: 60, of: 100 },
      { good: 90, of: 100 },
    ];
    expect(verdict({ a: one, b: other })).toEqual(verdict({ b: other, a: one }));
  });
});
