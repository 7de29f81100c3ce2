import { expect, it } from "vitest";
import { LazyRoutingRequest } from "../../src/openai/request.ts";

const facts = { requestId: "r1", endpoint: "chat", hints: { task: "chat" }, stream: true } as const;

it("shows what it was made of", () => {
  const body = { model: "auto", messages: [] };
  const { requestId, endpoint, hints, stream, model, body: same } = new LazyRoutingRequest({ ...facts, body });
  expect({ requestId, endpoint, hints, stream, model }).toEqual({ ...facts, model: "auto" });
  expect(same).toBe(body);
});

it("works out prompt, size, turns and needs from the body", () => {
  const body = { messages: [{ role: "user", content: "Hello?" }], stream: true };
  const request = new LazyRoutingRequest({ ...facts, body });
  expect(request).toMatchObject({ prompt: "Hello?", inputChars: 6, turns: 1, needs: new Set(["streaming"]) });
});

it("reads the body's messages only when asked to, and once for each thing", () => {
  let reads = 0;
  const body = {
    get messages() {
      reads += 1;
      return [{ role: "user", content: "Hello?" }];
    },
  };
  const request = new LazyRoutingRequest({ ...facts, body });
  expect(reads).toBe(0);
  expect([request.prompt, request.prompt, request.turns, request.turns]).toEqual(["Hello?", "Hello?", 1, 1]);
  expect(reads).toBe(2);
});

it.each([5, undefined, null, ["auto"]])("takes %j in place of a model for no name", (model) => {
  expect(new LazyRoutingRequest({ ...facts, body: { model } }).model).toBe("");
});
