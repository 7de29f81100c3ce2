import { inspect } from "node:util";
import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { ConfigError, ModelRouter } from "../../src/index.ts";
import { faults, type ReceivedRequest, type Step } from "../../src/testing/index.ts";
import { startRaw } from "./raw-server.ts";
import { call, clientOf, Events, hear, startPair, startSingle, type Pair } from "./setup.ts";

const keyOfA = "sk-key-of-a";
const keyOfB = "sk-key-of-b";

/** Everything that a program could print of a value. */
function printed(value: unknown): string {
  const parts = [inspect(value, { depth: Infinity, showHidden: true }), JSON.stringify(value), String(value)];
  if (value instanceof Error)
    parts.push(value.stack ?? "", JSON.stringify(Object.entries(value)), printed(value.cause));
  return parts.join("\n");
}

/** What can be printed of a call that failed: its error with all that hangs on it, its record, every event. */
function told(pair: Pick<Pair, "router" | "events">, error: unknown): string {
  const parts = [error, pair.router, pair.router.health(), pair.router.stats(), pair.events.told];
  return parts.map(printed).join("\n");
}

/** The lines of a text in which a secret stands, as it is or encoded. */
function linesWith(secret: string, text: string): string[] {
  const forms = [secret, escaped(secret), encodeURIComponent(secret).replaceAll("-", "%2d"), ...base64Of(secret)];
  return text.split("\n").filter((line) => forms.some((form) => line.includes(form)));
}

// Whatever stands before and behind it: the characters that others have a share in are left out.
function base64Of(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const text = btoa(" ".repeat(before) + secret);
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + secret.length) * 8) / 6));
  });
}

async function failure(pair: Pick<Pair, "router">, options: OpenAI.RequestOptions = {}): Promise<Error> {
  try {
    await pair.router.chat.completions.create(call, options);
  } catch (error) {
    return error as Error;
  }
  throw new Error("The call was answered.");
}

function echo(status: number): (request: ReceivedRequest) => { status: number; body: { error: { message: string } } } {
  return ({ key }) => ({ status, body: { error: { message: `No luck with ${key}.` } } });
}

const inHeader: Step = ({ key }) => ({ status: 400, headers: { "x-received": `Bearer ${key}` } });
const inWebPage: Step = ({ key }) => ({ status: 502, body: `<html>${key}</html>` });
const in200: Step = ({ key }) => ({ body: { error: { message: `Bad key ${key}` } } });
const notJson: Step = ({ key }) => ({ body: `upstream: ${key}`, headers: { "content-type": "application/json" } });
const atTheCut: Step = ({ key }) => ({ status: 500, body: { error: { message: `${"x".repeat(195)}${key}` } } });
const inReason: Step = ({ key }) => ({
  status: 500,
  body: { error: { message: "no", code: key, type: key, param: key } },
});

const escaped = (key: string): string =>
  key.replaceAll(/[^a-z]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
const inEscapes: Step = ({ key }) => ({ status: 400, body: `{"error":{"message":"No luck with ${escaped(key)}."}}` });
const inUrl: Step = ({ key }) => ({
  status: 400,
  body: { error: { message: `?key=${encodeURIComponent(key).replaceAll("-", "%2d")}` } },
});
const inBase64: Step = ({ key }) => ({ status: 400, body: { error: { message: btoa(`Bearer ${key}`) } } });
const inBase64Header: Step = ({ key }) => ({ status: 400, headers: { "x-basic": `Basic ${btoa(`user:${key}`)}` } });
const inLocation: Step = ({ key }) => ({
  status: 307,
  headers: { location: `https://elsewhere.example/${key}?key=${key}` },
});
const inRequestId: Step = ({ key }) => ({ status: 500, headers: { "x-request-id": key } });
const asName: Step = ({ key }) => ({ status: 400, body: { error: { message: "no", details: [{ [key]: 1 }] } } });

const echoes: readonly (readonly [string, Step])[] = [
  ["in a 401 and its header", faults.keyEcho],
  ["in a 400", echo(400)],
  ["in a 500", echo(500)],
  ["in a 429", echo(429)],
  ["in a header", inHeader],
  ["in a web page", inWebPage],
  ["in a 200", in200],
  ["in a 200 that is no JSON", notJson],
  ["where long words are cut", atTheCut],
  ["in code, type and param", inReason],
  ["in escapes of JSON", inEscapes],
  ["in escapes of URLs", inUrl],
  ["in base64", inBase64],
  ["in base64, in a header", inBase64Header],
  ["in the address it redirects to", inLocation],
  ["as the id of the request", inRequestId],
  ["as the name of a field", asName],
];

describe.each(echoes)("a provider that repeats the key %s", (_, step) => {
  it("does not get it printed when it is alone", async () => {
    await using single = await startSingle({ a: [step, step] });
    const error = await failure(single);
    expect(linesWith(keyOfA.slice(0, 5), told(single, error))).toEqual([]);
  });

  it("does not get it printed when another target fails after it", async () => {
    await using pair = await startPair({ a: [step, step], b: [503, 503] });
    const error = await failure(pair);
    expect(linesWith(keyOfA.slice(0, 5), told(pair, error))).toEqual([]);
  });

  it("does not get it printed when another target failed before it", async () => {
    await using pair = await startPair({ a: [503, 503], b: [step, step] });
    const error = await failure(pair);
    expect(linesWith(keyOfB.slice(0, 5), told(pair, error))).toEqual([]);
  });

  it("does not get it printed by a call that another target answers", async () => {
    await using pair = await startPair({ a: [step, step] });
    await pair.router.chat.completions.create(call).catch(() => undefined);
    expect(pair.events.of("attempt:end")[0]?.attempt.failure).toEqual(expect.any(String));
    expect(linesWith(keyOfA.slice(0, 5), told(pair, undefined))).toEqual([]);
  });

  it("does not get it told through router.fetch", async () => {
    await using single = await startSingle({ a: [step, step] });
    const response = await single.router.fetch(`${single.a.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(call),
    });
    const headers = JSON.stringify([...response.headers]);
    expect(linesWith(keyOfA.slice(0, 5), `${await response.text()} ${headers}`)).toEqual([]);
  });
});

describe.each(echoes)("a provider that repeats each of several keys %s", (_, step) => {
  it("does not get one of them printed", async () => {
    await using single = await startSingle({
      router: { keys: { default: [keyOfA, "sk-key-of-a-2", async () => "sk-key-of-a-3"] } },
    });
    single.a.fail(undefined, step);
    const errors = [await failure(single), await failure(single), await failure(single)];
    expect(new Set(single.a.requests.map(({ key }) => key)).size).toBe(3);
    expect(linesWith(keyOfA.slice(0, 5), errors.map((error) => told(single, error)).join("\n"))).toEqual([]);
  });
});

const streamEchoes: readonly (readonly [string, Step])[] = [
  ["before its content", faults.errorEvent({ afterChunks: 0, message: `Bad key ${keyOfA}.` })],
  ["after its content", faults.errorEvent({ afterChunks: 2, message: `Bad key ${keyOfA}.` })],
  [
    "after its content, split over writes",
    {
      ...faults.errorEvent({ afterChunks: 2, message: `Bad key ${keyOfA}.` }),
      stream: { writeBytes: 7, insert: { after: 2, error: { message: `Bad key ${keyOfA}.` } } },
    },
  ],
  ["in garbage", { stream: { insert: { after: 2, text: `data: oops ${keyOfA}\n\n` } } }],
];

describe.each(streamEchoes)("a stream that tells an error with the key %s", (_, step) => {
  it("does not get it printed", async () => {
    await using single = await startSingle({ a: [step, step] });
    const { error } = await hear(single.router);
    expect(error).toBeInstanceOf(Error);
    expect(linesWith(keyOfA, told(single, error))).toEqual([]);
  });
});

describe("keys that a client does not hold for good", () => {
  it("are not printed when a function gave them", async () => {
    await using single = await startSingle({ a: [faults.keyEcho] });
    const client = new OpenAI({ baseURL: single.a.url, apiKey: async () => "sk-rotating-key" });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    const error = await failure({ router });
    expect(printed(error)).toContain("Incorrect API key provided");
    expect(linesWith("sk-rotating", printed(error))).toEqual([]);
  });

  it("are not printed when a function of a fallback's client gave them", async () => {
    await using pair = await startPair({ a: [500, 500], b: [faults.keyEcho] });
    const other = new OpenAI({ baseURL: pair.b.url, apiKey: async () => "sk-rotating-key" });
    await using router = new ModelRouter({
      client: clientOf(pair.a),
      clients: { other },
      targets: { a: {}, b: { client: "other" } },
      tiers: { main: ["a", "b"] },
      retry: { minDelayMs: 0 },
    });
    const events = new Events(router);
    const error = await failure({ router });
    expect(pair.b.requests[0]?.key).toBe("sk-rotating-key");
    expect(linesWith("sk-rotating", told({ router, events }, error))).toEqual([]);
  });

  it("are not printed when they came with the call", async () => {
    await using single = await startSingle({ a: [faults.keyEcho] });
    const error = await failure(single, { headers: { authorization: "Bearer sk-of-this-call" } });
    expect(single.a.requests[0]?.key).toBe("sk-of-this-call");
    expect(linesWith("sk-of-this", told(single, error))).toEqual([]);
  });

  it("are not printed when they came with the call and the connection broke", async () => {
    await using single = await startSingle({ a: [faults.reset, faults.reset] });
    const error = await failure(single, { headers: { authorization: "Bearer sk-of-this-call" } });
    expect(linesWith("sk-of-this", told(single, error))).toEqual([]);
  });

  it("are not printed when Azure repeats them", async () => {
    await using single = await startSingle({ a: [faults.keyEcho] });
    const client = new AzureOpenAI({ endpoint: single.a.origin, apiKey: "azure-secret-1", apiVersion: "2025-01-01" });
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] } });
    const error = await failure({ router });
    expect(single.a.requests[0]?.key).toBe("azure-secret-1");
    expect(linesWith("azure-secret", printed(error))).toEqual([]);
  });
});

it("shows no key of HTTP that can not be read", async () => {
  await using server = await startRaw(({ socket }) => socket?.end(`HTTP/1.1 200 OK\r\nbad header ${keyOfA}\r\n\r\n`));
  const client = new OpenAI({ baseURL: server.url, apiKey: keyOfA });
  for (const retry of [{ maxRetries: 0 }, false] as const) {
    await using router = new ModelRouter({ client, targets: { a: {} }, tiers: { main: ["a"] }, retry });
    const error = await failure({ router });
    expect(printed(error)).toContain("HTTPParserError");
    expect(linesWith("sk-key", printed(error))).toEqual([]);
  }
});

it("shows no key in the reason phrase of an answer", async () => {
  await using server = await startRaw((response) => response.writeHead(400, `Bad key ${keyOfA}`).end());
  await using router = new ModelRouter({
    client: clientOf(server, keyOfA),
    targets: { a: {} },
    tiers: { main: ["a"] },
  });
  const response = await router.fetch(`${server.url}/chat/completions`, { method: "POST", body: JSON.stringify(call) });
  expect(response.statusText).toBe("Bad key [redacted]");
});

it("shows no key in the log of the client, at its most talkative", async () => {
  const lines: string[] = [];
  const log = (...args: unknown[]): void => void lines.push(inspect(args, { depth: Infinity, showHidden: true }));
  const logging = { logLevel: "debug", logger: { error: log, warn: log, info: log, debug: log } } as const;
  await using pair = await startPair();
  await using router = new ModelRouter({
    client: new OpenAI({ baseURL: pair.a.url, apiKey: keyOfA, ...logging }),
    clients: { other: new OpenAI({ baseURL: pair.b.url, apiKey: keyOfB, ...logging }) },
    targets: { a: {}, b: { client: "other" } },
    tiers: { main: ["a", "b"] },
    retry: { minDelayMs: 0 },
  });
  for (const [ofA, ofB] of [
    [200, 200],
    [faults.keyEcho, 200],
    [faults.keyEcho, faults.keyEcho],
    [in200, inHeader],
  ] as const) {
    pair.a.fail(undefined, ofA);
    pair.b.fail(undefined, ofB);
    await failure({ router }).catch(() => undefined);
    await hear(router);
  }
  expect(lines.length).toBeGreaterThan(20);
  expect(linesWith("sk-key", lines.join("\n"))).toEqual([]);
});

describe("a router", () => {
  it.each([
    ["inspect", (router: ModelRouter) => inspect(router, { depth: Infinity, showHidden: true })],
    ["inspect of what holds it", (router: ModelRouter) => inspect({ services: [router] }, { depth: Infinity })],
    ["JSON.stringify", (router: ModelRouter) => JSON.stringify(router)],
    [
      "inspect of a view",
      (router: ModelRouter) => inspect(router.with({ task: "t" }), { depth: Infinity, showHidden: true }),
    ],
    ["JSON.stringify of a view", (router: ModelRouter) => JSON.stringify(router.with({ task: "t" }))],
    ["health()", (router: ModelRouter) => inspect(router.health(), { depth: Infinity, showHidden: true })],
    ["explain()", async (router: ModelRouter) => JSON.stringify(await router.explain(call))],
  ])("shows no key by %s", async (_, print) => {
    await using pair = await startPair();
    await pair.router.chat.completions.create(call);
    const text = await print(pair.router);
    expect(linesWith("sk-key", text)).toEqual([]);
  });
});

it("shows no key of several when the configuration is refused", () => {
  const client = new OpenAI({ baseURL: "http://127.0.0.1:1/v1", apiKey: keyOfA });
  const tiers = { main: ["a"] };
  const faulty: readonly object[] = [
    { default: [keyOfA, keyOfA] },
    { default: keyOfA },
    { default: { apiKey: keyOfA } },
    { default: [{ key: keyOfA }] },
    { default: [{ apiKey: [keyOfA] }] },
    { default: [{ apiKey: keyOfA, label: keyOfA }] },
    { default: [{ apiKey: "plain-secret", label: "plain-secret" }] },
    { default: [{ apiKey: keyOfB, organization: { id: keyOfA } }] },
    { [keyOfA]: [keyOfA] },
  ];
  for (const keys of faulty) {
    const act = (): ModelRouter => new ModelRouter({ client, tiers, keys } as never);
    expect(act).toThrow(ConfigError);
    expect(act).not.toThrow(/sk-key|plain-secret/);
  }
});

it("shows no key when the configuration is refused", () => {
  const client = new OpenAI({ baseURL: "http://127.0.0.1:1/v1", apiKey: keyOfA });
  const options = { client, clients: { other: { apiKey: keyOfB } }, tiers: { main: [keyOfA, 5] } };
  let error: unknown;
  try {
    new ModelRouter(options as unknown as { client: OpenAI; tiers: { main: string[] } });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ name: "ConfigError" });
  expect(linesWith(keyOfB, printed(error))).toEqual([]);
});
