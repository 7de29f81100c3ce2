import { expect, it } from "vitest";
import { assembled } from "../../src/openai/assembled.ts";
import { startProvider } from "../../src/testing/index.ts";
import { dataIn } from "../../src/openai/sse.ts";

const behaviours = {
  text: { reply: "Ærøskøbing 🧭 by the sea." },
  thinker: { reply: "Yes.", reasoning: "Let me think about it." },
  caller: {
    toolCalls: [
      { name: "look", arguments: { at: "the sea" } },
      { name: "listen", arguments: {} },
    ],
  },
};

it.each(
  Object.keys(behaviours).flatMap((model) => [
    ["chat/completions", "chat", model] as const,
    ["responses", "responses", model] as const,
    ["completions", "completions", model] as const,
  ]),
)("the events of a stream of %s come to what the answer in one piece is (%s, %s)", async (path, endpoint, model) => {
  const post = async (stream: boolean): Promise<string> => {
    // Of its own for each, as ids count the requests.
    await using provider = await startProvider({ models: behaviours });
    const body = { model, messages: [], input: "x", prompt: "x", stream, stream_options: { include_usage: true } };
    const init = { method: "POST", body: JSON.stringify(body), headers: { authorization: "Bearer k" } };
    const response = await fetch(`${provider.url}/${path}`, init);
    return await response.text();
  };
  const whole = JSON.parse(await post(false)) as { choices?: object[]; output?: object[]; usage: object };
  const made = assembled(endpoint, dataIn(await post(true)));
  const { choices, output, usage } = whole;
  for (const choice of choices ?? []) delete (choice as { logprobs?: unknown }).logprobs;
  expect({ choices: made["choices"], output: made["output"], usage: made["usage"] }).toEqual({
    choices,
    output,
    usage,
  });
});

const chunk = (index: number, content: string) => ({ choices: [{ index, delta: { content } }] });

it("keeps several choices apart", () => {
  const made = assembled("chat", [chunk(0, "a"), chunk(1, "x"), chunk(0, "b")]);
  expect(made["choices"]).toMatchObject([{ message: { content: "ab" } }, { message: { content: "x" } }]);
});

it("has nothing of a Responses stream that never completed", () => {
  expect(assembled("responses", [{ type: "response.output_text.delta", delta: "x" }])).toEqual({});
});
