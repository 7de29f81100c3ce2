import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Endpoint, Hints, JsonObject, MadeDecision, RoutingRequest } from "../../src/glossary.ts";
import { turnsOf } from "../../src/openai/prompt.ts";
import { Conversations } from "../../src/state/conversations.ts";

const ranks = ["cheap", "balanced", "premium"];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
});

afterEach(() => {
  vi.useRealTimers();
});

function said(turns: number): readonly JsonObject[] {
  return Array.from({ length: turns }, () => ({ role: "user", content: "Hello" }));
}

function rankOf(tier: string): number | undefined {
  return ranks.includes(tier) ? ranks.indexOf(tier) : undefined;
}

function memory(options: { ttlMs?: number; maxConversations?: number } = {}): Conversations {
  return new Conversations({ ttlMs: 600_000, maxConversations: 100, ...options, rankOf });
}

function decided(tier: string, by = "heuristic"): MadeDecision {
  return { tier, confidence: 0.8, reason: "the prompt is short", by };
}

function requestTo(endpoint: Endpoint, body: JsonObject, hints: Hints = {}): RoutingRequest {
  const turns = turnsOf(endpoint, body);
  const rest = { requestId: "req_1", model: "auto", stream: false, prompt: "", inputChars: 0, needs: new Set<never>() };
  return { ...rest, endpoint, body, hints, turns };
}

/** The given turn of a chat that begins with `opening`. */
function turn(number: number, opening = "Hello", more: { body?: JsonObject; hints?: Hints } = {}): RoutingRequest {
  const later = Array.from({ length: number - 1 }, (_, index) => [
    { role: "assistant", content: `answer ${index}` },
    { role: "user", content: `question ${index}` },
  ]);
  const messages = [{ role: "system", content: "Be kind." }, { role: "user", content: opening }, ...later.flat()];
  return requestTo("chat", { messages, ...more.body }, more.hints);
}

function chat(...messages: readonly JsonObject[]): RoutingRequest {
  return requestTo("chat", { messages });
}

/** The tier that serves a turn for which another was decided. */
function stay(conversations: Conversations, request: RoutingRequest, tier: string): string {
  return conversations.stay(request, decided(tier)).tier;
}

describe("Conversations", () => {
  it("keeps a later turn on the tier of the first, and says so", () => {
    const conversations = memory();
    stay(conversations, turn(1), "premium");
    expect(conversations.stay(turn(2), decided("cheap"))).toEqual({
      tier: "premium",
      confidence: 1,
      reason: 'the conversation is on tier "premium" (for this turn alone, heuristic says "cheap")',
      by: "conversation",
    });
  });

  it("lets a turn raise the tier, and keeps the conversation there", () => {
    const conversations = memory();
    stay(conversations, turn(1), "cheap");
    expect(stay(conversations, turn(2), "premium")).toBe("premium");
    expect(stay(conversations, turn(3), "balanced")).toBe("premium");
  });

  it("hands the decision itself on when the tier stays the same", () => {
    const conversations = memory();
    stay(conversations, turn(1), "cheap");
    const decision = decided("cheap");
    expect(conversations.stay(turn(2), decision)).toBe(decision);
  });

  it("starts afresh with a first turn", () => {
    const conversations = memory();
    stay(conversations, turn(1), "premium");
    expect(stay(conversations, turn(1), "cheap")).toBe("cheap");
    expect(stay(conversations, turn(2), "cheap")).toBe("cheap");
  });

  it.each(["hint", "model"])("neither changes nor remembers what was decided by %s", (by) => {
    const conversations = memory();
    stay(conversations, turn(1), "balanced");
    const decision = decided("cheap", by);
    expect(conversations.stay(turn(2), decision)).toBe(decision);
    conversations.stay(turn(3), decided("premium", by));
    expect(stay(conversations, turn(4), "cheap")).toBe("balanced");
  });

  it("drops a remembered tier that no longer exists", () => {
    const conversations = memory();
    stay(conversations, turn(1), "retired");
    expect(stay(conversations, turn(2), "cheap")).toBe("cheap");
  });

  it.each(["embeddings", "completions"] as const)("leaves %s alone: they are no conversation", (endpoint) => {
    const conversations = memory();
    const hints = { conversation: "chat 7" };
    stay(conversations, turn(1, "Hello", { hints }), "premium");
    const other = requestTo(endpoint, { input: "Hello", prompt: "Hello" }, hints);
    expect(stay(conversations, other, "cheap")).toBe("cheap");
    expect(stay(conversations, turn(2, "Hello", { hints }), "cheap")).toBe("premium");
  });
});

describe("a conversation is known", () => {
  it.each([
    ["what the user said first", turn(1, "Hello"), turn(2, "Good day")],
    ["how much the user said first", turn(1, "x".repeat(1_000)), turn(2, "x".repeat(1_001))],
    ["the instructions", turn(1), chat({ role: "developer", content: "Be rude." }, ...said(2))],
    ["the body's user", turn(1, "Hi", { body: { user: "a" } }), turn(2, "Hi", { body: { user: "b" } })],
    [
      "the body's safety identifier",
      turn(1, "Hi", { body: { safety_identifier: "a" } }),
      turn(2, "Hi", { body: { safety_identifier: "b" } }),
    ],
    [
      "the body's prompt cache key",
      turn(1, "Hi", { body: { prompt_cache_key: "a" } }),
      turn(2, "Hi", { body: { prompt_cache_key: "b" } }),
    ],
    ["the hints' user", turn(1, "Hi", { hints: { user: "a" } }), turn(2, "Hi", { hints: { user: "b" } })],
    [
      "the hints' conversation",
      turn(1, "Hi", { hints: { conversation: "a" } }),
      turn(2, "Hi", { hints: { conversation: "b" } }),
    ],
  ])("by %s", (_, first, other) => {
    const conversations = memory();
    stay(conversations, first, "premium");
    expect(stay(conversations, other, "cheap")).toBe("cheap");
  });

  it("by what stays the same, though instructions differ further down and texts come in parts", () => {
    const conversations = memory();
    const instructions = `${"You are the help desk of a shop. ".repeat(10)} Today is`;
    const opening = { role: "user", content: [{ type: "text", text: "Hello" }] };
    stay(conversations, chat({ role: "system", content: `${instructions} Monday` }, opening), "premium");
    const later = chat({ role: "system", content: `${instructions} Tuesday` }, opening, ...said(1));
    expect(stay(conversations, later, "cheap")).toBe("premium");
  });

  it("by its name in the hints, though its beginning was cut off", () => {
    const conversations = memory();
    const hints = { conversation: "chat 7" };
    stay(conversations, turn(1, "Hello", { hints }), "premium");
    expect(stay(conversations, turn(1, "And then?", { hints }), "cheap")).toBe("premium");
  });

  it.each([["conv_1"], [{ id: "conv_1" }]])("by the conversation %j of a Responses call", (conversation) => {
    const conversations = memory();
    stay(conversations, requestTo("responses", { input: "Hello", conversation: "conv_1" }), "premium");
    const later = requestTo("responses", { input: "And?", conversation });
    expect(stay(conversations, later, "cheap")).toBe("premium");
  });

  it("by the answer a Responses call goes on from", () => {
    const conversations = memory();
    conversations.answered("resp_1", "premium");
    const later = requestTo("responses", { input: "And?", previous_response_id: "resp_1" });
    expect(stay(conversations, later, "cheap")).toBe("premium");
  });

  it("by the beginning of a Responses input, as text or as items", () => {
    const conversations = memory();
    const instructions = "Be kind.";
    stay(conversations, requestTo("responses", { instructions, input: "Hello" }), "premium");
    expect(stay(conversations, requestTo("responses", { instructions, input: said(2) }), "cheap")).toBe("premium");
  });

  it("not when the user said nothing in words", () => {
    const conversations = memory();
    const image = { role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] };
    stay(conversations, chat(image), "premium");
    expect(stay(conversations, chat(image, image), "cheap")).toBe("cheap");
  });
});

describe("Conversations forgets", () => {
  it("a conversation without a turn for the time to live", () => {
    const conversations = memory({ ttlMs: 1_000 });
    stay(conversations, turn(1), "premium");
    vi.advanceTimersByTime(1_000);
    expect(stay(conversations, turn(2), "cheap")).toBe("cheap");
  });

  it("no conversation that goes on", () => {
    const conversations = memory({ ttlMs: 1_000 });
    stay(conversations, turn(1), "premium");
    for (const number of [2, 3, 4]) {
      vi.advanceTimersByTime(999);
      expect(stay(conversations, turn(number), "cheap")).toBe("premium");
    }
  });

  it("the conversation without a turn for longest when there are too many", () => {
    const conversations = memory({ maxConversations: 2 });
    stay(conversations, turn(1, "first"), "premium");
    stay(conversations, turn(1, "second"), "premium");
    stay(conversations, turn(2, "first"), "premium");
    stay(conversations, turn(1, "third"), "premium");
    const tiers = ["first", "third", "second"].map((opening) => stay(conversations, turn(3, opening), "cheap"));
    expect(tiers).toEqual(["premium", "premium", "cheap"]);
  });

  it("no more than that, over thousands of them", () => {
    const conversations = memory({ maxConversations: 10 });
    for (let number = 0; number < 5_000; number += 1) stay(conversations, turn(1, `opening ${number}`), "premium");
    const later = [4_990, 4_999, 4_989].map((number) => stay(conversations, turn(2, `opening ${number}`), "cheap"));
    expect(later).toEqual(["premium", "premium", "cheap"]);
  });
});

describe("any conversation", () => {
  it("never serves a turn on a lower tier than was decided for it", () => {
    const moves = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom("a", "b"), fc.constantFrom(...ranks)),
    );
    fc.assert(
      fc.property(moves, (turns) => {
        const conversations = memory({ maxConversations: 2 });
        for (const [number, opening, tier] of turns) {
          const served = stay(conversations, turn(number, opening), tier);
          expect(ranks.indexOf(served)).toBeGreaterThanOrEqual(ranks.indexOf(tier));
        }
      }),
    );
  });

  it("takes any body", () => {
    const content = fc.oneof(fc.string(), fc.array(fc.anything()), fc.anything());
    const entry = fc.oneof(fc.record({ role: fc.constantFrom("user", "system"), content }), fc.anything());
    const anyBody = fc.oneof(
      fc.record({ messages: fc.array(entry), input: fc.array(entry), conversation: fc.anything() }),
      fc.object({ key: fc.constantFrom("messages", "input", "instructions", "user", "conversation") }),
    );
    fc.assert(
      fc.property(anyBody, fc.constantFrom("chat" as const, "responses" as const), (body, endpoint) => {
        expect(stay(memory(), requestTo(endpoint, body), "cheap")).toBe("cheap");
      }),
    );
  });

  it("takes no body at all", () => {
    expect(stay(memory(), requestTo("chat", JSON.parse("null")), "cheap")).toBe("cheap");
  });
});
