import { describe, expect, it } from "vitest";
import type { Dashboard } from "../../src/dashboard/index.ts";
import { call, messages, startFleet, startPair, startSingle, streamingCall } from "../requests/setup.ts";
import { firstOf, get, openBoard, openedOf } from "./setup.ts";

/** All that a dashboard gives out. */
async function allOf(board: Dashboard): Promise<string> {
  const message = await firstOf(board);
  const opened = await Promise.all((message.requests ?? []).map(({ id }) => get(board, `request?id=${id}`)));
  const texts = await Promise.all(opened.map((response) => response.text()));
  return [JSON.stringify(message), ...texts].join("\n");
}

describe("what a dashboard shows", () => {
  it("has counts, health, chains and costs of every tier and target", async () => {
    await using fleet = await startFleet({
      tiers: { cheap: ["small", "large"], premium: ["large"] },
      prices: { small: 1, large: 2, "gpt-4o": 10 },
      baseline: "gpt-4o",
    });
    const board = openBoard(fleet.router, { title: "search" });
    await fleet.router.ask("Hi?", { tier: "cheap", tags: { team: "a" } });
    const { state } = await firstOf(board);
    expect(state).toMatchObject({ title: "search", healthy: true, total: { calls: 1, answered: 1, failed: 0 } });
    expect(state?.tiers.map(({ name, chain }) => [name, ...chain])).toEqual([
      ["cheap", "small", "large"],
      ["premium", "large"],
    ]);
    expect(state?.targets.map(({ id, breaker, answered }) => [id, breaker, answered])).toEqual([
      ["small", "closed", 1],
      ["large", "closed", 0],
    ]);
    expect(state?.costs.map(({ by, groups }) => [by, groups[0]?.name, groups[0]?.calls])).toEqual([
      ["tier", "cheap", 1],
      ["target", "small", 1],
      ["tag:team", "a", 1],
    ]);
    expect(state?.baselineUsd).toBeGreaterThan(0);
  });

  it("says why a target is out and until when, and tells that its breaker opened", async () => {
    await using pair = await startPair({
      a: [500, 500, 500],
      router: { retry: false, breaker: { failureThreshold: 2 } },
    });
    const board = openBoard(pair.router);
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create(call);
    const { state, notices, now } = await firstOf(board);
    const out = state?.targets.find(({ id }) => id === "a");
    expect(out).toMatchObject({ healthy: false, breaker: "open", out: "breaker open" });
    expect(out?.dueAt).toBeGreaterThan(now);
    expect(notices?.map(({ tone, text }) => [tone, text])).toContainEqual(["bad", "Breaker of a opens"]);
  });

  it("counts the same notice within a few others in the place of repeating it", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    for (let at = 0; at < 3; at += 1) await single.router.within(1, () => new Promise(() => {}));
    const { notices } = await firstOf(board);
    expect(notices).toEqual([expect.objectContaining({ text: "Late for a call within 1 ms", times: 3 })]);
  });

  it("shows a request with its decision and reason, the latest last", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    await single.router.with({ tags: { team: "a" } }).chat.completions.create(call);
    await single.router.chat.completions.create(call);
    const { requests } = await firstOf(board);
    expect(requests?.[0]).toMatchObject({
      tier: "main",
      target: "a",
      decidedBy: "model",
      outcome: "answered",
      tags: { team: "a" },
    });
    expect(requests?.[0]?.reason).not.toBe("");
    expect(requests?.map(({ tags }) => tags)).toEqual([{ team: "a" }, {}]);
  });

  it("keeps so many requests as it is told, the latest", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { maxRequests: 3 });
    const records = [];
    for (let at = 0; at < 5; at += 1) records.push((await single.router.ask("Hi?")).record);
    const { requests } = await firstOf(board);
    expect(requests?.map(({ id }) => id)).toEqual(records.slice(2).map(({ requestId }) => requestId));
    expect((await get(board, `request?id=${records[0]?.requestId}`)).status).toBe(404);
  });

  it("opens a request to its attempts, one after the other on the scale of the call", async () => {
    await using pair = await startPair({
      a: [
        { status: 500, delayMs: 30 },
        { status: 500, delayMs: 30 },
      ],
      router: { retry: { maxRetries: 1, minDelayMs: 20, maxDelayMs: 20 } },
    });
    const board = openBoard(pair.router);
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    const { timeline, moments, durationMs = 0 } = await openedOf(board, record.requestId);
    expect(timeline.map(({ target, failure, status }) => [target, failure, status])).toEqual([
      ["a", "server error", 500],
      ["a", "server error", 500],
      ["b", undefined, 200],
    ]);
    const ends = timeline.map((attempt) => attempt.startMs + attempt.durationMs);
    for (const [at, { startMs }] of timeline.entries()) expect(startMs).toBeGreaterThanOrEqual((ends[at - 1] ?? 0) - 1);
    expect(ends.at(-1)).toBeLessThanOrEqual(durationMs + 1);
    expect(moments.map(({ text }) => text.replace(/\d+ ms/, "… ms"))).toEqual([
      "server error: a again in … ms",
      "server error at a: falls back to b",
    ]);
  });

  it("shows attempts that ran beside each other as such", async () => {
    await using pair = await startPair({ a: ["hang"], router: { hedge: { afterMs: 20, maxExtraLoad: 1 } } });
    const board = openBoard(pair.router);
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    const { timeline, hedged } = await openedOf(board, record.requestId);
    const [beside, slow] = [timeline.find(({ hedge }) => hedge), timeline.find(({ hedge }) => !hedge)];
    expect([hedged, beside?.target, slow?.failure]).toEqual([true, "b", "another was faster"]);
    expect(beside?.startMs).toBeLessThan((slow?.startMs ?? 0) + (slow?.durationMs ?? 0));
  });

  it("shows how budgets, promises and drills stand", async () => {
    await using fleet = await startFleet({
      tiers: { main: { targets: ["small", "large"], slo: { availability: 0.99 } } },
      prices: { small: 1, large: 2 },
      budgets: { all: { limitUsd: 5, per: "day" } },
    });
    const board = openBoard(fleet.router);
    await fleet.router.ask("Hi?");
    await fleet.router.drill({ target: "small", dry: true });
    await firstOf(board);
    const { state } = await firstOf(board);
    expect(state?.budgets).toEqual([expect.objectContaining({ name: "all", limitUsd: 5 })]);
    expect(state?.tiers[0]?.slo?.objectives).toEqual([
      expect.objectContaining({ name: "availability", goal: 0.99, burning: false }),
    ]);
    expect(state?.drills).toEqual([
      expect.objectContaining({
        target: "small",
        dry: true,
        noFallback: 0,
        drilled: expect.objectContaining({ failed: 0 }),
      }),
    ]);
  });

  it("shows failures, fallbacks, percentiles and first tokens by step, tier and target", async () => {
    await using pair = await startPair({ a: [500], router: { retry: false } });
    const board = openBoard(pair.router);
    for await (const chunk of await pair.router.chat.completions.create(streamingCall)) void chunk;
    const { steps = [] } = await firstOf(board);
    const series = Object.assign({}, ...steps.map((step) => step.series)) as (typeof steps)[number]["series"];
    expect(series["all"]).toMatchObject({
      calls: 1,
      fellBack: 1,
      p50Ms: expect.any(Number),
      ttftP50Ms: expect.any(Number),
    });
    expect(series["tier:main"]).toEqual(series["all"]);
    expect(series["target:a"]).toMatchObject({ calls: 1, failed: 1 });
    expect(series["target:b"]).toMatchObject({ calls: 1, ttftP50Ms: expect.any(Number) });
  });

  it("bounds the names and the length of what callers name", async () => {
    await using fleet = await startFleet({ tiers: { main: ["small"] } });
    const board = openBoard(fleet.router);
    const model = "m".repeat(5_000);
    for (let at = 0; at < 60; at += 1) await fleet.router.chat.completions.create({ model: `${model}${at}`, messages });
    const message = await firstOf(board);
    expect(/m{400}/.test(JSON.stringify(message))).toBe(false);
    const { steps = [] } = message;
    const names = new Set(
      steps.flatMap(({ series }) => Object.keys(series)).filter((name) => name.startsWith("target:")),
    );
    expect(names.size).toBeLessThanOrEqual(51);
  });
});

describe("what a dashboard does not show", () => {
  const secret = "Where does Ada Lovelace live?";
  const asked = { ...call, messages: [{ role: "user" as const, content: secret }] };
  const echo = { status: 500, body: { error: { message: `can not answer "${secret}" with sk-key-of-a` } } };

  it("is what was asked, not even in the words of a provider that repeats it", async () => {
    await using pair = await startPair({ a: [echo], router: { retry: false } });
    const board = openBoard(pair.router);
    await pair.router.chat.completions.create(asked);
    const all = await allOf(board);
    expect(all).toContain("status 500");
    expect(all).not.toContain("Lovelace");
  });

  it("is what was asked, not even in the words of a check", async () => {
    await using pair = await startPair({ router: { accept: () => `is no answer to ${secret}` } });
    const board = openBoard(pair.router);
    await pair.router.chat.completions.create(asked).catch(() => undefined);
    const all = await allOf(board);
    expect(all).toContain("answer not accepted");
    expect(all).not.toContain("Lovelace");
  });

  it("is what was asked, until showContent says so", async () => {
    await using pair = await startPair({ a: [echo], router: { retry: false } });
    const board = openBoard(pair.router, { showContent: true });
    const { requestId } = pair.router.recordOf(await pair.router.chat.completions.create(asked));
    const { prompt, timeline } = await openedOf(board, requestId);
    expect(prompt).toBe(secret);
    expect(timeline[0]?.detail).toContain("can not answer");
  });

  it("is a key, not even with content and where a provider repeats it", async () => {
    await using pair = await startPair({
      a: [echo, { status: 401, body: { error: { message: "no sk-key-of-a here" } } }],
      router: { retry: false },
    });
    const board = openBoard(pair.router, { showContent: true });
    await pair.router.chat.completions.create(asked);
    await pair.router.chat.completions.create(asked);
    const all = await allOf(board);
    expect(all).toContain("key refused");
    expect(all).not.toContain("sk-key-of");
  });
});
