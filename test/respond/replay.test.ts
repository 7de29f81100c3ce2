import { describe, expect, it } from "vitest";
import { replay } from "../../src/respond/replay.ts";
import { startProvider, type Provider } from "../../src/testing/index.ts";

const json = '{"text":"ünîcödé ✓"}';

/** A response of a real server that was read to its end, given out again. */
async function replayed(provider: Provider): Promise<Response> {
  const original = await fetch(`${provider.url}/chat/completions`, {
    method: "POST",
    body: '{"model":"m","messages":[]}',
  });
  const text = await original.text();
  const headers = new Headers(original.headers);
  headers.set("x-router-target", "a");
  return replay({ original, text, headers });
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

describe("a response that is given out again", () => {
  it.each(readings)("can be read by %s", async (_, read, expected) => {
    await using provider = await start();
    expect(await read(await replayed(provider))).toEqual(expected);
  });

  it.each(readings.filter(([way]) => way !== "clone().text()"))("is used up by %s", async (_, read) => {
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
    const again = replay({ original, text, headers: new Headers({ "x-again": "1" }) });
    expect([again.headers.get("x-again"), await again.text()]).toEqual(["1", json]);
  });

  it("says that it is no JSON where it is none", async () => {
    await using provider = await startProvider({ script: [{ body: "{oops" }] });
    const response = await replayed(provider);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });
});
