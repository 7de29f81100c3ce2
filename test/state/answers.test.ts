import { expect, it } from "vitest";
import type { RouteRecord } from "../../src/glossary.ts";
import { Answers } from "../../src/state/answers.ts";

function record(requestId: string): RouteRecord {
  return { requestId } as RouteRecord;
}

it("finds an answer by the id of its request and by that of its provider", () => {
  const answers = new Answers(10);
  const one = record("call-1");
  answers.note(one, "chatcmpl-1");
  expect([answers.find("call-1"), answers.find("chatcmpl-1")]).toEqual([one, one]);
});

it("does not take one answer for another whose provider gave the same id", () => {
  const answers = new Answers(10);
  answers.note(record("call-1"), "chatcmpl-1");
  answers.note(record("call-2"), "chatcmpl-1");
  expect(answers.find("chatcmpl-1")).toBe("several");
});

it("remembers as many answers as it is told, and a thousand ids at the least", () => {
  const answers = new Answers(1000);
  for (let at = 0; at < 1001; at += 1) answers.note(record(`call-${at}`), `chatcmpl-${at}`);
  expect([answers.find("call-0"), answers.find("chatcmpl-0")]).toEqual([undefined, undefined]);
  expect(answers.find("call-1")).toBeDefined();
});
