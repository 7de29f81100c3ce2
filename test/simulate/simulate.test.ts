import { afterAll, describe, expect, it } from "vitest";
import type { Outcome } from "./outcome.ts";
import { Player } from "./player.ts";
import { sentences } from "./sentences.ts";

const seeds = Array.from({ length: 40 }, (_, at) => at + 1);
const findable = Object.keys(sentences).filter((name) => name !== "playsToItsEnd") as Exclude<
  keyof typeof sentences,
  "playsToItsEnd"
>[];

describe("a schedule in virtual time", () => {
  it("is told the same, byte for byte, each time it is played, whatever was played before", async () => {
    await using one = new Player();
    await using other = new Player();
    await other.play({ seed: 3 });
    for (const seed of [11, 12]) {
      const first = await one.play({ seed, whole: true });
      const second = await other.play({ seed, whole: true });
      expect(first.log.length).toBeGreaterThan(20);
      expect(second.log.join("\n")).toBe(first.log.join("\n"));
    }
  }, 120_000);

  it("breaks no property", async () => {
    await using player = new Player();
    const outcomes: Outcome[] = [];
    for (const seed of seeds) outcomes.push(await player.play({ seed }));
    expect(outcomes.filter(({ violation }) => violation !== undefined)).toEqual([]);
    expect(outcomes.reduce((hours, { elapsedMs }) => hours + elapsedMs / 3_600_000, 0)).toBeGreaterThan(seeds.length);
  }, 120_000);
});

describe("a property that is broken on purpose", () => {
  const player = new Player();
  afterAll(() => player[Symbol.asyncDispose]());

  it.each(findable)("%s is found", async (property) => {
    const { broken } = await player.play({ seed: 6, spoil: property });
    expect(broken).toContain(property);
  });
});
