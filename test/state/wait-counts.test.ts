import { expect, it } from "vitest";
import { WaitCounts } from "../../src/state/wait-counts.ts";

it("counts who waits, how it ended and how long it took", () => {
  const waits = new WaitCounts();
  for (let calls = 0; calls < 3; calls += 1) waits.begin();
  waits.end(20, "let_in");
  waits.end(30, "gave_up");
  waits.refused();
  expect(waits.stats()).toEqual({ waiting: 1, letIn: 1, gaveUp: 1, refused: 1, waitedMs: 50 });
});
