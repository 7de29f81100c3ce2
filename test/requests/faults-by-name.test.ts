import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter, type RouterOptions, type TimeoutOptions } from "../../src/index.ts";
import { faultList, faultNames, faulty, startProvider, type FaultName } from "../../src/testing/index.ts";
import { call, Events, hear, startSingle, type Single } from "./setup.ts";

const beforeContent = { headersMs: 40, firstContentMs: 40 };
const inTheMiddle = { idleMs: 40 };
const clocks: Partial<Record<FaultName, TimeoutOptions>> = {
  hang: beforeContent,
  keepAlivesOnly: beforeContent,
  hangAfterHeaders: { ...inTheMiddle, firstContentMs: 40 },
  hangMidBody: inTheMiddle,
  stallStream: inTheMiddle,
};

/** Clocks only where one is to run out: all else takes as long as the machine takes. */
function optionsFor(name: FaultName): Partial<RouterOptions> {
  return { retry: { maxRetries: 0 }, ...(name in clocks && { timeouts: clocks[name] }) };
}

/** A router whose only target has the fault, by the simulator or by a `fetch` that is faulty. */
async function startWith(name: FaultName, by: "the simulator" | "faulty"): Promise<Single> {
  if (by === "the simulator") {
    const single = await startSingle({ router: optionsFor(name) });
    single.a.fail(undefined, shortened(name));
    return single;
  }
  const a = await startProvider();
  const staging = faulty(fetch, { rules: [{ fault: shortened(name) }] });
  const router = new ModelRouter({
    client: new OpenAI({ baseURL: a.url, apiKey: "sk-test", fetch: staging }),
    targets: { a: {} },
    tiers: { main: ["a"] },
    ...optionsFor(name),
  });
  const close = async (): Promise<void> => {
    await router.close();
    await a.close();
  };
  return { a, router, events: new Events(router), [Symbol.asyncDispose]: close };
}

// One token a second is more patience than a test has.
function shortened(name: FaultName) {
  return name === "trickle" ? { chunkDelayMs: 1 } : name;
}

// Half of an answer in one piece is none; of a stream it is one that has begun.
const breaksHalfWay: ReadonlySet<FaultName> = new Set(["resetMidBody", "hangMidBody", "cutBody"]);

const ways = ["the simulator", "faulty"] as const;

describe.each(ways)("by %s", (by) => {
  it.each(faultNames.filter((name) => !faultList[name].streamsOnly))(
    "a call meets %s as the list says",
    async (name) => {
      await using single = await startWith(name, by);
      await single.router.chat.completions.create(call).catch(() => undefined);
      const failures = single.events.of("attempt:end").map(({ attempt }) => attempt.failure);
      expect(failures).toEqual([faultList[name].failure]);
    },
  );

  it.each(faultNames)("a stream meets %s as the list says", async (name) => {
    await using single = await startWith(name, by);
    await hear(single.router);
    const failures = single.events.of("attempt:end").map(({ attempt }) => attempt.failure);
    expect(failures).toEqual([breaksHalfWay.has(name) ? "stream_interrupted" : faultList[name].failure]);
  });
});
