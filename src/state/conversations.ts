import { LruMap } from "../lib/lru-map.ts";
import { textHash } from "../lib/text-hash.ts";
import type { JsonObject, MadeDecision, RoutingRequest } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { listOf, textsOf } from "../openai/input.ts";

/** What {@link Conversations} is told. */
export interface ConversationsOptions {
  /** How long after its last turn a conversation is remembered, in ms. */
  readonly ttlMs: number;
  /** How many conversations are remembered; those without a turn for longest are forgotten first. */
  readonly maxConversations: number;
  /** The rank of a tier, higher for abler ones; `undefined` for a tier that no longer exists. */
  rankOf(tier: string): number | undefined;
}

/**
 * Keeps the turns of a conversation on one tier: another model in mid-conversation changes the voice and finds the
 * provider's prompt cache empty. A turn can raise the tier for the rest of the conversation, never lower it.
 *
 * A conversation is known by its name (`hints.conversation`, or `conversation` of a Responses call), by the answer it
 * goes on from (`previous_response_id`), or else by who asks and how it begins; of the text only a hash is kept.
 * Where the beginning is all there is to go by, a first turn starts afresh, and two conversations of one user that begin
 * alike are taken for one: name the users or the conversations to tell them apart.
 *
 * What the caller decided himself (by `hint` or `model`) holds for that call alone: it is neither changed nor remembered.
 */
export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #turns: LruMap<Key, LatestTurn>;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    this.#turns = new LruMap(options.maxConversations);
  }

  /** The decision for this turn: the given one, or one for the conversation's tier if that ranks higher. */
  stay(request: RoutingRequest, decision: MadeDecision): MadeDecision {
    if (decision.by === "hint" || decision.by === "model") return decision;
    const conversation = identify(request);
    if (conversation === undefined) return decision;
    const { key, goesOn } = conversation;
    const tier = goesOn ? this.#tierOf(key) : undefined;
    const kept = tier === undefined ? decision : this.#higher(tier, decision);
    this.#turns.set(key, { tier: kept.tier, at: Date.now() });
    return kept;
  }

  /** Remembers which tier gave a Responses answer, for the call that goes on from it by `previous_response_id`. */
  answered(responseId: string, tier: string): void {
    this.#turns.set(keyOfResponse(responseId), { tier, at: Date.now() });
  }

  #tierOf(key: Key): string | undefined {
    const turn = this.#turns.get(key);
    return turn === undefined || Date.now() - turn.at >= this.#options.ttlMs ? undefined : turn.tier;
  }

  #higher(tier: string, decision: MadeDecision): MadeDecision {
    const rank = this.#options.rankOf(tier);
    if (rank === undefined || rank <= (this.#options.rankOf(decision.tier) ?? Infinity)) return decision;
    const reason = `the conversation is on tier "${tier}" (for this turn alone, ${decision.by} says "${decision.tier}")`;
    return { tier, confidence: 1, reason, by: "conversation" };
  }
}

interface LatestTurn {
  readonly tier: string;
  /** In ms since the epoch. */
  readonly at: number;
}

/** A name, or the hash of how a conversation begins. */
type Key = string | number;

interface Identity {
  readonly key: Key;
  /** Whether there can have been turns before this one. */
  readonly goesOn: boolean;
}

function identify(request: RoutingRequest): Identity | undefined {
  const { endpoint, body, hints } = request;
  if (!isRecord(body) || (endpoint !== "chat" && endpoint !== "responses")) return undefined;
  const name = hints.conversation ?? nameIn(body);
  if (name !== undefined) return { key: `name:${name}`, goesOn: true };
  const previous = body["previous_response_id"];
  if (typeof previous === "string") return { key: keyOfResponse(previous), goesOn: true };
  const key = hashOfBeginning(request);
  return key === undefined ? undefined : { key, goesOn: request.turns > 1 };
}

function nameIn(body: JsonObject): string | undefined {
  const conversation = body["conversation"];
  const name = isRecord(conversation) ? conversation["id"] : conversation;
  return typeof name === "string" ? name : undefined;
}

function keyOfResponse(responseId: string): string {
  return `response:${responseId}`;
}

/** Who asks, how the instructions begin and what the user said first; `undefined` when the user said nothing in words. */
function hashOfBeginning(request: RoutingRequest): number | undefined {
  const { endpoint, body } = request;
  let instructions = textsOf(body["instructions"]);
  for (const entry of inputOf(body[endpoint === "chat" ? "messages" : "input"])) {
    if (!isRecord(entry)) continue;
    const texts = textsOf(entry["content"]);
    if (entry["role"] === "user") return signatureOf(askerOf(request), instructions, texts);
    if (entry["role"] !== "assistant" && instructions.length === 0) instructions = texts;
  }
  return undefined;
}

function signatureOf(asker: string, instructions: readonly string[], said: readonly string[]): number | undefined {
  let chars = 0;
  for (const text of said) chars += text.length;
  if (chars === 0) return undefined;
  return textHash(asker, startOf(instructions[0]), String(chars), startOf(said[0]), endOf(said.at(-1)));
}

// Of the instructions only how they begin: what is looked up or dated for each turn stands further down.
function startOf(text = ""): string {
  return text.slice(0, 96);
}

// What was said tells more by its end than by more of its beginning: templates begin alike.
function endOf(text = ""): string {
  return text.slice(-64);
}

function inputOf(input: unknown): readonly unknown[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : listOf(input);
}

function askerOf({ body, hints }: RoutingRequest): string {
  const names = [hints.user, body["user"], body["safety_identifier"], body["prompt_cache_key"]];
  return names.find((name) => typeof name === "string") ?? "";
}
