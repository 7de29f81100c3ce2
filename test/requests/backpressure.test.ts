import { once } from "node:events";
import { expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
import { contentEvent, finishEvent, startRaw } from "./raw-server.ts";
import { clientOf, replyOf, startPair, streamingCall, textOf } from "./setup.ts";

const piece = contentEvent("x".repeat(65_536));
// Far more than the buffers of both sockets take.
const pieces = 1_024;

it("reads from the provider only as fast as the caller reads", async () => {
  const provider = { sent: 0 };
  await using server = await startRaw(async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (; provider.sent < pieces; provider.sent += 1) if (!response.write(piece)) await once(response, "drain");
    response.end(finishEvent());
  });
  await using pair = await startPair();
  await using router = new ModelRouter({
    client: clientOf(server),
    clients: { other: clientOf(pair.b) },
    targets: { a: {}, b: { client: "other" } },
    tiers: { main: ["a"] },
  });

  const stream = await router.chat.completions.create(streamingCall);
  const reader = stream[Symbol.asyncIterator]();
  await reader.next();
  // Other calls give the router all the time it needs to read ahead if it wanted to.
  for (let before = -1; before !== provider.sent;) {
    before = provider.sent;
    for (let other = 0; other < 10; other += 1) {
      expect(textOf(await router.chat.completions.create({ model: "b", messages: [] }))).toBe(replyOf("b"));
    }
  }
  expect(provider.sent).toBeLessThan(pieces / 2);

  let chars = 65_536;
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
    chars += next.value.choices[0]?.delta.content?.length ?? 0;
  }
  expect(chars).toBe(pieces * 65_536);
});
