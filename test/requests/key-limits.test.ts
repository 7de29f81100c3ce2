import { describe, expect, it } from "vitest";
import { memoryStore, type ApiKey, type KeyOptions, type LimitOptions, type Store } from "../../src/index.ts";
import type { Provider } from "../../src/testing/index.ts";
import { call, clientOf, errorOf, hear, next, startSingle, type PairOptions, type Single } from "./setup.ts";

const [one, two, three] = ["sk-key-one", "sk-key-two", "sk-key-three"] as const;

/** A target whose client has two keys, with limits for each. */
function startLimited(
  keyLimits: LimitOptions | undefined,
  {
    keys = [one, two],
    a,
    router,
  }: { keys?: readonly (ApiKey | KeyOptions)[] } & Pick<PairOptions, "a" | "router"> = {},
): Promise<Single> {
  return startSingle({
    ...(a === undefined ? {} : { a }),
    router: { keys: { default: keys }, ...(keyLimits && { keyLimits: { default: keyLimits } }), ...router },
  });
}

function create({ router }: Single, times: number): Promise<unknown[]> {
  return Promise.all(Array.from({ length: times }, () => router.chat.completions.create(call)));
}

function hitsByKey({ requests }: Provider): Record<string, number> {
  const byKey = Object.groupBy(requests, ({ key }) => key);
  return Object.fromEntries(Object.entries(byKey).map(([key, seen = []]) => [key, seen.length]));
}

/** A store that answers later, as one on a server does. */
function distantStore(): Store {
  const store = memoryStore();
  return { ...store, name: "distant", take: async (request) => store.take(request) };
}

describe("limits of each key", () => {
  it("hold for each key by itself, so that two keys do what two accounts may", async () => {
    await using single = await startLimited({ requestsPerMinute: 3 }, { router: { waiting: false } });
    await create(single, 6);
    expect(hitsByKey(single.a)).toEqual({ [one]: 3, [two]: 3 });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect([error.code, single.a.hits()]).toEqual(["all_targets_out", 6]);
    expect(error.message).toMatch(/the limit of its key "[12]" of 3 requests a minute is reached, due again in 6\d s/);
  });

  it("hold with a store that answers later", async () => {
    await using single = await startLimited({ requestsPerMinute: 3 }, { router: { store: distantStore() } });
    await create(single, 6);
    expect(hitsByKey(single.a)).toEqual({ [one]: 3, [two]: 3 });
  });

  it("share calls that come at once out over the keys, in turn", async () => {
    await using single = await startLimited({ requestsPerMinute: 50 }, { keys: [one, two, three] });
    await create(single, 9);
    expect(hitsByKey(single.a)).toEqual({ [one]: 3, [two]: 3, [three]: 3 });
  });

  it("may be other ones for a key, which leave the rest of the client's as they are", async () => {
    const keys = [{ apiKey: one, limits: { requestsPerMinute: 1 } }, { apiKey: two }];
    await using single = await startLimited(
      { requestsPerMinute: 4, concurrency: 9 },
      { keys, router: { waiting: false } },
    );
    await create(single, 5);
    expect(hitsByKey(single.a)).toEqual({ [one]: 1, [two]: 4 });
  });

  it("pass a full key by for one that has none", async () => {
    await using single = await startLimited(undefined, {
      keys: [{ apiKey: one, limits: { requestsPerMinute: 1 } }, two],
    });
    await create(single, 6);
    expect(hitsByKey(single.a)).toEqual({ [one]: 1, [two]: 5 });
  });

  it("are waited for only when no key has room, until any of them has", async () => {
    await using single = await startLimited({ concurrency: 1 }, { a: { latencyMs: 30 } });
    const waits: readonly string[][] = [];
    single.router.on("wait:start", ({ limits }) => (waits as string[][]).push([...limits]));
    await create(single, 4);
    expect(hitsByKey(single.a)).toEqual({ [one]: 2, [two]: 2 });
    expect(waits).toEqual([
      ["limit:key:default:1:calls", "limit:key:default:2:calls"],
      ["limit:key:default:2:calls", "limit:key:default:1:calls"],
    ]);
  });

  it("hold a key until its stream has ended", async () => {
    await using single = await startLimited({ concurrency: 1 });
    const open = await single.router.chat.completions.create({ ...call, stream: true });
    await create(single, 2);
    await hear(single.router);
    expect(hitsByKey(single.a)).toEqual({ [one]: 1, [two]: 3 });
    for await (const _ of open) continue;
    expect(single.router.stats().keys["default"]?.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  it("let a call go on at the next key that has room when a key is refused", async () => {
    await using single = await startLimited({ requestsPerMinute: 2 }, { keys: [one, two], router: { waiting: false } });
    single.a.fail(undefined, ({ key }) => (key === one ? { status: 401 } : {}));
    await create(single, 1);
    await create(single, 1);
    expect(hitsByKey(single.a)).toEqual({ [one]: 1, [two]: 2 });
    expect((await errorOf(single.router.chat.completions.create(call))).code).toBe("all_targets_out");
  });

  it("do not count a call that has a key of its own", async () => {
    await using single = await startLimited({ requestsPerMinute: 1 }, { router: { waiting: false } });
    const headers = { authorization: "Bearer sk-own" };
    for (let time = 0; time < 3; time += 1) await single.router.chat.completions.create(call, { headers });
    await create(single, 2);
    expect(hitsByKey(single.a)).toEqual({ "sk-own": 3, [one]: 1, [two]: 1 });
  });

  it("hold for the one key of a client that names no others", async () => {
    await using single = await startSingle({
      router: { keyLimits: { default: { requestsPerMinute: 1 } }, waiting: false },
    });
    await create(single, 1);
    expect((await errorOf(single.router.chat.completions.create(call))).message).toContain('its key "1"');
    expect(single.router.health().keys["default"]?.[0]).toMatchObject({ key: "1", healthy: true });
  });

  it("stay with a key that update() keeps, and change at once", async () => {
    await using single = await startLimited({ requestsPerMinute: 1 }, { router: { waiting: false } });
    await create(single, 2);
    single.router.update({ keyLimits: { default: { requestsPerMinute: 2 } } });
    await create(single, 2);
    expect(hitsByKey(single.a)).toEqual({ [one]: 2, [two]: 2 });
    expect((await errorOf(single.router.chat.completions.create(call))).code).toBe("all_targets_out");
  });

  it("are waited for by their turn: an abort makes room for the next", async () => {
    await using single = await startLimited({ concurrency: 1 }, { keys: [one, two], a: { latencyMs: 40 } });
    const controller = new AbortController();
    const busy = create(single, 2);
    const waited = next(single.router, "wait:start");
    const aborted = errorOf(single.router.chat.completions.create(call, { signal: controller.signal }));
    await waited;
    controller.abort();
    expect((await aborted).constructor.name).toBe("APIUserAbortError");
    await Promise.all([busy, create(single, 1)]);
    expect([single.a.hits(), single.router.stats().waits.waiting]).toEqual([3, 0]);
  });
});

describe("explain()", () => {
  it("tells what is left of each key's limits", async () => {
    await using single = await startLimited({ requestsPerMinute: 2 }, { keys: [{ apiKey: one, label: "free" }, two] });
    await create(single, 1);
    const { limits, summary } = await single.router.explain(call);
    expect(limits?.map(({ owner, key, left }) => [owner, key, left])).toEqual([
      ["key", "free", 1],
      ["key", "2", 2],
    ]);
    expect(summary).toContain('Limit: key "free" of the client of a has 1 left of 2 requests a minute');
  });
});

describe("stats().keys", () => {
  it("counts the calls, failures and rests of each key", async () => {
    await using single = await startLimited(undefined, { keys: [one, { apiKey: two, label: "spare" }] });
    single.a.fail(undefined, ({ key }) => (key === one ? { status: 402 } : {}));
    for (let time = 0; time < 3; time += 1) await create(single, 1);
    expect(single.router.stats().keys["default"]).toMatchObject([
      { key: "1", attempts: 1, failures: { quota_exhausted: 1 }, rests: 1, inFlight: 0 },
      { key: "spare", attempts: 3, failures: {}, rests: 0, inFlight: 0 },
    ]);
  });

  it("is empty where no client has several keys", async () => {
    await using single = await startSingle({
      router: { clients: { other: clientOf({ url: "http://127.0.0.1:9/v1" }) } },
    });
    expect(single.router.stats().keys).toEqual({});
  });
});
