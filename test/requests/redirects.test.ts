import { AzureOpenAI, type OpenAI } from "openai";
import { AzureOpenAI as Azure6 } from "openai6";
import { describe, expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import { startProvider, type Answer, type Provider } from "../../src/testing/index.ts";
import { call, errorOf, hear, startPair, startSingle, textOf } from "./setup.ts";

const statuses = [301, 302, 303, 307, 308];

function redirect(status: number, location: string): Answer {
  return { status, headers: { location } };
}

describe.each(statuses)("a provider that redirects to another host with %i", (status) => {
  it("is not followed there, whatever the headers of the client are", async () => {
    await using elsewhere = await startProvider();
    await using single = await startSingle({ router: { retry: { maxRetries: 0 } } });
    single.a.fail(undefined, redirect(status, `${elsewhere.url}/chat/completions`));
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(elsewhere.hits()).toBe(0);
    expect(error).toMatchObject({ code: "invalid_response" });
    expect(error.message).toContain(`status ${status} leads to ${elsewhere.origin}, which is not ${single.a.origin}`);
  });

  it("gives way to the next target", async () => {
    await using pair = await startPair();
    pair.a.fail(undefined, redirect(status, "https://elsewhere.example/v1/chat/completions"));
    const completion = await pair.router.chat.completions.create(call);
    const { error } = await hear(pair.router);
    expect([textOf(completion), error]).toEqual([expect.stringContaining("This is b"), undefined]);
    expect(pair.events.of("attempt:end")[0]?.attempt).toMatchObject({ status, failure: "invalid_response" });
  });
});

describe("a provider that redirects within its origin", () => {
  it.each([307, 308])("is followed with %i, by the first target and by a fallback", async (status) => {
    await using pair = await startPair();
    const moved = (provider: Provider): void => {
      provider.fail(undefined, ({ path }) =>
        path.endsWith("/v2/chat/completions") ? 200 : redirect(status, "/v2/chat/completions"),
      );
    };
    moved(pair.a);
    expect(textOf(await pair.router.chat.completions.create(call))).toContain("This is a");
    expect(pair.a.requests.map(({ path, key }) => [path, key])).toEqual([
      ["/v1/chat/completions", "sk-key-of-a"],
      ["/v2/chat/completions", "sk-key-of-a"],
    ]);
    moved(pair.b);
    pair.a.fail(undefined, 401);
    expect(textOf(await pair.router.chat.completions.create(call))).toContain("This is b");
  });

  it("is not followed for ever", async () => {
    await using single = await startSingle({ router: { retry: { maxRetries: 0 } } });
    single.a.fail(undefined, redirect(307, "/v1/chat/completions"));
    await errorOf(single.router.chat.completions.create(call));
    expect(single.a.hits()).toBe(21);
  });

  it("is not followed to another host from there", async () => {
    await using elsewhere = await startProvider();
    await using single = await startSingle({ router: { retry: { maxRetries: 0 } } });
    single.a.fail(undefined, ({ path }) =>
      redirect(307, path.startsWith("/v2") ? `${elsewhere.url}/chat/completions` : "/v2/chat/completions"),
    );
    await errorOf(single.router.chat.completions.create(call));
    expect([single.a.hits(), elsewhere.hits()]).toEqual([2, 0]);
  });
});

it.each([
  ["a name for the same address", (port: number) => `http://localhost:${port}/v1/chat/completions`],
  ["no address", () => "http://"],
])("takes %s for another host", async (_, locationOf) => {
  await using single = await startSingle({ router: { retry: { maxRetries: 0 } } });
  single.a.fail(undefined, redirect(307, locationOf(single.a.port)));
  await errorOf(single.router.chat.completions.create(call));
  expect(single.a.hits()).toBe(1);
});

it("follows a redirect where the call says so", async () => {
  await using elsewhere = await startProvider();
  await using single = await startSingle();
  single.a.fail(undefined, redirect(307, `${elsewhere.url}/chat/completions`));
  await single.router.chat.completions.create(call, { fetchOptions: { redirect: "follow" } });
  expect(elsewhere.hits()).toBe(1);
});

it("keeps an api-key header of Azure at its host, with openai 6 too", async () => {
  await using elsewhere = await startProvider();
  await using azure = await startProvider({ script: [] });
  azure.fail(undefined, redirect(307, `${elsewhere.url}/chat/completions`));
  const options = { endpoint: azure.origin, apiKey: "azure-key", apiVersion: "2025-01-01" };
  const clients = [new AzureOpenAI(options), new Azure6(options) as unknown as OpenAI];
  for (const client of clients) {
    await using router = new ModelRouter({
      client,
      targets: { a: {} },
      tiers: { main: ["a"] },
      retry: { maxRetries: 0 },
    });
    await errorOf(router.chat.completions.create(call));
  }
  expect([azure.hits(), elsewhere.hits()]).toEqual([2, 0]);
});
