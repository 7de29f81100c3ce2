import { describe, expect, it } from "vitest";
import type { Classifier } from "../../src/index.ts";
import { startSingle, type Single } from "./setup.ts";

const byLastWord: Classifier = {
  name: "by last word",
  classify: ({ prompt }) => {
    const tier = prompt.split(" ").at(-1) ?? "";
    return ["low", "high"].includes(tier) ? { tier, confidence: 1, reason: "it says so" } : undefined;
  },
};

function start(options: object = {}): Promise<Single> {
  return startSingle({
    router: { tiers: { low: ["a"], high: ["b"] }, targets: { a: {}, b: {} }, classifier: byLastWord, ...options },
  });
}

type Turns = readonly { role: "user" | "assistant"; content: string }[];

function turns(...contents: readonly string[]): Turns {
  return contents.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content }));
}

async function tierOf({ router }: Single, messages: Turns, conversation?: string): Promise<string> {
  const view = conversation === undefined ? router : router.with({ conversation });
  const completion = await view.chat.completions.create({ model: "auto", messages: [...messages] });
  return router.recordOf(completion).tier;
}

describe("a conversation", () => {
  it("stays on the higher tier that a turn raised it to", async () => {
    await using single = await start();
    const tiers = [
      await tierOf(single, turns("low"), "c1"),
      await tierOf(single, turns("low", "yes", "high"), "c1"),
      await tierOf(single, turns("low", "yes", "high", "yes", "low"), "c1"),
    ];
    expect(tiers).toEqual(["low", "high", "high"]);
  });

  it("says that it is the conversation that decided", async () => {
    await using single = await start();
    await tierOf(single, turns("high"), "c1");
    await tierOf(single, turns("high", "yes", "low"), "c1");
    const [, decision] = single.events.of("decision:made");
    expect(decision?.decision).toMatchObject({ tier: "high", by: "conversation" });
  });

  it("is known by how it begins where it has no name", async () => {
    await using single = await start();
    await tierOf(single, turns("so high"));
    expect(await tierOf(single, turns("so high", "yes", "low"))).toBe("high");
  });

  it("does not touch another one", async () => {
    await using single = await start();
    await tierOf(single, turns("high"), "c1");
    expect(await tierOf(single, turns("high", "yes", "low"), "c2")).toBe("low");
  });

  it("gives way to what the caller decides himself", async () => {
    await using single = await start();
    await tierOf(single, turns("high"), "c1");
    const view = single.router.with({ conversation: "c1", tier: "low" });
    const completion = await view.chat.completions.create({
      model: "auto",
      messages: [...turns("high", "yes", "high")],
    });
    expect(single.router.recordOf(completion).tier).toBe("low");
  });

  it("is not remembered where that is off", async () => {
    await using single = await start({ conversations: false });
    await tierOf(single, turns("high"), "c1");
    expect(await tierOf(single, turns("high", "yes", "low"), "c1")).toBe("low");
  });

  it("is not moved by explain()", async () => {
    await using single = await start();
    await single.router.explain({ model: "auto", messages: turns("high") }, { hints: { conversation: "c1" } });
    expect(await tierOf(single, turns("high", "yes", "low"), "c1")).toBe("low");
  });

  it("goes on from a response on the tier that gave it", async () => {
    await using single = await start();
    const first = await single.router.responses.create({ model: "auto", input: "high" });
    const second = await single.router.responses.create({
      model: "auto",
      input: "low",
      previous_response_id: first.id,
    });
    expect(single.router.recordOf(second).tier).toBe("high");
  });

  it("goes on from a streamed response on the tier that gave it", async () => {
    await using single = await start();
    const stream = single.router.openai.responses.stream({ model: "auto", input: "high" });
    const first = await stream.finalResponse();
    const second = await single.router.responses.create({
      model: "auto",
      input: "low",
      previous_response_id: first.id,
    });
    expect(single.router.recordOf(second).tier).toBe("high");
  });
});
