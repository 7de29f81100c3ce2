import { describe, expect, it } from "vitest";
import { driveOf, type DriveRequest } from "../../src/openai/drive.ts";
import { faults, startProvider } from "../../src/testing/index.ts";
import { clientClasses } from "../testing/clients.ts";
import { errorOf } from "../requests/setup.ts";

function requestOf(rest: Partial<DriveRequest> = {}): DriveRequest {
  return {
    path: "/chat/completions",
    body: { model: "m", messages: [] },
    headers: {},
    query: undefined,
    fetchOptions: undefined,
    timeoutMs: undefined,
    signal: new AbortController().signal,
    ...rest,
  };
}

const ignore = (): void => undefined;

describe.each(clientClasses)("a client of $version that is driven", ({ Client }) => {
  it("hands back the provider's response as it came", async () => {
    await using provider = await startProvider();
    const response = await driveOf(new Client({ baseURL: provider.url, apiKey: "sk-one-key" }))(requestOf(), ignore);
    expect(response.url).toBe(`${provider.url}/chat/completions`);
    expect(await response.json()).toMatchObject({ model: "m" });
  });

  it("hands back a refusal, and does not try again", async () => {
    await using provider = await startProvider(503, 200);
    const drive = driveOf(new Client({ baseURL: provider.url, apiKey: "sk-one-key", maxRetries: 5 }));
    const response = await drive(requestOf(), ignore);
    expect([response.status, provider.hits()]).toEqual([503, 1]);
  });

  it("rejects with what its fetch threw when the connection fails, and does not try again", async () => {
    await using provider = await startProvider(faults.reset);
    const drive = driveOf(new Client({ baseURL: provider.url, apiKey: "sk-one-key", maxRetries: 5 }));
    const error = await errorOf(drive(requestOf(), ignore));
    expect([error.constructor.name, provider.hits()]).toEqual(["TypeError", 1]);
  });

  it("shows the headers it sends", async () => {
    await using provider = await startProvider();
    let seen: RequestInit["headers"];
    await driveOf(new Client({ baseURL: provider.url, apiKey: "sk-one-key" }))(
      requestOf(),
      (headers) => (seen = headers),
    );
    expect(new Headers(seen).get("authorization")).toBe("Bearer sk-one-key");
  });

  it("sends what is passed on", async () => {
    await using provider = await startProvider();
    const drive = driveOf(new Client({ baseURL: provider.url, apiKey: "sk-one-key" }));
    await drive(requestOf({ headers: { "x-trace": "t1" }, query: { v: "2" }, timeoutMs: 7_000 }), ignore);
    expect(provider.requests[0]).toMatchObject({
      headers: { "x-trace": "t1", "x-stainless-timeout": "7" },
      query: { v: "2" },
      body: { model: "m", messages: [] },
    });
  });

  it("listens to the signal to the end of the body", async () => {
    await using provider = await startProvider(faults.hangMidBody);
    const controller = new AbortController();
    const drive = driveOf(new Client({ baseURL: provider.url, apiKey: "sk-one-key" }));
    const response = await drive(requestOf({ signal: controller.signal }), ignore);
    const failure = errorOf(response.text());
    controller.abort(new Error("enough"));
    expect((await failure).message).toBe("enough");
    await provider.idle();
    expect(provider.requests[0]?.aborted).toBe(true);
  });

  it("serves calls at the same time without mixing them up", async () => {
    await using provider = await startProvider();
    const drive = driveOf(new Client({ baseURL: provider.url, apiKey: "sk-one-key" }));
    const models = Array.from({ length: 20 }, (_, index) => `m${index}`);
    const answers = await Promise.all(
      models.map(async (model) => {
        const response = await drive(requestOf({ body: { model, messages: [] } }), ignore);
        return ((await response.json()) as { model: string }).model;
      }),
    );
    expect(answers).toEqual(models);
  });

  it("leaves the client it was made from as it was", async () => {
    await using provider = await startProvider();
    const client = new Client({ baseURL: provider.url, apiKey: "sk-one-key" });
    driveOf(client);
    const completion = await client.chat.completions.create({ model: "m", messages: [] });
    expect([completion.model, client.maxRetries]).toEqual(["m", 2]);
  });
});
