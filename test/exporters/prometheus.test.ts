import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { prometheusExporter } from "../../src/exporters/prometheus.ts";
import { faults } from "../../src/testing/index.ts";
import { call, messages, next, startPair, streamingCall } from "../requests/setup.ts";

async function scrape(registry: Registry): Promise<readonly string[]> {
  const text = await registry.metrics();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** The lines of one metric, without the label `router`. */
async function linesOf(registry: Registry, name: string): Promise<readonly string[]> {
  const lines = await scrape(registry);
  return lines
    .filter((line) => line.startsWith(`modelrouter_${name}{`))
    .map((line) => line.slice("modelrouter_".length).replace('router="default",', ""));
}

describe("an attached prometheus exporter", () => {
  it("counts calls by tier, target and outcome, and attempts by their failure", async () => {
    await using pair = await startPair({ a: [500, 200], router: { retry: false } });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create(call);
    expect(await linesOf(registry, "requests_total")).toEqual([
      'requests_total{tier="main",target="b",outcome="answered",fell_back="true"} 1',
      'requests_total{tier="main",target="a",outcome="answered",fell_back="false"} 1',
    ]);
    expect(await linesOf(registry, "attempts_total")).toEqual([
      'attempts_total{target="a",outcome="server_error"} 1',
      'attempts_total{target="b",outcome="answered"} 1',
      'attempts_total{target="a",outcome="answered"} 1',
    ]);
  });

  it("counts retries by the failure that they make up for", async () => {
    await using pair = await startPair({ a: [503, 200] });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    await pair.router.chat.completions.create(call);
    expect(await linesOf(registry, "retries_total")).toEqual(['retries_total{target="a",failure="server_error"} 1']);
  });

  it("counts second attempts by how they ended", async () => {
    const hedge = { afterMs: 20, maxExtraLoad: 1 };
    await using pair = await startPair({ a: ["hang"], router: { hedge } });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    await pair.router.chat.completions.create(call);
    expect(await linesOf(registry, "hedges_total")).toEqual(['hedges_total{target="b",outcome="won"} 1']);
  });

  it("counts feedback, and how good it was", async () => {
    await using pair = await startPair();
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    for (const good of [true, 0.5, false])
      pair.router.feedback(await pair.router.chat.completions.create(call), { good });
    expect(await linesOf(registry, "feedback_total")).toEqual(['feedback_total{tier="main",target="a"} 3']);
    expect(await linesOf(registry, "feedback_good_total")).toEqual(['feedback_good_total{tier="main",target="a"} 1.5']);
  });

  it("counts streams that were mended by how", async () => {
    const a = [faults.cutStream({ afterChunks: 1 })];
    await using pair = await startPair({ a, router: { onStreamBreak: "restart" } });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    for await (const _ of await pair.router.chat.completions.create(streamingCall)) continue;
    const line = 'mended_streams_total{tier="main",target="b",how="restart"} 1';
    expect(await linesOf(registry, "mended_streams_total")).toEqual([line]);
    expect(pair.router.stats()).toMatchObject({ mended: 1, tiers: { main: { mended: 1 } } });
  });

  it("counts calls and feedback by the side of an experiment", async () => {
    const experiment = { name: "titles", variants: { b: {}, a: { weight: 0 } } };
    await using pair = await startPair({ router: { tiers: { main: { targets: ["a", "b"], experiment } } } });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    pair.router.feedback(await pair.router.chat.completions.create(call), { good: 0.5 });
    expect(await linesOf(registry, "experiment_requests_total")).toEqual([
      'experiment_requests_total{experiment="titles",variant="b",outcome="answered"} 1',
    ]);
    const side = '{experiment="titles",variant="b"}';
    expect(await linesOf(registry, "experiment_feedback_total")).toEqual([`experiment_feedback_total${side} 1`]);
    expect(await linesOf(registry, "experiment_feedback_good_total")).toEqual([
      `experiment_feedback_good_total${side} 0.5`,
    ]);
  });

  it("counts shadows by how they ended, and what they cost", async () => {
    const usage = { prompt_tokens: 600_000, completion_tokens: 400_000, total_tokens: 1_000_000 };
    await using pair = await startPair({
      b: { models: { b: { usage } } },
      targets: { b: { price: 0.5 } },
      router: { tiers: { main: ["a"] }, shadow: { target: "b", share: 1 } },
    });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    const answered = next(pair.router, "shadow:answer");
    await pair.router.chat.completions.create(call);
    await answered;
    expect(await linesOf(registry, "shadow_requests_total")).toEqual([
      'shadow_requests_total{target="b",outcome="answered"} 1',
    ]);
    expect(await linesOf(registry, "shadow_cost_usd_total")).toEqual(['shadow_cost_usd_total{target="b"} 0.5']);
  });

  it("counts the tokens of a call by kind, each once", async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 30 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    await using pair = await startPair({ a: { models: { a: { usage } } } });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    await pair.router.chat.completions.create(call);
    expect(await linesOf(registry, "tokens_total")).toEqual([
      'tokens_total{tier="main",target="a",kind="prompt"} 70',
      'tokens_total{tier="main",target="a",kind="cached"} 30',
      'tokens_total{tier="main",target="a",kind="completion"} 30',
      'tokens_total{tier="main",target="a",kind="reasoning"} 20',
    ]);
  });

  it("counts costs by tier and target and by the tags it was told, and those that are unknown", async () => {
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 0, total_tokens: 1_000_000 };
    const models = { a: { usage }, b: { usage } };
    await using pair = await startPair({ a: { models }, b: { models }, targets: { a: { price: 2 } } });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry, tags: ["team"] }));
    await pair.router.with({ tags: { team: "search" } }).chat.completions.create(call);
    await pair.router.chat.completions.create({ model: "b", messages });
    expect(await linesOf(registry, "cost_usd_total")).toEqual(['cost_usd_total{tier="main",target="a"} 2']);
    expect(await linesOf(registry, "tagged_cost_usd_total")).toEqual([
      'tagged_cost_usd_total{tag="team",value="search"} 2',
    ]);
    expect(await linesOf(registry, "unpriced_requests_total")).toEqual(['unpriced_requests_total{tier="direct"} 1']);
  });

  it("observes how long calls took, and a stream's time to the first token", async () => {
    await using pair = await startPair();
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    await pair.router.chat.completions.create(call);
    for await (const _ of await pair.router.chat.completions.create(streamingCall)) continue;
    expect(await linesOf(registry, "request_duration_seconds_count")).toEqual([
      'request_duration_seconds_count{tier="main",target="a"} 2',
    ]);
    expect(await linesOf(registry, "time_to_first_token_seconds_count")).toEqual([
      'time_to_first_token_seconds_count{tier="main",target="a"} 1',
    ]);
  });

  it("shows breakers as they are when it is asked", async () => {
    const breaker = { failureThreshold: 1, errorRate: 0, cooldownMs: 60_000 };
    await using pair = await startPair({ a: [500], router: { retry: false, breaker } });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    expect(await linesOf(registry, "target_up")).toEqual(['target_up{target="a"} 1', 'target_up{target="b"} 1']);
    await pair.router.chat.completions.create(call);
    expect(await linesOf(registry, "target_up")).toEqual(['target_up{target="a"} 0', 'target_up{target="b"} 1']);
    expect(await linesOf(registry, "breaker_state")).toContain('breaker_state{target="a",state="open"} 1');
    expect(await linesOf(registry, "breaker_state")).toContain('breaker_state{target="a",state="closed"} 0');
  });

  it("shows what is spent of a budget", async () => {
    const usage = { prompt_tokens: 500_000, completion_tokens: 0, total_tokens: 500_000 };
    await using pair = await startPair({
      a: { models: { a: { usage } } },
      targets: { a: { price: 1 }, b: { price: 1 } },
      router: { budgets: { all: { limitUsd: 10, per: "day" } } },
    });
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    await pair.router.chat.completions.create(call);
    expect(await linesOf(registry, "budget_spent_usd")).toEqual(['budget_spent_usd{budget="all",value=""} 0.5']);
    expect(await linesOf(registry, "budget_limit_usd")).toEqual(['budget_limit_usd{budget="all",value=""} 10']);
  });

  it("counts names beyond the limit under one name, so that callers can not make series without end", async () => {
    await using pair = await startPair();
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry, maxNames: 2 }));
    for (const model of ["one", "two", "three", "four"]) {
      await pair.router.chat.completions.create({ model, messages });
    }
    expect(await linesOf(registry, "requests_total")).toEqual([
      'requests_total{tier="direct",target="one",outcome="answered",fell_back="false"} 1',
      'requests_total{tier="direct",target="two",outcome="answered",fell_back="false"} 1',
      'requests_total{tier="direct",target="other",outcome="answered",fell_back="false"} 2',
    ]);
  });

  it("keeps the routers of a registry apart by their label", async () => {
    await using one = await startPair();
    await using other = await startPair();
    const registry = new Registry();
    one.router.attach(prometheusExporter({ registry, router: "one" }));
    other.router.attach(prometheusExporter({ registry, router: "other" }));
    await other.router.chat.completions.create(call);
    const lines = await scrape(registry);
    expect(lines.filter((line) => line.startsWith("modelrouter_requests_total"))).toEqual([
      'modelrouter_requests_total{router="other",tier="main",target="a",outcome="answered",fell_back="false"} 1',
    ]);
    expect(lines).toContain('modelrouter_target_up{router="one",target="a"} 1');
    expect(lines).toContain('modelrouter_target_up{router="other",target="a"} 1');
  });

  it("shows a closed router no more", async () => {
    await using pair = await startPair();
    const registry = new Registry();
    pair.router.attach(prometheusExporter({ registry }));
    await pair.router.close();
    expect(await linesOf(registry, "target_up")).toEqual([]);
  });
});
