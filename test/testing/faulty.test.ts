import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faults, faulty, startProvider, type FaultPlan, type Provider, type Step } from "../../src/testing/index.ts";
import { clientClasses, messages } from "./clients.ts";
import { contentsIn } from "./on-the-wire.ts";

const reply = "one two three four";
const body = { model: "m", messages };

function post(
  fetch: typeof globalThis.fetch,
  { url }: { readonly url: string },
  init: RequestInit & { json?: object } = {},
) {
  const { json = body, ...rest } = init;
  return fetch(`${url}/chat/completions`, { method: "POST", body: JSON.stringify(json), ...rest });
}

const streaming = { json: { ...body, stream: true } };

/** What comes of a stream: its text, and what ended it. */
async function streamed(provider: Provider, fault: Step): Promise<{ text: string; error: unknown }> {
  const response = await post(faulty(fetch, [fault]), provider, streaming);
  let text = "";
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  } catch (error) {
    return { text, error };
  }
  return { text, error: undefined };
}

function startReplying(): Promise<Provider> {
  return startProvider({ models: { m: { reply } } });
}

describe.each(clientClasses)("with $version", ({ Client }) => {
  it("makes a call fail as the provider's answer would", async () => {
    await using provider = await startProvider();
    const staging = faulty(fetch, ["rateLimited", 200]);
    const client = new Client({ baseURL: provider.url, apiKey: "k", fetch: staging, maxRetries: 0 });
    await expect(client.chat.completions.create(body)).rejects.toBeInstanceOf(Client.RateLimitError);
    const completion = await client.chat.completions.create(body);
    expect([completion.choices[0]?.message.content, provider.hits()]).toEqual([expect.stringContaining("m"), 1]);
  });

  it("makes a connection fail as the client knows it", async () => {
    const client = new Client({
      baseURL: "http://127.0.0.1:1/v1",
      apiKey: "k",
      fetch: faulty(fetch, ["reset"]),
      maxRetries: 0,
    });
    await expect(client.chat.completions.create(body)).rejects.toBeInstanceOf(Client.APIConnectionError);
  });

  it("ends a call that hangs when its caller aborts", async () => {
    const client = new Client({ baseURL: "http://127.0.0.1:1/v1", apiKey: "k", fetch: faulty(fetch, ["hang"]) });
    const controller = new AbortController();
    const calling = client.chat.completions.create(body, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(calling).rejects.toBeInstanceOf(Client.APIUserAbortError);
  });
});

describe("a fault that takes the place of an answer", () => {
  it.each([
    ["refused", "ECONNREFUSED"],
    ["dnsFailed", "ENOTFOUND"],
    ["tlsFailed", "CERT_HAS_EXPIRED"],
    ["reset", "ECONNRESET"],
    ["close", "UND_ERR_SOCKET"],
  ] as const)("rejects as fetch does: %s with the code %s", async (name, code) => {
    await using provider = await startProvider();
    const error = await post(faulty(fetch, [name]), provider).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: "fetch failed", cause: { code } });
  });

  it("sends nothing", async () => {
    await using provider = await startProvider();
    const staging = faulty(fetch, [
      "reset",
      "rateLimited",
      "html",
      "emptyStream",
      "resetAfterHeaders",
      { reply: "no" },
    ]);
    for (let time = 0; time < 6; time += 1) await post(staging, provider, streaming).catch(() => undefined);
    expect([provider.hits(), staging.log.map(({ sent }) => sent)]).toEqual([
      0,
      [false, false, false, false, false, false],
    ]);
  });

  it("breaks the body where the headers have come", async () => {
    const response = await post(faulty(fetch, ["resetAfterHeaders"]), { url: "http://nowhere.invalid" });
    await expect(response.text()).rejects.toMatchObject({ message: "terminated", cause: { code: "ECONNRESET" } });
  });

  it("rejects at once, with the reason, when the signal is aborted already", async () => {
    const reason = new Error("enough");
    const posting = post(
      faulty(fetch, ["unavailable"]),
      { url: "http://nowhere.invalid" },
      { signal: AbortSignal.abort(reason) },
    );
    await expect(posting).rejects.toBe(reason);
  });

  it("fails the reading of a body that hangs when the signal is aborted", async () => {
    const controller = new AbortController();
    const init = { signal: controller.signal };
    const response = await post(faulty(fetch, ["hangAfterHeaders"]), { url: "http://nowhere.invalid" }, init);
    const reading = response.text();
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("a fault in the middle of an answer", () => {
  it("cuts the real stream after its first words", async () => {
    await using provider = await startReplying();
    const { text, error } = await streamed(provider, "cutStream");
    expect(contentsIn(text)).toEqual(["one", " two"]);
    expect(error).toMatchObject({ message: "terminated", cause: { code: "ECONNRESET" } });
    expect(provider.hits()).toBe(1);
  });

  it("lets go of the provider when the stream is cut", async () => {
    await using provider = await startProvider(faults.trickle({ everyMs: 5 }), 200);
    await streamed(provider, "cutStream");
    await provider.idle();
    expect(provider.requests[0]?.aborted).toBe(true);
  });

  it("stalls the real stream until the reader goes", async () => {
    await using provider = await startReplying();
    const controller = new AbortController();
    const response = await post(faulty(fetch, ["stallStream"]), provider, { ...streaming, signal: controller.signal });
    let text = "";
    const reading = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        if (contentsIn(text).length === 2) controller.abort(new Error("enough"));
      }
    })();
    await expect(reading).rejects.toThrow("enough");
    expect(contentsIn(text)).toEqual(["one", " two"]);
  });

  it.each([
    ["garbageEvent", ["one", " two", " three", " four"], "data: {oops"],
    ["errorEvent", ["one", " two"], '"type":"server_error"'],
    ["missingDone", ["one", " two", " three", " four"], '"finish_reason":"stop"'],
  ] as const)("changes the real stream as %s says", async (name, contents, holds) => {
    await using provider = await startReplying();
    const { text, error } = await streamed(provider, name);
    expect([contentsIn(text), error]).toEqual([contents, undefined]);
    expect(text).toContain(holds);
  });

  it.each(["missingDone", "errorEvent", "endStream", "missingFinish"] as const)(
    "leaves out what %s leaves out",
    async (name) => {
      await using provider = await startReplying();
      const { text } = await streamed(provider, name);
      expect(text.includes("[DONE]") && text.includes('"finish_reason":"stop"')).toBe(false);
    },
  );

  it.each(["crlf", "splitWrites", "oneWrite"] as const)("gives the client the whole text with %s", async (name) => {
    await using provider = await startProvider({ models: { m: { reply: "schön 🙂 日本" } } });
    const { text } = await streamed(provider, name);
    expect(contentsIn(text).join("")).toBe("schön 🙂 日本");
  });

  it("cuts a real answer in one piece at its half", async () => {
    await using provider = await startReplying();
    const response = await post(faulty(fetch, ["cutBody"]), provider);
    await expect(response.text()).rejects.toThrow("terminated");
    expect(provider.hits()).toBe(1);
  });

  it("passes on what the provider answers when it fails by itself", async () => {
    await using provider = await startProvider(503);
    const response = await post(faulty(fetch, ["cutStream"]), provider, streaming);
    expect([response.status, await response.json()]).toMatchObject([503, { error: { code: "service_unavailable" } }]);
  });

  it("tells of an error as the Responses API does", async () => {
    await using provider = await startProvider();
    const response = await faulty(fetch, ["errorEvent"])(`${provider.url}/responses`, {
      method: "POST",
      body: JSON.stringify({ model: "m", input: "hi", stream: true }),
    });
    expect(await response.text()).toContain("event: error\n");
  });
});

describe("a rule", () => {
  const requests = ["a", "b"].flatMap((model) => [false, true].map((stream) => ({ model, stream })));
  const met = async (when: NonNullable<FaultPlan["rules"][number]["when"]>, rounds = 1): Promise<number[]> => {
    const staging = faulty(async () => new Response("real"), { rules: [{ when, fault: 503 }] });
    for (let round = 0; round < rounds; round += 1)
      for (const request of requests) await post(staging, { url: "https://api.example:8443/v1" }, { json: request });
    return staging.log.map(({ number }) => number);
  };

  it.each([
    [{}, [1, 2, 3, 4]],
    [{ model: "b" }, [3, 4]],
    [{ model: "*" }, [1, 2, 3, 4]],
    [{ stream: true }, [2, 4]],
    [{ host: "api.example:8443" }, [1, 2, 3, 4]],
    [{ host: "*.example" }, []],
    [{ path: "/completions" }, [1, 2, 3, 4]],
    [{ path: "/v1/*" }, [1, 2, 3, 4]],
    [{ path: "/embeddings" }, []],
    [{ after: 3 }, [4]],
    [{ times: 2 }, [1, 2]],
    [{ stream: false, after: 1, times: 1 }, [3]],
    [{ share: 0 }, []],
  ])("for %j meets the requests %j", async (when, numbers) => {
    expect(await met(when)).toEqual(numbers);
  });

  it("is for streams when its fault shows in streams only", async () => {
    const staging = faulty(async () => new Response("real"), { rules: [{ fault: "cutStream" }] });
    for (const json of requests) await post(staging, { url: "https://api.example/v1" }, { json });
    expect(staging.log.map(({ number }) => number)).toEqual([2, 4]);
  });

  it("takes its share", async () => {
    const numbers = await met({ share: 0.25 }, 250);
    expect(numbers.length).toBeGreaterThan(200);
    expect(numbers.length).toBeLessThan(300);
  });

  it("comes before those behind it", async () => {
    const rules = [{ when: { model: "a" }, fault: 500 }, { fault: 503 }] as const;
    const staging = faulty(fetch, { rules });
    for (const json of requests) await post(staging, { url: "https://api.example/v1" }, { json });
    expect(staging.log.map(({ fault, rule }) => [fault, rule])).toEqual([
      ["500", 0],
      ["500", 0],
      ["503", 1],
      ["503", 1],
    ]);
  });
});

describe("a plan", () => {
  it("makes the same faults again with the same seed, whatever rules stand behind", async () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0 }), shares, async (seed, given) => {
        const run = async (used: readonly number[]) => {
          const rules = used.map((share) => ({ when: { share }, fault: "unavailable" as const }));
          const staging = faulty(async () => new Response("real"), { seed, rules });
          for (let time = 0; time < 20; time += 1) await post(staging, { url: "https://api.example/v1" });
          return staging.log;
        };
        const log = await run(given);
        expect(await run(given)).toEqual(log);
        const longer = await run([...given, 0.5]);
        expect(longer.filter(({ rule }) => rule < given.length)).toEqual(log);
      }),
      { numRuns: 30 },
    );
  });

  it("tells of each fault, and of nothing secret", async () => {
    const told: unknown[] = [];
    const staging = faulty(fetch, { rules: [{ fault: "keyEcho" }], onFault: (injected) => told.push(injected) });
    const headers = { authorization: "Bearer sk-secret" };
    await post(staging, { url: "https://api.example/v1?key=sk-secret&x=" }, { headers });
    expect(told).toEqual([
      { number: 1, fault: "keyEcho", rule: 0, host: "api.example", path: "/v1", model: "m", sent: false },
    ]);
  });

  it("keeps the latest thousand faults", async () => {
    const staging = faulty(fetch, { rules: [{ fault: 503 }] });
    for (let time = 0; time < 1001; time += 1) await post(staging, { url: "https://api.example/v1" });
    expect([staging.log.length, staging.log[0]?.number]).toEqual([1000, 2]);
  });

  it.each<[string, FaultPlan | readonly Step[], string]>([
    [
      "an unknown fault",
      { rules: [{ fault: "rate_limited" as "reset" }] },
      'There is no fault "rate_limited". There are refused,',
    ],
    ["an unknown step", ["__proto__" as "reset"], 'There is no fault "__proto__"'],
    [
      "a share above 1",
      { rules: [{ when: { share: 10 }, fault: 500 }] },
      "rules[0].when.share must be from 0 to 1, not 10.",
    ],
    [
      "a negative number",
      { rules: [{ when: { after: -1 }, fault: 500 }] },
      "rules[0].when.after must be at least 0, not -1.",
    ],
    ["a status that HTTP does not have", [999], "A step's status must be"],
  ])("refuses %s", (_, plan, message) => {
    expect(() => faulty(fetch, plan)).toThrow(message);
  });

  it("reads a Request as it reads a URL", async () => {
    await using provider = await startProvider();
    const staging = faulty(fetch, { rules: [{ when: { model: "x" }, fault: 503 }] });
    const ask = (model: string) =>
      staging(
        new Request(`${provider.url}/chat/completions`, { method: "POST", body: JSON.stringify({ ...body, model }) }),
      );
    expect([(await ask("x")).status, (await ask("m")).status]).toEqual([503, 200]);
  });
});
