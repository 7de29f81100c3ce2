import { once } from "node:events";
import type { ServerResponse } from "node:http";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import { contentEvent, finishEvent, startRaw } from "./raw-server.ts";
import { hear } from "./setup.ts";

const whole = `${contentEvent("Hi")}${finishEvent()}data: [DONE]\n\n`;

function routerOn({ url }: { readonly url: string }): ModelRouter {
  const client = new OpenAI({ baseURL: url, apiKey: "sk-1" });
  return new ModelRouter({ client, tiers: { main: ["a", "b"] } });
}

describe("the connection of a stream that was said in full", () => {
  it("serves the next call, though its end comes later", async () => {
    const responses: ServerResponse[] = [];
    await using server = await startRaw((response) => {
      responses.push(response);
      response.writeHead(200, { "content-type": "text/event-stream" }).write(whole);
    });
    await using router = routerOn(server);
    for (let calls = 0; calls < 3; calls += 1) {
      expect((await hear(router)).text).toBe("Hi");
      const response = responses[calls];
      if (response === undefined) throw new Error("The server was not asked.");
      const free = once(response, "close");
      response.end();
      await free;
      // The end of the answer is on its way to the client.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.connections()).toBe(1);
  });

  it("is cut when it does not end", async () => {
    const cut = Promise.withResolvers<void>();
    await using server = await startRaw((response) => {
      response.once("close", () => cut.resolve());
      response.writeHead(200, { "content-type": "text/event-stream" }).write(whole);
    });
    await using router = routerOn(server);
    expect((await hear(router)).text).toBe("Hi");
    await cut.promise;
  });
});
