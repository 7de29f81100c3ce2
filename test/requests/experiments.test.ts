import { describe, expect, it } from "vitest";
import { ModelRouter, type ExperimentOptions, type RouterOptions } from "../../src/index.ts";
import { call, clientOf, errorOf, hear, next, startFleet, startPair, type Fleet } from "./setup.ts";

const usual: ExperimentOptions = { name: "challenge", variants: { a: {}, b: {} } };

async function startExperiment(experiment = usual, options: Partial<RouterOptions> = {}): Promise<Fleet> {
  return startFleet({ tiers: { main: { targets: ["a", "b", "c"], experiment } }, ...options });
}

/** A user on this side. */
async function userOn({ router }: Fleet, variant: string): Promise<string> {
  for (let at = 0; at < 200; at += 1) {
    const { experiment } = await router.explain(call, { hints: { user: `user-${at}` } });
    if (experiment?.variant === variant) return `user-${at}`;
  }
  throw new Error(`Nobody is on side ${variant}.`);
}

/** The sides of twenty users. */
function sidesIn({ router }: Fleet): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const { experiment } = await router.explain(call, { hints: { user: `user-${at}` } });
      return experiment?.variant;
    }),
  );
}

function keyless(): string {
  throw new Error("no key");
}

describe("an experiment", () => {
  it("sends a user's calls to the target of his side, and says so in the record", async () => {
    await using fleet = await startExperiment();
    for (const variant of ["a", "b"]) {
      const view = fleet.router.with({ user: await userOn(fleet, variant) });
      for (let calls = 0; calls < 5; calls += 1) {
        const record = fleet.router.recordOf(await view.chat.completions.create(call));
        expect(record).toMatchObject({ target: variant, experiment: "challenge", variant, fellBack: false });
      }
    }
  });

  it("is told", async () => {
    await using fleet = await startExperiment();
    const user = await userOn(fleet, "b");
    const told = next(fleet.router, "variant:assign");
    const { record } = await fleet.router.ask("Hi?", { user, tier: "main" });
    const { requestId } = record;
    expect(await told).toEqual({ requestId, tier: "main", experiment: "challenge", variant: "b", isSticky: true });
  });

  it("puts a user on the same side in another process", async () => {
    await using here = await startExperiment();
    await using there = await startExperiment();
    expect(await sidesIn(here)).toEqual(await sidesIn(there));
  });

  it.each([
    ["conversation", { conversation: "c1" }],
    ["tag:team", { tags: { team: "search" } }],
    [({ hints }: { hints: { task?: string | undefined } }) => hints.task, { task: "titles" }],
  ] as const)("keeps its side by %s", async (by, hints) => {
    await using fleet = await startExperiment({ ...usual, by });
    const events = Array.from({ length: 6 }, () => next(fleet.router, "variant:assign"));
    for (let calls = 0; calls < 6; calls += 1) await fleet.router.with(hints).chat.completions.create(call);
    const sides = await Promise.all(events);
    expect(sides.every(({ isSticky }) => isSticky)).toBe(true);
    expect(new Set(sides.map(({ variant }) => variant)).size).toBe(1);
  });

  it("draws lots for calls without a key, and for those whose key can not be had", async () => {
    await using fleet = await startExperiment({ ...usual, by: keyless });
    for (let calls = 0; calls < 60; calls += 1) await fleet.router.chat.completions.create(call);
    const assigned = fleet.events.of("variant:assign");
    expect(assigned.every(({ isSticky }) => !isSticky)).toBe(true);
    // All of 60 on one side come up once in 10^17 runs.
    expect(new Set(assigned.map(({ variant }) => variant))).toEqual(new Set(["a", "b"]));
  });

  it("has fallbacks: what was assigned stays in the record, with what served", async () => {
    await using pair = await startPair({
      b: [500, 500],
      router: { tiers: { main: { targets: ["a", "b"], experiment: { variants: { b: {}, a: { weight: 0 } } } } } },
    });
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    expect(record).toMatchObject({ experiment: "main", variant: "b", target: "a", fellBack: true });
    expect(pair.router.report().experiments[0]?.variants[0]).toMatchObject({ name: "b", calls: 1, servedBy: { a: 1 } });
  });

  it("tries the chain of a variant in its order, or the tier's own", async () => {
    const variants = { control: { targets: [], weight: 0 }, other: { targets: ["c", "a"] } };
    await using fleet = await startExperiment({ variants });
    const order = async (): Promise<string[]> => {
      const { targets } = await fleet.router.explain(call);
      return targets.map(({ target }) => target);
    };
    expect(await order()).toEqual(["c", "a", "b"]);
    const control = { variants: { control: { targets: [] }, other: { targets: ["c"], weight: 0 } } };
    fleet.router.update({ tiers: { main: { targets: ["a", "b", "c"], experiment: control } } });
    expect(await order()).toEqual(["a", "b", "c"]);
  });

  it("leaves calls alone that name their target", async () => {
    await using fleet = await startExperiment();
    for (const hints of [{ target: "c" }, { target: "c", tier: "main" }]) {
      const record = (await fleet.router.ask("Hi?", hints)).record;
      expect(record.target).toBe("c");
      expect(record).not.toHaveProperty("variant");
    }
    expect(fleet.events.names).not.toContain("variant:assign");
  });

  it("is no part of other tiers", async () => {
    await using fleet = await startFleet({
      tiers: { main: { targets: ["a", "b"], experiment: usual }, other: ["a", "b"] },
    });
    expect((await fleet.router.ask("Hi?", { tier: "other" })).record).not.toHaveProperty("variant");
  });

  it("takes part in streams, responses and embeddings", async () => {
    await using fleet = await startExperiment({ variants: { b: {}, a: { weight: 0 } } });
    const { router } = fleet;
    const given = [
      (await hear(router)).stream ?? {},
      await router.responses.create({ model: "main", input: "Hi?" }),
      await router.embeddings.create({ model: "main", input: "Hi?" }),
    ];
    expect(given.map((one) => router.recordOf(one).variant)).toEqual(["b", "b", "b"]);
  });

  it("is explained", async () => {
    await using fleet = await startExperiment();
    const { summary } = await fleet.router.explain(call, { hints: { user: await userOn(fleet, "b") } });
    expect(summary).toContain('On the side "b" of the experiment "challenge", by user.');
    const { experiment, summary: byLot } = await fleet.router.explain(call);
    expect(experiment?.isSticky).toBe(false);
    expect(byLot).toContain("by lot, as the call has no user");
  });

  it("is described", async () => {
    await using fleet = await startExperiment({ ...usual, variants: { control: { targets: [], weight: 9 }, b: {} } });
    expect(fleet.router.describe()).toContain(
      "- `main`: experiment `challenge`, by user: 90 % control (as usual), 10 % b (`b` first)",
    );
  });
});

describe("the report of an experiment", () => {
  it("compares its sides by what was assigned: calls, cost, latency, feedback", async () => {
    await using fleet = await startExperiment(usual, { prices: { a: 1, b: 10 } });
    for (const [variant, good] of [
      ["a", 5],
      ["b", 24],
    ] as const) {
      const view = fleet.router.with({ user: await userOn(fleet, variant) });
      for (let calls = 0; calls < 25; calls += 1)
        fleet.router.feedback(await view.chat.completions.create(call), { good: calls < good });
    }
    const [experiment] = fleet.router.report().experiments;
    expect(experiment?.variants.map(({ name, calls, good, bad }) => [name, calls, good, bad])).toEqual([
      ["a", 25, 5, 20],
      ["b", 25, 24, 1],
    ]);
    expect(experiment?.verdict).toMatchObject({ kind: "better", best: "b" });
    const text = String(fleet.router.report());
    expect(text).toContain("## experiment challenge\n\n| variant | calls |");
    expect(text).toContain("- a: 25 answered by a, 0 not answered");
  });

  it("counts what a side cost in all, failed attempts at other targets included", async () => {
    await using pair = await startPair({
      b: { models: { b: { reply: "No." } } },
      router: {
        accept: ({ text }) => text !== "No.",
        tiers: { main: { targets: ["a", "b"], experiment: { variants: { b: {}, a: { weight: 0 } } } } },
      },
      targets: { a: { price: 1 }, b: { price: 2 } },
    });
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    const [side] = pair.router.report().experiments[0]?.variants ?? [];
    expect(record.attempts.map(({ target }) => target)).toEqual(["b", "a"]);
    expect(side?.costUsd.value).toBe(record.costUsd);
    expect(side?.costUsd.value).toBeGreaterThan(record.attempts[1]?.costUsd ?? Infinity);
  });

  it("counts calls that nobody answered for their side", async () => {
    await using pair = await startPair({
      a: [500, 500],
      b: [500, 500],
      router: { tiers: { main: { targets: ["a", "b"], experiment: { variants: { b: {}, a: { weight: 0 } } } } } },
    });
    await errorOf(pair.router.chat.completions.create(call));
    expect(pair.router.report().experiments[0]?.variants[0]).toMatchObject({ name: "b", calls: 0, failed: 1 });
  });

  it("leaves out calls that a drill has kept off a target", async () => {
    await using fleet = await startExperiment({ variants: { b: {}, a: { weight: 0 } } });
    await using drill = fleet.router.drill({ target: "b", for: "10m", share: 1 });
    await fleet.router.chat.completions.create(call);
    expect(drill.report().drilled.calls).toBe(1);
    expect(fleet.router.report().experiments).toEqual([]);
  });
});

describe("the options of an experiment", () => {
  const client = clientOf({ url: "http://127.0.0.1:1/v1" });
  const withExperiment = (experiment: unknown) => () =>
    new ModelRouter({ client, tiers: { main: { targets: ["a", "b"], experiment: experiment as never } } });

  it.each([
    [{}, "tiers.main.experiment.variants: is missing"],
    [{ variants: { a: {} } }, "tiers.main.experiment.variants: needs at least two variants"],
    [{ variants: { a: { weight: 0 }, b: { weight: 0 } } }, "needs a variant with a weight above 0"],
    [{ variants: { a: {}, bb: {} } }, 'tiers.main.experiment.variants.bb: no target of the tier "bb"'],
    [
      { variants: { a: {}, x: { targets: ["a", "z"] } } },
      "tiers.main.experiment.variants.x.targets[1]: no target of the tier",
    ],
    [{ variants: { a: {}, b: { weight: -1 } } }, "tiers.main.experiment.variants.b.weight: must be a share"],
    [{ variants: { a: {}, b: {} }, by: "team" }, 'tiers.main.experiment.by: must be "user", "conversation"'],
    [{ variants: { a: {}, b: {} }, salt: "x" }, "tiers.main.experiment.salt: is not an option"],
  ])("are refused when they do not hold: %j", (experiment, message) => {
    expect(withExperiment(experiment)).toThrow(message);
  });

  it("are refused for a target behind glass, and for a name that comes twice", () => {
    const tiers = { one: { targets: ["a", "b"], experiment: usual }, two: { targets: ["a", "b"], experiment: usual } };
    expect(() => new ModelRouter({ client, tiers })).toThrow(
      "tiers.two.experiment.name: is that of the experiment of tier",
    );
    const targets = { b: { breakGlass: true } };
    expect(() => new ModelRouter({ client, targets, tiers: { one: tiers.one } })).toThrow('no target of the tier "b"');
  });

  it("are taken as data", async () => {
    const tiers = { main: { targets: ["a", "b"], experiment: { variants: { a: { weight: 0 }, b: {} } } } };
    const router = ModelRouter.fromConfig({ client: "main", tiers }, { clients: { main: client } });
    const { targets } = await router.explain(call);
    expect(targets[0]?.target).toBe("b");
  });
});
