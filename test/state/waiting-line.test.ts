import { expect, it } from "vitest";
import { maxPassed, WaitingLine, type Caller } from "../../src/state/waiting-line.ts";

const newcomer = { isBatch: false, seniority: Infinity };
const batchNewcomer = { isBatch: true, seniority: Infinity };

function lineOf(...callers: readonly Caller[]): WaitingLine<Caller> {
  const line = new WaitingLine<Caller>("limit", () => undefined);
  for (const caller of callers) line.add(caller);
  return line;
}

const interactive = (seniority: number): Caller => ({ isBatch: false, seniority });
const batch = (seniority: number): Caller => ({ isBatch: true, seniority });

it("lets anybody go when nobody waits", () => {
  expect([lineOf().isTurnOf(newcomer), lineOf().isTurnOf(batchNewcomer)]).toEqual([true, true]);
});

it("has interactive calls before those of batches", () => {
  expect(lineOf(batch(1), interactive(2)).first).toEqual(interactive(2));
});

it("has the one that waits longest first, in whatever order they came to this line", () => {
  expect(lineOf(interactive(3), interactive(1), interactive(2)).first).toEqual(interactive(1));
});

it("lets a new interactive call go before batch calls that wait, and no other call", () => {
  const line = lineOf(batch(1));
  expect([line.isTurnOf(newcomer), line.isTurnOf(batchNewcomer)]).toEqual([true, false]);
});

it("lets a new call wait behind those of its kind", () => {
  expect(lineOf(interactive(1)).isTurnOf(newcomer)).toBe(false);
});

it("has the batch call first that so many calls have gone before", () => {
  const line = lineOf(batch(1), interactive(2));
  for (let calls = 0; calls < maxPassed; calls += 1) line.went(newcomer);
  expect(line.first).toEqual(batch(1));
  expect([line.isTurnOf(newcomer), line.isTurnOf(interactive(2)), line.isTurnOf(batch(1))]).toEqual([
    false,
    false,
    true,
  ]);
});

it("counts anew when a batch call went", () => {
  const line = lineOf(batch(1), batch(2), interactive(3));
  for (let calls = 0; calls < maxPassed; calls += 1) line.went(newcomer);
  line.delete(line.first as Caller);
  line.went(batch(1));
  expect(line.first).toEqual(interactive(3));
});

it("counts only what goes before a batch call that waits", () => {
  const line = lineOf(interactive(1));
  for (let calls = 0; calls < 10; calls += 1) line.went(newcomer);
  line.add(batch(2));
  expect(line.first).toEqual(interactive(1));
});
