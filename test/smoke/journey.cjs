"use strict";

const assert = require("node:assert/strict");

const request = { model: "auto", messages: [{ role: "user", content: "What is 2 + 2?" }] };

/**
 * What users do first, with whichever copy of the package they have. Gives the error of a call that no target could
 * answer. Closes the provider but not the router or the store: what is forgotten must not keep a process alive.
 */
exports.journey = async function journey({ OpenAI, modelrouter, testing, planning, redis, simulation }) {
  plans(planning, modelrouter);
  await playsOn(simulation);
  await outlives(redis, modelrouter);
  const { AllTargetsFailedError, ConfigError, ModelRouter, isRouterError } = modelrouter;
  const provider = await testing.startProvider();
  const client = new OpenAI({ baseURL: provider.url, apiKey: "test-key" });
  const router = new ModelRouter({ client, tiers: { cheap: ["small", "large"], premium: ["large"] } });
  try {
    await answers(router);
    await streams(router);
    provider.fail("small", 500);
    await fallsBack(router);
    provider.fail(undefined, 500);
    const error = await router.chat.completions.create(request).then(undefined, (reason) => reason);
    assert(error instanceof AllTargetsFailedError, `got ${error}`);
    assert(error instanceof OpenAI.APIError, "the error is no APIError of the openai package beside it");
    assert(isRouterError(error) && error.code === "all_targets_failed");
    assert.throws(() => new ModelRouter({ client, tiers: {} }), ConfigError);
    return error;
  } finally {
    await provider.close();
  }
};

async function playsOn({ simulate }) {
  const config = { client: { apiKeyEnv: "NOT_SET" }, tiers: { cheap: ["small", "large"] } };
  const outages = [{ target: "small", from: 0, for: "1h", kind: "down" }];
  const { availability, byTarget } = await simulate(config, { hours: 0.1, callsPerSecond: 0.2 }, outages);
  assert.equal(availability, 1);
  assert.equal(byTarget.large.share, 1);
}

const down = () => Promise.reject(new Error("connect ECONNREFUSED"));

async function outlives({ redisStore }, { resilientStore }) {
  let error;
  const options = { share: 0.5, onDown: (told) => (error = told.error) };
  const store = resilientStore(redisStore({ evalSha: down, eval: down }), options);
  const slots = { kind: "slots", key: "calls", limit: 4, amount: 1 };
  const { granted, left } = await store.take({ hold: "call-1", accounts: [slots] });
  assert.deepEqual({ granted, left }, { granted: true, left: [1] });
  assert.equal(error.message, "connect ECONNREFUSED");
}

function plans({ adviseBudget, makePlan, referencePlan }, { isRouterError }) {
  const { mix, alternatives } = makePlan(referencePlan).forecast;
  const [cheap] = alternatives;
  assert.deepEqual([mix.monthlyUsd[3], cheap.monthlyUsd[3], cheap.saving], [1835, 1250, 0.975]);
  assert.throws(() => adviseBudget({ monthlyUsd: -1 }), isRouterError);
}

async function answers(router) {
  const completion = await router.chat.completions.create(request);
  assert(completion.choices[0].message.content.length > 0, "the answer is empty");
  const { outcome, tier, target, fellBack } = router.recordOf(completion);
  assert.deepEqual(
    { outcome, tier, target, fellBack },
    { outcome: "answered", tier: "cheap", target: "small", fellBack: false },
  );
}

async function streams(router) {
  const stream = await router.chat.completions.create({ ...request, stream: true });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  assert(text.length > 0, "the stream has no content");
  const { outcome, stream: streamed } = router.recordOf(stream);
  assert.deepEqual({ outcome, streamed }, { outcome: "answered", streamed: true });
}

async function fallsBack(router) {
  const completion = await router.chat.completions.create(request);
  const { target, fellBack } = router.recordOf(completion);
  assert.deepEqual({ target, fellBack }, { target: "large", fellBack: true });
}
