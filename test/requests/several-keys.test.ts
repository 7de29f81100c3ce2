import OpenAI, { AuthenticationError, AzureOpenAI } from "openai";
import { describe, expect, it, vi } from "vitest";
import { ModelRouter, type ApiKey, type KeyOptions, type RouterOptions } from "../../src/index.ts";
import { faults, startProvider, type Provider } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, Events, hear, startPair, streamingCall, textOf, type Pair } from "./setup.ts";

const [one, two, three] = ["sk-key-one", "sk-key-two", "sk-key-three"] as const;

/** A pair whose target `a` is called with these keys. */
function startKeyed(
  keys: readonly (ApiKey | KeyOptions)[] = [one, two, three],
  router: Partial<RouterOptions> = {},
): Promise<Pair> {
  return startPair({ router: { keys: { default: keys }, ...router } });
}

async function locked(): Promise<string> {
  throw new Error("the vault is locked");
}

/** A function that gives another key each time. */
function counting(): () => Promise<string> {
  let count = 0;
  return async () => {
    count += 1;
    return `${two}-${count}`;
  };
}

/** Answers some keys with a fault, and the others as always. */
function refuse(provider: Provider, faultsByKey: Readonly<Record<string, object>>): void {
  provider.fail(undefined, ({ key }) => faultsByKey[key] ?? {});
}

function keysSeen({ requests }: Provider): string[] {
  return requests.map(({ key }) => key);
}

async function times(count: number, act: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await act();
}

describe("several keys of one client", () => {
  it("take turns", async () => {
    await using pair = await startKeyed();
    await times(6, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.a)).toEqual([one, two, three, one, two, three]);
  });

  it("are each as busy as the others", async () => {
    await using pair = await startKeyed();
    pair.a.setModel("a", { latencyMs: 50 });
    await Promise.all(Array.from({ length: 9 }, () => pair.router.chat.completions.create(call)));
    expect(Object.values(Object.groupBy(keysSeen(pair.a), (key) => key)).map((seen) => seen?.length)).toEqual([
      3, 3, 3,
    ]);
  });

  it("are busy until their streams have ended", async () => {
    await using pair = await startKeyed([one, two]);
    const open = await pair.router.chat.completions.create(streamingCall);
    await times(3, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.a).slice(1)).toEqual([two, two, two]);
    for await (const _ of open) continue;
    expect(pair.router.health().keys["default"]?.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  it("stand in the place of the client's own key, which is not used", async () => {
    await using pair = await startKeyed([one]);
    await times(2, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.a)).toEqual([one, one]);
  });

  it("may have the client's own key among them", async () => {
    await using pair = await startKeyed(["sk-key-of-a", two]);
    await times(3, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.a)).toEqual(["sk-key-of-a", two, "sk-key-of-a"]);
  });

  it("serve a fallback's client too", async () => {
    await using pair = await startPair({ a: [500, 500, 500, 500], router: { keys: { other: [one, two] } } });
    await times(2, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.b)).toEqual([one, two]);
  });

  it("are named in the record, by their places", async () => {
    await using pair = await startKeyed();
    const completions = [
      await pair.router.chat.completions.create(call),
      await pair.router.chat.completions.create(call),
    ];
    expect(completions.map((given) => pair.router.recordOf(given).attempts[0]?.key)).toEqual(["1", "2"]);
  });

  it("are named in the record of a stream, by their labels", async () => {
    await using pair = await startKeyed([{ apiKey: one, label: "team search" }]);
    const { stream } = await hear(pair.router);
    expect(pair.router.recordOf(stream!).attempts[0]?.key).toBe("team search");
  });

  it("bring their organisation and project", async () => {
    await using a = await startProvider();
    const client = new OpenAI({ baseURL: a.url, apiKey: one, organization: "org-one", project: "proj-one" });
    const keys = { default: [one, { apiKey: two, organization: "org-two", project: null }] };
    await using router = new ModelRouter({ client, keys, tiers: { main: ["a"] } });
    await times(2, () => router.chat.completions.create(call));
    const sent = a.requests.map(({ headers }) => [headers["openai-organization"], headers["openai-project"]]);
    expect(sent).toEqual([
      ["org-one", "proj-one"],
      ["org-two", undefined],
    ]);
  });

  it("work with Azure", async () => {
    await using azure = await startProvider();
    const client = new AzureOpenAI({ endpoint: azure.origin, apiKey: one, apiVersion: "2025-01-01" });
    await using router = new ModelRouter({ client, keys: { default: [one, two] }, tiers: { main: ["gpt-4o"] } });
    await times(2, () => router.chat.completions.create(call));
    expect(azure.requests.map(({ headers, path }) => [headers["api-key"], path])).toEqual(
      [one, two].map((key) => [key, "/openai/deployments/gpt-4o/chat/completions"]),
    );
  });

  it("stand aside for a key that the call brings", async () => {
    await using pair = await startKeyed();
    const options = { headers: { authorization: "Bearer sk-of-this-call" } };
    await times(3, () => pair.router.chat.completions.create(call, options));
    await times(3, () => pair.router.openai.withOptions({ apiKey: "sk-of-the-clone" }).chat.completions.create(call));
    expect(new Set(keysSeen(pair.a))).toEqual(new Set(["sk-of-this-call", "sk-of-the-clone"]));
  });
});

const refusals: readonly (readonly [string, object, string])[] = [
  ["401", faults.unauthorized, "credentials_refused"],
  ["403", faults.forbidden, "credentials_refused"],
  ["402", faults.paymentRequired, "quota_exhausted"],
  ["429 insufficient_quota", faults.insufficientQuota, "quota_exhausted"],
];

describe.each(refusals)("one of several keys that is refused with %s", (_, fault, reason) => {
  it("gives way to the next key of the same target", async () => {
    await using pair = await startKeyed();
    refuse(pair.a, { [one]: fault });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a");
    expect([keysSeen(pair.a), pair.b.hits()]).toEqual([[one, two], 0]);
  });

  it("gives way in a stream too", async () => {
    await using pair = await startKeyed();
    refuse(pair.a, { [one]: fault });
    const { text } = await hear(pair.router);
    expect(text).toContain("This is a");
  });

  it("shows as an attempt of its own, and is no fallback", async () => {
    await using pair = await startKeyed();
    refuse(pair.a, { [one]: fault });
    const record = pair.router.recordOf(await pair.router.chat.completions.create(call));
    expect(record.fellBack).toBe(false);
    expect(record.attempts.map(({ target, key, failure }) => [target, key, failure])).toEqual([
      ["a", "1", reason],
      ["a", "2", undefined],
    ]);
  });

  it("rests alone, and is told of", async () => {
    await using pair = await startKeyed();
    refuse(pair.a, { [one]: fault });
    await times(4, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.a)).toEqual([one, two, three, two, three]);
    expect(pair.events.of("key:rest")).toMatchObject([{ client: "default", key: "1", target: undefined, reason }]);
    expect(pair.events.of("target:rest")).toEqual([]);
    expect(pair.router.health().targets["a"]?.healthy).toBe(true);
    expect(pair.router.health().keys["default"]?.map(({ key, out }) => [key, out])).toEqual([
      ["1", reason],
      ["2", undefined],
      ["3", undefined],
    ]);
  });

  it("takes its client out only together with all others", async () => {
    await using pair = await startKeyed([one, two], { tiers: { main: ["a", "a-too", "b"] } });
    refuse(pair.a, { [one]: fault, [two]: fault });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
    expect([keysSeen(pair.a), pair.a.hits("a-too")]).toEqual([[one, two], 0]);
    expect(pair.events.names.filter((name) => name.endsWith(":rest"))).toEqual(["key:rest", "key:rest", "target:rest"]);
    expect(pair.events.of("target:rest")).toMatchObject([{ target: undefined, client: "default", reason }]);
  });

  it("is back when its rest is over", async () => {
    await using pair = await startKeyed([one, two]);
    refuse(pair.a, { [one]: { ...fault, headers: { "retry-after-ms": "30" } } });
    await pair.router.chat.completions.create(call);
    pair.a.heal();
    await vi.waitFor(() => expect(pair.router.health().keys["default"]?.[0]?.healthy).toBe(true));
    await times(2, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.a)).toContain(one);
    expect(keysSeen(pair.a).slice(2)).toHaveLength(2);
  });
});

describe("a rate that is limited", () => {
  const limited = faults.rateLimited({ retryAfterS: 30 });

  it("moves on to the next key of the same target", async () => {
    await using pair = await startKeyed();
    refuse(pair.a, { [one]: limited });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a");
    expect(pair.events.of("key:rest")).toMatchObject([{ key: "1", target: "a", reason: "rate_limited" }]);
  });

  it("moves on when it does not say until when, too", async () => {
    await using pair = await startKeyed();
    refuse(pair.a, { [one]: faults.rateLimited() });
    await pair.router.chat.completions.create(call);
    expect([keysSeen(pair.a), pair.events.of("key:rest")]).toEqual([[one, two], []]);
  });

  it("rests the key at that target only", async () => {
    await using pair = await startKeyed([one, two], { tiers: { main: ["a", "b"], also: ["a-too"] } });
    refuse(pair.a, { [one]: limited });
    await pair.router.chat.completions.create(call);
    pair.a.heal();
    await times(2, () => pair.router.chat.completions.create({ ...call, model: "also" }));
    expect(pair.a.requests.filter(({ model }) => model === "a-too").map(({ key }) => key)).toEqual([one, two]);
  });

  it("takes the target out when it holds for every key", async () => {
    await using pair = await startKeyed([one, two]);
    refuse(pair.a, { [one]: limited, [two]: limited });
    await times(2, () => pair.router.chat.completions.create(call));
    expect([keysSeen(pair.a), pair.b.hits()]).toEqual([[one, two], 2]);
    expect(pair.router.health().targets["a"]?.out).toBe("rate_limited");
    expect(pair.events.of("target:rest")).toMatchObject([{ target: "a", reason: "rate_limited" }]);
  });

  it("is waited for when nothing else can serve, at the key that is due first", async () => {
    await using pair = await startKeyed([one, two], { tiers: { main: ["a"] } });
    const again: Readonly<Record<string, object>> = { [one]: faults.rateLimited({ retryAfterMs: 20 }), [two]: limited };
    pair.a.fail(undefined, ({ key, number }) => (number > 2 ? {} : (again[key] ?? {})));
    await pair.router.chat.completions.create(call);
    expect(keysSeen(pair.a)).toEqual([one, two, one]);
  });
});

describe("keys that are all at rest", () => {
  it("give the provider's own error", async () => {
    await using pair = await startKeyed([one, two], { tiers: { main: ["a"] } });
    refuse(pair.a, { [one]: faults.unauthorized, [two]: faults.unauthorized });
    expect(await errorOf(pair.router.chat.completions.create(call))).toBeInstanceOf(AuthenticationError);
  });

  it("are tried when nothing else is left, and are back when they are accepted", async () => {
    await using pair = await startKeyed([one, two], { tiers: { main: ["a"] } });
    refuse(pair.a, { [one]: faults.paymentRequired, [two]: faults.paymentRequired });
    await errorOf(pair.router.chat.completions.create(call));
    pair.a.heal();
    await pair.router.chat.completions.create(call);
    expect(pair.router.health().targets["a"]?.healthy).toBe(true);
  });
});

describe("what no key is to blame for", () => {
  it.each([
    ["500", 500, 2],
    ["a model that is not there", faults.modelNotFound, 1],
    ["400", 400, 1],
  ])("rests no key: %s", async (_, fault, tries) => {
    await using pair = await startKeyed();
    pair.a.fail(undefined, fault);
    await pair.router.chat.completions.create(call).catch(() => undefined);
    expect([pair.a.hits(), pair.events.of("key:rest")]).toEqual([tries, []]);
  });

  it("is tried again with the next key when it is worth a retry", async () => {
    await using pair = await startKeyed();
    pair.a.enqueue(500);
    await pair.router.chat.completions.create(call);
    expect(keysSeen(pair.a)).toEqual([one, two]);
  });

  it("leaves the other keys alone when the router stands aside", async () => {
    await using pair = await startKeyed([one, two], { tiers: { main: ["a"] }, retry: false });
    refuse(pair.a, { [one]: faults.paymentRequired });
    const completion = await pair.router.chat.completions.create(call, { maxRetries: 0 });
    expect([textOf(completion).slice(0, 9), keysSeen(pair.a)]).toEqual(["This is a", [one, two]]);
  });
});

describe("a key that only one call has", () => {
  it.each([[undefined], [{ default: [one, two] }]])("puts no other at rest when it is refused: %j", async (keys) => {
    await using pair = await startPair({ a: [401], router: { keys } });
    await pair.router.chat.completions.create(call, { headers: { authorization: "Bearer sk-of-this-call" } });
    expect(pair.router.health().targets["a"]?.healthy).toBe(true);
    expect(pair.events.of("key:rest")).toEqual([]);
  });
});

describe("functions that give keys", () => {
  it("are asked at each request, among strings", async () => {
    const give = counting();
    await using pair = await startKeyed([one, give]);
    await times(4, () => pair.router.chat.completions.create(call));
    expect(keysSeen(pair.a)).toEqual([one, `${two}-1`, one, `${two}-2`]);
  });

  it("are asked again only after ttlMs", async () => {
    const give = vi.fn<() => Promise<string>>(async () => two);
    await using pair = await startKeyed([{ apiKey: give, ttlMs: 60_000 }]);
    await times(3, () => pair.router.chat.completions.create(call));
    expect([give.mock.calls.length, keysSeen(pair.a)]).toEqual([1, [two, two, two]]);
  });

  it("are asked again when the key that is kept is refused", async () => {
    const give = counting();
    await using pair = await startKeyed([{ apiKey: give, ttlMs: 60_000 }], { tiers: { main: ["a"] } });
    pair.a.enqueue(401);
    await errorOf(pair.router.chat.completions.create(call));
    await pair.router.chat.completions.create(call);
    expect(keysSeen(pair.a)).toEqual([`${two}-1`, `${two}-2`]);
  });

  it("give way to another key when they fail", async () => {
    await using pair = await startKeyed([locked, two]);
    await times(3, () => pair.router.chat.completions.create(call));
    expect([keysSeen(pair.a), pair.b.hits()]).toEqual([[two, two, two], 0]);
    expect(pair.events.of("key:rest")).toMatchObject([{ key: "1", reason: "credentials_refused" }]);
    expect(pair.events.of("attempt:end")[0]?.attempt.detail).toBe(
      "the function that gives the key failed: the vault is locked",
    );
  });

  it("say so when there is no other key", async () => {
    await using pair = await startKeyed([async () => ""], { tiers: { main: ["a"] } });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error.message).toBe('Target "a" failed: the function that gives the key gave none.');
  });
});

describe("keys that are exchanged in a running router", () => {
  it("hold for the next call, for the wrapped client too", async () => {
    await using pair = await startPair();
    await pair.router.chat.completions.create(call);
    pair.router.update({ keys: { default: [two] } });
    await pair.router.chat.completions.create(call);
    expect(keysSeen(pair.a)).toEqual(["sk-key-of-a", two]);
  });

  it("leave a stream in flight alone", async () => {
    await using pair = await startKeyed([one]);
    const stream = await pair.router.chat.completions.create(streamingCall);
    pair.router.update({ keys: { default: [two] } });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toContain("This is a");
  });

  it("drop no call while it happens again and again", async () => {
    await using pair = await startKeyed([one, two]);
    const calls: Promise<unknown>[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      pair.router.update({ keys: { default: turn % 2 === 0 ? [two, three] : [one, two] } });
      calls.push(pair.router.chat.completions.create(call));
    }
    await Promise.all(calls);
    expect([pair.a.hits(), pair.b.hits()]).toEqual([20, 0]);
    expect(pair.router.health().keys["default"]?.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  it("keep what is known of those that stay", async () => {
    await using pair = await startKeyed([one, two]);
    refuse(pair.a, { [one]: faults.unauthorized });
    await pair.router.chat.completions.create(call);
    pair.router.update({ keys: { default: [three, { apiKey: one, label: "old" }] } });
    expect(pair.router.health().keys["default"]?.map(({ key, out }) => [key, out])).toEqual([
      ["1", undefined],
      ["old", "credentials_refused"],
    ]);
  });

  it("end the rest of a client when new ones come", async () => {
    await using pair = await startKeyed([one]);
    refuse(pair.a, { [one]: faults.unauthorized });
    await pair.router.chat.completions.create(call);
    pair.router.update({ keys: { default: [two] } });
    expect(textOf(await pair.router.chat.completions.create(call))).toContain("This is a");
  });

  it("end a call under the client with which it came in", async () => {
    await using elsewhere = await startProvider();
    await using pair = await startPair({
      a: [{ ...faults.hang, delayMs: 0 }],
      targets: { a: { timeouts: { headersMs: 150 } } },
      router: { keys: { other: [one, two] } },
    });
    const completion = pair.router.chat.completions.create(call);
    await pair.a.received(1);
    pair.router.update({ clients: { other: clientOf(elsewhere, "sk-elsewhere") }, keys: { other: [three] } });
    expect(textOf(await completion)).toContain("This is b");
    expect([keysSeen(pair.b), elsewhere.hits()]).toEqual([[one], 0]);
  });
});

it("tells of the one key of a client, too", async () => {
  await using pair = await startPair({ a: [faults.paymentRequired] });
  await pair.router.chat.completions.create(call);
  expect(pair.events.of("key:rest")).toMatchObject([{ client: "default", key: "1", reason: "quota_exhausted" }]);
  expect(pair.events.names.filter((name) => name.endsWith(":rest"))).toEqual(["key:rest", "target:rest"]);
});

it("takes several keys from several variables, and names them by these", async () => {
  await using a = await startProvider();
  const client = { baseURL: a.url, apiKeyEnv: ["GLOBAL_KEY_1", "GLOBAL_KEY_2"] };
  const env = { GLOBAL_KEY_1: one, GLOBAL_KEY_2: two };
  await using router = ModelRouter.fromConfig({ client, tiers: { main: ["a"] } }, { env });
  const events = new Events(router);
  refuse(a, { [two]: faults.paymentRequired });
  await times(2, () => router.chat.completions.create(call));
  expect([keysSeen(a), events.of("key:rest")[0]?.key]).toEqual([[one, two, one], "GLOBAL_KEY_2"]);
});
