import { describe, expect, it } from "vitest";
import { dress, give, sourceOf, takeData, type Content } from "../../src/respond/given.ts";
import { givenOut, type ByteResult, type GivenSource } from "../../src/respond/stream-body.ts";
import { aRecord } from "./a-record.ts";
import { startProvider, type Provider } from "../../src/testing/index.ts";

const json = '{"text":"ünîcödé ✓"}';

function giveDressed(original: Response, content: Content, target = "a"): Response {
  give(original, content, { ...aRecord, target });
  return dress(original);
}

function ask(provider: Provider): Promise<Response> {
  return fetch(`${provider.url}/chat/completions`, { method: "POST", body: '{"model":"m","messages":[]}' });
}

/** A response of a real server that was read to its end, given out again. */
async function givenText(provider: Provider): Promise<Response> {
  const original = await ask(provider);
  return giveDressed(original, { text: await original.text() });
}

/** The same, given out while it is still coming. */
async function givenStream(provider: Provider): Promise<Response> {
  const original = await ask(provider);
  const reader = original.body?.getReader();
  if (reader === undefined) throw new Error("The answer has no body.");
  const read = (): Promise<ByteResult> => reader.read();
  return giveDressed(original, {
    source: givenOut({ wholeEvents: true, read, ending: undefined, cancel: () => undefined }),
  });
}

const start = (): Promise<Provider> => startProvider({ script: [{ body: json, headers: { "x-own": "1" } }] });

const readings: readonly (readonly [string, (response: Response) => Promise<unknown>, unknown])[] = [
  ["text()", (response) => response.text(), json],
  ["json()", (response) => response.json(), JSON.parse(json)],
  ["bytes()", async (response) => Buffer.from(await response.bytes()).toString(), json],
  ["arrayBuffer()", async (response) => Buffer.from(await response.arrayBuffer()).toString(), json],
  ["blob()", async (response) => (await response.blob()).text(), json],
  ["clone().text()", (response) => response.clone().text(), json],
  ["body", (response) => new Response(response.body).text(), json],
];

describe.each([
  ["read to its end", givenText],
  ["still coming", givenStream],
])("a response that is given out, %s,", (_, replayed) => {
  it.each(readings)("can be read by %s", async (_way, read, expected) => {
    await using provider = await start();
    expect(await read(await replayed(provider))).toEqual(expected);
  });

  it.each(readings.filter(([way]) => way !== "clone().text()"))("is used up by %s", async (_way, read) => {
    await using provider = await start();
    const response = await replayed(provider);
    const before = response.bodyUsed;
    await read(response);
    expect([before, response.bodyUsed]).toEqual([false, true]);
    await expect(response.text()).rejects.toThrow(TypeError);
  });

  it("can be read by text() after a look at its body", async () => {
    await using provider = await start();
    const response = await replayed(provider);
    expect(response.body).toBeInstanceOf(ReadableStream);
    expect(await response.text()).toBe(json);
  });

  it("can be cloned once more, and each be read", async () => {
    await using provider = await start();
    const response = await replayed(provider);
    const copy = response.clone();
    const again = copy.clone();
    expect(await Promise.all([response.text(), copy.text(), again.text()])).toEqual([json, json, json]);
  });

  it("can be read when its copy was read first", async () => {
    await using provider = await start();
    const response = await replayed(provider);
    const copied = await response.clone().text();
    expect([copied, response.bodyUsed]).toEqual([json, false]);
    expect([await response.text(), response.bodyUsed]).toEqual([json, true]);
  });

  it("can not be cloned once it was read", async () => {
    await using provider = await start();
    const response = await replayed(provider);
    await response.text();
    expect(() => response.clone()).toThrow(TypeError);
  });

  it("is a genuine Response, and has what the original had", async () => {
    await using provider = await start();
    const response = await replayed(provider);
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.ok, response.url, response.type, response.redirected]).toEqual([
      200,
      true,
      `${provider.url}/chat/completions`,
      "basic",
      false,
    ]);
  });

  it("has the headers it was given", async () => {
    await using provider = await start();
    const { headers } = await replayed(provider);
    expect([headers.get("x-own"), headers.get("x-router-target")]).toEqual(["1", "a"]);
  });

  it("has a clone with the same headers and URL", async () => {
    await using provider = await start();
    const copy = (await replayed(provider)).clone();
    expect([copy.headers.get("x-router-target"), copy.url]).toEqual(["a", `${provider.url}/chat/completions`]);
  });

  it("can be given out again a second time", async () => {
    await using provider = await start();
    const original = await replayed(provider);
    const text = await original.text();
    const again = giveDressed(original, { text }, "b");
    expect([again.headers.get("x-router-target"), await again.text()]).toEqual(["b", json]);
  });

  it("says that it is no JSON where it is none", async () => {
    await using provider = await startProvider({ script: [{ body: "{oops" }] });
    const response = await replayed(provider);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });
});

it("has no content type in its copy and its blob where the provider has sent none", async () => {
  const { headers } = giveDressed(new Response(null), { text: json }).clone();
  const { type } = await giveDressed(new Response(null), { text: json }).blob();
  expect([headers.get("content-type"), type]).toEqual([null, ""]);
});

describe("a response that is given out while it is still coming", () => {
  it("has a body whose reader reads from the source", async () => {
    await using provider = await start();
    const response = await givenStream(provider);
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe(json);
  });

  it("has no body when there is no source", async () => {
    const response = giveDressed(new Response(null), { source: undefined });
    expect([response.body, await response.text()]).toEqual([null, ""]);
  });
});

describe("a response of another library's class", () => {
  // As of the `undici` package: what it holds is private, and none of the global class's members can read it.
  class Foreign {
    readonly #status = 201;
    readonly #headers = new Headers({ "content-type": "application/json", "x-own": "1" });

    get status(): number {
      return this.#status;
    }

    get headers(): Headers {
      return this.#headers;
    }
  }

  it("keeps what it has", async () => {
    const response = giveDressed(new Foreign() as unknown as Response, { text: json });
    expect(response).toBeInstanceOf(Foreign);
    expect([response.status, response.headers.get("x-own"), response.headers.get("x-router-target")]).toEqual([
      201,
      "1",
      "a",
    ]);
    expect(await response.json()).toEqual(JSON.parse(json));
  });
});

function givenJson(type: string): Response {
  const original = new Response(null, { headers: { "content-type": type } });
  return giveDressed(original, { text: json, json: JSON.parse(json) });
}

async function nothing(): Promise<ByteResult> {
  return { done: true, value: undefined };
}

function sourceWith(wholeEvents: boolean): GivenSource {
  return givenOut({ wholeEvents, read: nothing, ending: undefined, cancel: () => undefined });
}

describe("a response that is handed over", () => {
  it("is as it came until it is dressed", () => {
    const original = new Response(json, { headers: { "x-own": "1" } });
    give(original, { text: json }, aRecord);
    expect([...original.headers]).toEqual([...new Response(json, { headers: { "x-own": "1" } }).headers]);
    expect(dress(original)).toBe(original);
    expect(dress(original).headers.get("x-router-target")).toBe("a");
  });

  it("is left alone when it is none of the router's", () => {
    const response = new Response(json);
    expect(dress(response)).toBe(response);
    expect(Object.getPrototypeOf(response)).toBe(Response.prototype);
  });

  it("gives its source away until somebody has read from it", async () => {
    const response = giveDressed(new Response(null), { source: sourceWith(true) });
    expect(sourceOf(response)).toBeDefined();
    await response.body?.getReader().read();
    expect(sourceOf(response)).toBeUndefined();
    expect(sourceOf(giveDressed(new Response(null), { source: sourceWith(false) }))).toBeUndefined();
    expect(sourceOf(giveDressed(new Response(null), { text: json }))).toBeUndefined();
    expect(sourceOf(new Response(json))).toBeUndefined();
  });
});

describe("the data of an answer", () => {
  it.each(["application/json", "application/json; charset=utf-8", "Application/JSON", "application/problem+json"])(
    "is the object that was parsed, for %s",
    (type) => expect(takeData(givenJson(type))).toEqual({ data: JSON.parse(json) }),
  );

  it("is the text where the provider says that it is no JSON", () => {
    expect(takeData(givenJson("text/plain"))).toEqual({ data: json });
  });

  it("is taken once", async () => {
    const response = givenJson("application/json");
    takeData(response);
    expect(response.bodyUsed).toBe(true);
    await expect(response.json()).rejects.toThrow(TypeError);
  });

  it("is not there for a response that was not given out", () => {
    expect(takeData(new Response(json))).toBeUndefined();
  });

  it("is not there while it is still coming", () => {
    expect(takeData(giveDressed(new Response(null), { source: undefined }))).toBeUndefined();
  });
});
