import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitOf } from "../../src/config/fits.ts";
import { fit } from "../../src/fit/fit.ts";
import { knownFits } from "../../src/fit/known-fits.ts";
import type { Fitted, FitRules, ParamRule } from "../../src/fit/rules.ts";
import type { JsonObject } from "../../src/glossary.ts";
import type { FitOptions } from "../../src/options.ts";

const rulesOf = (options: FitOptions, known: { model?: string; host?: string } = {}): FitRules =>
  fitOf({ model: known.model ?? "m", host: known.host, fit: options }) as FitRules;

function fitted(body: JsonObject, options: FitOptions, learnt: readonly ParamRule[] = []): Fitted {
  return fit(body, "chat", { rules: rulesOf(options), learnt });
}

function knownAt(host: string, model: string, body: JsonObject): JsonObject {
  return fit(body, "chat", { rules: rulesOf({}, { host, model }), learnt: [] }).body;
}

const said = (role: string, more: object = {}): object => ({ role, content: "Hi", ...more });

const turns = (...ids: string[]): JsonObject => ({
  messages: [
    { role: "assistant", content: null, tool_calls: ids.map((id) => ({ id, type: "function" })) },
    ...ids.map((id) => ({ role: "tool", tool_call_id: id, content: "42" })),
  ],
});
const idsIn = ({ messages }: JsonObject): { readonly called: string[]; readonly answered: string[] } => {
  const [assistant, ...tools] = messages as { tool_calls: { id: string }[]; tool_call_id: string }[];
  return {
    called: assistant?.tool_calls.map(({ id }) => id) ?? [],
    answered: tools.map((tool) => tool.tool_call_id),
  };
};

describe("parameters", () => {
  it("are left out", () => {
    expect(fitted({ model: "m", top_k: 5, seed: 1 }, { drop: ["top_k"] })).toEqual({
      body: { model: "m", seed: 1 },
      changes: [{ param: "top_k", how: "dropped", why: "the target's fit" }],
    });
  });

  it("are given another name", () => {
    expect(fitted({ max_tokens: 9 }, { rename: { max_tokens: "max_completion_tokens" } })).toMatchObject({
      body: { max_completion_tokens: 9 },
      changes: [{ param: "max_tokens", how: "renamed", to: "max_completion_tokens" }],
    });
  });

  it("are left out when the other name is there already", () => {
    const { body } = fitted(
      { max_tokens: 9, max_completion_tokens: 8 },
      { rename: { max_tokens: "max_completion_tokens" } },
    );
    expect(body).toEqual({ max_completion_tokens: 8 });
  });

  it("are not copied when there is nothing to change", () => {
    const body = { model: "m", messages: [said("user")], temperature: undefined };
    const options = { drop: ["temperature"], roles: { developer: "system" }, toolCallIds: { length: 9 } };
    expect(fitted(body, options).body).toBe(body);
  });

  it("that were refused before are left out as well", () => {
    const learnt = [{ param: "seed", why: "the target has refused it" }];
    expect(fitted({ seed: 1, top_k: 5 }, { drop: ["top_k"] }, learnt).changes.map(({ param }) => param)).toEqual([
      "top_k",
      "seed",
    ]);
  });

  it("that were refused for one value are left out with that value only", () => {
    const learnt = [{ param: "reasoning_effort", value: '"none"', why: "" }];
    expect(fitted({ reasoning_effort: "none" }, {}, learnt).body).toEqual({});
    expect(fitted({ reasoning_effort: "high" }, {}, learnt).body).toEqual({ reasoning_effort: "high" });
  });
});

describe("messages", () => {
  it("lose fields that the target does not know, also in their parts", () => {
    const messages = [
      said("assistant", { reasoning_content: "hm" }),
      said("user", { content: [{ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }] }),
    ];
    const { body, changes } = fitted({ messages }, { dropFromMessages: ["reasoning_content", "cache_control"] });
    expect(body).toEqual({
      messages: [said("assistant"), said("user", { content: [{ type: "text", text: "Hi" }] })],
    });
    expect(changes.map(({ param }) => param)).toEqual([
      "messages[].reasoning_content",
      "messages[].content[].cache_control",
    ]);
  });

  it("of the assistant lose parts that the target does not know", () => {
    const content = [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "Hi" },
    ];
    const { body } = fitted(
      { messages: [said("assistant", { content }), said("user", { content })] },
      { dropParts: ["thinking"] },
    );
    expect(body).toEqual({
      messages: [said("assistant", { content: [{ type: "text", text: "Hi" }] }), said("user", { content })],
    });
  });

  it("change their role", () => {
    expect(fitted({ messages: [said("developer"), said("user")] }, { roles: { developer: "system" } })).toMatchObject({
      body: { messages: [said("system"), said("user")] },
      changes: [{ param: "messages[].role=developer", how: "mapped", to: "system" }],
    });
  });

  it("are told of once, however many were changed", () => {
    const messages = Array.from({ length: 3 }, () => said("assistant", { reasoning_content: "hm" }));
    expect(fitted({ messages }, { dropFromMessages: ["reasoning_content"] }).changes).toHaveLength(1);
  });

  it("that are no messages stay as they are", () => {
    const body = { messages: ["Hi", null, 5, { role: 5, content: [null, "x"], tool_calls: ["y"] }] };
    const options = {
      dropFromMessages: ["name"],
      dropParts: ["thinking"],
      roles: { a: "b" },
      toolCallIds: { length: 9 },
    };
    expect(fitted(body, options).body).toEqual(body);
  });
});

describe("ids of tool calls", () => {
  it("become nine letters and digits, the same in the call and in its result", () => {
    const { called, answered } = idsIn(fitted(turns("call_1", "call_2"), { toolCallIds: { length: 9 } }).body);
    expect(called).toEqual([expect.stringMatching(/^[a-z0-9]{9}$/), expect.stringMatching(/^[a-z0-9]{9}$/)]);
    expect(answered).toEqual(called);
  });

  it("stay when they fit", () => {
    const body = turns("abcDEF123");
    expect(fitted(body, { toolCallIds: { length: 9 } }).body).toBe(body);
  });

  it("that are too long become shorter", () => {
    const { called } = idsIn(fitted(turns("x".repeat(41), "call_1"), { toolCallIds: { maxLength: 40 } }).body);
    expect(called).toEqual([expect.stringMatching(/^[a-z0-9]{24}$/), "call_1"]);
  });

  it("become the same in every request", () => {
    const [one, other] = [1, 2].map(() => fitted(turns("call_1"), { toolCallIds: { length: 9 } }).body);
    expect(one).toEqual(other);
  });

  it("stay apart, and each with its result, whatever they are", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 20 }), (ids) => {
        const { called, answered } = idsIn(fitted(turns(...ids), { toolCallIds: { length: 9 } }).body);
        expect(new Set(called).size).toBe(ids.length);
        expect(answered).toEqual(called);
      }),
    );
  });
});

describe("what is known of providers", () => {
  it("names its source and the day it was read", () => {
    for (const { source, asOf } of knownFits) {
      expect(source).toMatch(/^https:\/\//);
      expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  const sampled = { max_tokens: 9, temperature: 0, reasoning_effort: "low" };

  it.each(["o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5", "gpt-5-nano"])("holds for %s at OpenAI", (model) => {
    expect(knownAt("api.openai.com", model, sampled)).toEqual({ max_completion_tokens: 9, reasoning_effort: "low" });
  });

  it("leaves the temperature to models that may take it", () => {
    expect(knownAt("api.openai.com", "gpt-5.2", sampled)).toMatchObject({ temperature: 0, max_completion_tokens: 9 });
    expect(knownAt("api.openai.com", "gpt-5-chat-latest", sampled)).toEqual(sampled);
  });

  it.each(["gpt-4o-mini", "gpt-4.1", "gpt-3.5-turbo"])("takes the effort from %s at OpenAI", (model) => {
    expect(knownAt("api.openai.com", model, sampled)).toEqual({ max_tokens: 9, temperature: 0 });
  });

  it("holds for Azure where the deployment has the model's name", () => {
    expect(knownAt("my.openai.azure.com", "o3", { max_tokens: 9 })).toEqual({ max_completion_tokens: 9 });
  });

  it("does not hold elsewhere", () => {
    expect(knownAt("global-apis.com", "o3", sampled)).toEqual(sampled);
    expect(knownAt("api.openai.com.evil.example", "o3", sampled)).toEqual(sampled);
  });

  it("does not hold at other endpoints", () => {
    const rules = rulesOf({}, { host: "api.openai.com", model: "o3" });
    expect(fit(sampled, "responses", { rules, learnt: [] }).body).toBe(sampled);
  });

  it("holds for Mistral", () => {
    const messages = [said("assistant", { reasoning_content: "hm" })];
    expect(knownAt("api.mistral.ai", "m", { max_completion_tokens: 9, seed: 1, messages })).toEqual({
      max_tokens: 9,
      random_seed: 1,
      messages: [said("assistant")],
    });
  });

  it("holds for Groq", () => {
    const messages = [said("user", { name: "Ann" })];
    expect(knownAt("api.groq.com", "m", { logprobs: true, messages })).toEqual({ messages: [said("user")] });
  });

  it("holds for DeepSeek", () => {
    expect(knownAt("api.deepseek.com", "m", { messages: [said("developer")] })).toEqual({ messages: [said("system")] });
  });

  it("comes after what the target's options say", () => {
    const rules = rulesOf({ rename: { max_tokens: "limit" } }, { host: "api.openai.com", model: "o3" });
    const { changes } = fit({ max_tokens: 9 }, "chat", { rules, learnt: [] });
    expect(changes).toEqual([{ param: "max_tokens", how: "renamed", to: "limit", why: "the target's fit" }]);
  });
});
