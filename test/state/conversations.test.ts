import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Hints, JsonObject, MadeDecision, RoutingRequest } from "../../src/glossary.ts";
import { turnsOf } from "../../src/openai/prompt.ts";
import { Conversations } from "../../src/state/conversations.ts";

const ranks = ["cheap", "balanced", "premium"];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
});

afterEach(() => {
  vi.useRealTimers();
});

function memory(options: { ttlMs?: number; maxConversations?: number } = {}): Conversations {
  const rankOf = (tier: string): number | undefined => (ranks.includes(tier) ? ranks.indexOf(tier) : undefined);
  return new Conversations({ ttlMs: 600_000, maxConversations: 100, ...options, rankOf });
}

function decided(tier: string, by = "heuristic"): MadeDecision {
  return { tier, confidence: 0.8, reason: "the prompt is short", by };
}

interface TurnParts {
  readonly endpoint?: RoutingRequest["endpoint"];
  readonly hints?: Hints;
}

function requestOf(body: JsonObject, { endpoint = "chat", hints = {} }: TurnParts = {}): RoutingRequest {
  const turns = turnsOf(endpoint, body);
  const rest = { requestId: "req_1", model: "auto", stream: false, prompt: "", inputChars: 0, needs: new Set<never>() };
  return { ...rest, endpoint, body, hints, turns };
}

/** The chat body of the given turn of a conversation that begins with `opening`. */
function turn(number: number, opening = "Hello", more: JsonObject = {}): JsonObject {
  const later = Array.from({ length: number - 1 }, (_, index) => [
    { role: "assistant", content: `answer ${index}` },
    { role: "user", content: `question ${index}` },
  ]);
  const messages = [{ role: "system", content: "Be kind." }, { role: "user", content: opening }, ...later.flat()];
  return { model: "auto", messages, ...more };
}

function stay(conversations: Conversations, body: JsonObject, tier: string, parts: TurnParts = {}): string {
  return conversations.stay(requestOf(body, parts), decided(tier)).tier;
}

describe("Conversations", () => {
  it("keeps a later turn on the tier of the first, and says so", () => {
    const conversations = memory();
    stay(conversations, turn(1), "premium");
    expect(conversations.stay(requestOf(turn(2)), decided("cheap"))).toEqual({
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
    expect(conversations.stay(requestOf(turn(2)), decision)).toBe(decision);
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
    expect(conversations.stay(requestOf(turn(2)), decision)).toBe(decision);
    conversations.stay(requestOf(turn(3)), decided("premium", by));
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
    stay(conversations, turn(1), "premium", { hints });
    expect(stay(conversations, { input: "Hello", prompt: "Hello" }, "cheap", { endpoint, hints })).toBe("cheap");
    expect(stay(conversations, turn(2), "cheap", { hints })).toBe("premium");
  });
});

describe("a conversation is known", () => {
  it.each<[string, JsonObject, JsonObject, TurnParts?, TurnParts?]>([
    ["what the user said first", turn(1, "Hello"), turn(2, "Good day")],
    ["the instructions", turn(1), { messages: [{ role: "developer", content: "Be rude." }, ...said(2)] }],
    ["the body's user", turn(1, "Hi", { user: "ann" }), turn(2, "Hi", { user: "bob" })],
    ["the body's safety identifier", turn(1, "Hi", { safety_identifier: "a" }), turn(2, "Hi", { safety_identifier: "b" })],
    ["the body's prompt cache key", turn(1, "Hi", { prompt_cache_key: "a" }), turn(2, "Hi", { prompt_cache_key: "b" })],
    ["the hints' user", turn(1), turn(2), { hints: { user: "ann" } }, { hints: { user: "bob" } }],
    ["the hints' conversation", turn(1), turn(2), { hints: { conversation: "1" } }, { hints: { conversation: "2" } }],
    ["how much the user said first", turn(1, "x".repeat(1_000)), turn(2, "x".repeat(1_001))],
  ])("by %s", (_, body, other, parts = {}, otherParts = {}) => {
    const conversations = memory();
    stay(conversations, body, "premium", parts);
    expect(stay(conversations, other, "cheap", otherParts)).toBe("cheap");
  });

  it("by what stays the same, though instructions differ further down and texts come in parts", () => {
    const conversations = memory();
    const instructions = `${"You are the help desk of a shop. ".repeat(10)} Today is`;
    const opening = { role: "user", content: [{ type: "text", text: "Hello" }] };
    stay(conversations, { messages: [{ role: "system", content: `${instructions} Monday` }, opening] }, "premium");
    const later = { messages: [{ role: "system", content: `${instructions} Tuesday` }, opening, ...said(1)] };
    expect(stay(conversations, later, "cheap")).toBe("premium");
  });

  it("by its name in the hints, though its beginning was cut off", () => {
    const conversations = memory();
    const hints = { conversation: "chat 7" };
    stay(conversations, turn(1, "Hello"), "premium", { hints });
    expect(stay(conversations, turn(1, "And then?"), "cheap", { hints })).toBe("premium");
  });

  it.each([["conv_1"], [{ id: "conv_1" }]])("by the conversation %j of a Responses call", (conversation) => {
    const conversations = memory();
    stay(conversations, { input: "Hello", conversation: "conv_1" }, "premium", { endpoint: "responses" });
    expect(stay(conversations, { input: "And?", conversation }, "cheap", { endpoint: "responses" })).toBe("premium");
  });

  it("by the answer a Responses call goes on from", () => {
    const conversations = memory();
    conversations.answered("resp_1", "premium");
    const body = { input: "And?", previous_response_id: "resp_1" };
    expect(stay(conversations, body, "cheap", { endpoint: "responses" })).toBe("premium");
  });

  it("by the beginning of a Responses input, as text or as items", () => {
    const conversations = memory();
    const instructions = "Be kind.";
    stay(conversations, { instructions, input: "Hello" }, "premium", { endpoint: "responses" });
    const items = { instructions, input: [{ role: "user", content: "Hello" }, ...said(1)] };
    expect(stay(conversations, items, "cheap", { endpoint: "responses" })).toBe("premium");
  });

  it("not when the user said nothing in words", () => {
    const conversations = memory();
    const image = { role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] };
    stay(conversations, { messages: [image] }, "premium");
    expect(stay(conversations, { messages: [image, image] }, "cheap")).toBe("cheap");
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

  it("one conversation for each that comes, over thousands of them", () => {
    const conversations = memory({ maxConversations: 10 });
    for (let number = 0; number < 5_000; number += 1) stay(conversations, turn(1, `opening ${number}`), "premium");
    const kept = Array.from({ length: 20 }, (_, index) => `opening ${4_980 + index}`).filter(
      (opening) => conversations.stay(requestOf(turn(2, opening)), decided("premium")).by !== "nobody",
    );
    expect(kept).toHaveLength(20);
  });
});

describe("any conversation", () => {
  it("never serves a turn on a lower tier than was decided for it", () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom("a", "b"), fc.constantFrom(...ranks)));
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
        expect(stay(memory(), body, "cheap", { endpoint })).toBe("cheap");
      }),
    );
  });

  it("takes no body at all", () => {
    const request = { ...requestOf({}), body: JSON.parse("null") };
    expect(memory().stay(request, decided("cheap")).tier).toBe("cheap");
  });
});

function said(turns: number): readonly JsonObject[] {
  return Array.from({ length: turns }, () => ({ role: "user", content: "Hello" }));
}
